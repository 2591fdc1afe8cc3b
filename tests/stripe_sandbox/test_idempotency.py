"""Idempotency keys: stripe.md 1.9, one test a sentence."""

import asyncio

import httpx
import pytest
import stripe

from backend import core, stripe_sandbox
from tests.stripe_sandbox import given

DAY_S = 86_400


@pytest.fixture
def body() -> dict[str, str]:
    return {"amount": "100", "currency": "eur"}


async def transfers(client: stripe.StripeClient) -> int:
    return len((await client.v1.transfers.list_async({"limit": 100})).data)


async def test_a_repeated_key_gets_the_first_answer_again(client: stripe.StripeClient) -> None:
    await stripe_sandbox.fund(100_00, "eur")
    partner = await given.verified(client)
    first = await given.transfer(client, partner, 1_00)
    again = await given.transfer(client, partner, 1_00)
    assert again.id == first.id
    assert first.last_response and again.last_response
    headers = again.last_response.headers
    assert headers["idempotent-replayed"] == "true"
    assert headers["original-request"] == first.last_response.headers["request-id"]
    assert "idempotent-replayed" not in first.last_response.headers
    assert await transfers(client) == 1


async def test_a_key_with_other_parameters_is_refused(client: stripe.StripeClient) -> None:
    await stripe_sandbox.fund(100_00, "eur")
    partner = await given.verified(client)
    await given.transfer(client, partner, 1_00)
    with pytest.raises(stripe.IdempotencyError) as refused:
        await given.transfer(client, partner, 1_01)
    assert refused.value.http_status == 400


async def test_the_same_key_on_two_accounts_is_two_keys(client: stripe.StripeClient) -> None:
    await stripe_sandbox.fund(100_00, "eur")
    one, other = await given.verified(client, "one"), await given.verified(client, "other")
    for partner in (one, other):
        await given.transfer(client, partner, 10_00, f"to-{partner}")
    first = await given.payout(client, one, 10_00, "same")
    second = await given.payout(client, other, 10_00, "same")
    assert first.id != second.id


async def test_a_key_in_flight_is_a_409_and_one_object_is_made(client: stripe.StripeClient) -> None:
    await stripe_sandbox.fund(100_00, "eur")
    partner = await given.verified(client)
    await stripe_sandbox.add_fault("POST", "/v1/transfers", "slow", seconds=2)
    answers = await asyncio.gather(
        *(given.transfer(client, partner, 1_00) for _ in range(3)), return_exceptions=True
    )
    made = [answer for answer in answers if isinstance(answer, stripe.Transfer)]
    refused = [answer for answer in answers if isinstance(answer, stripe.APIError)]
    assert (len(made), len(refused)) == (1, 2)
    assert {error.http_status for error in refused} == {409}
    assert {error.error.code for error in refused if error.error} == {"idempotency_key_in_use"}
    assert (await given.transfer(client, partner, 1_00)).id == made[0].id
    assert await transfers(client) == 1


async def test_a_refusal_of_the_endpoint_is_stored(client: stripe.StripeClient) -> None:
    partner = await given.verified(client)
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            await given.transfer(client, partner, 1_00)
        assert refused.value.code == "balance_insufficient"
        await stripe_sandbox.fund(100_00, "eur")
    assert refused.value.headers is not None
    assert refused.value.headers["idempotent-replayed"] == "true"


async def test_a_key_is_forgotten_after_a_day_and_then_runs_again(
    client: stripe.StripeClient,
) -> None:
    await stripe_sandbox.fund(100_00, "eur")
    partner = await given.verified(client)
    first = await given.transfer(client, partner, 1_00)
    await stripe_sandbox.advance_clock(DAY_S - 60)
    assert (await given.transfer(client, partner, 1_00)).id == first.id
    await stripe_sandbox.advance_clock(60)
    assert (await given.transfer(client, partner, 1_00)).id != first.id
    assert await transfers(client) == 2


async def test_a_validation_error_leaves_the_key_free(client: stripe.StripeClient) -> None:
    await stripe_sandbox.fund(100_00, "eur")
    partner = await given.verified(client)
    with pytest.raises(stripe.InvalidRequestError):
        await given.transfer(client, partner, 0)
    assert (await given.transfer(client, partner, 1_00)).amount == 1_00


async def test_a_500_after_execution_is_stored(client: stripe.StripeClient) -> None:
    await stripe_sandbox.fund(100_00, "eur")
    partner = await given.verified(client)
    await stripe_sandbox.add_fault("POST", "/v1/transfers", "500_after")
    for _ in range(2):
        with pytest.raises(stripe.APIError) as failed:
            await given.transfer(client, partner, 1_00)
        assert failed.value.http_status == 500
    assert await transfers(client) == 1, "the money moved, the key only answers 500"


async def test_a_500_before_execution_leaves_the_key_free(client: stripe.StripeClient) -> None:
    await stripe_sandbox.fund(100_00, "eur")
    partner = await given.verified(client)
    await stripe_sandbox.add_fault("POST", "/v1/transfers", "500_before")
    with pytest.raises(stripe.APIError):
        await given.transfer(client, partner, 1_00)
    assert await transfers(client) == 0
    await given.transfer(client, partner, 1_00)
    assert await transfers(client) == 1


async def test_a_declined_cards_answer_is_stored(client: stripe.StripeClient) -> None:
    intents = []
    for _ in range(2):
        with pytest.raises(stripe.CardError) as refused:
            await given.payment(client, "pm_card_chargeDeclined")
        assert refused.value.error and refused.value.error.payment_intent
        intents.append(refused.value.error.payment_intent.id)
    assert len(set(intents)) == 1


async def test_a_claim_whose_process_died_is_taken_over(client: stripe.StripeClient) -> None:
    """A crash between claim and execution: nothing was executed, so the key must not be lost."""
    await stripe_sandbox.fund(100_00, "eur")
    partner = await given.verified(client)
    await given.transfer(client, partner, 1_00, "other")
    await core.fetch(
        "INSERT INTO stripe_sandbox.idempotency (scope, key, digest, token, claimed_at, claimed_s) "
        "SELECT scope, 't', digest, uuidv7(), now(), claimed_s FROM stripe_sandbox.idempotency "
        "WHERE key = 'other'"
    )
    with pytest.raises(stripe.StripeError):
        await given.transfer(client, partner, 1_00)
    await core.fetch(
        "UPDATE stripe_sandbox.idempotency SET claimed_at = now() - interval '6 seconds' "
        "WHERE key = 't'"
    )
    assert (await given.transfer(client, partner, 1_00)).amount == 1_00


async def test_a_request_whose_claim_was_taken_over_executes_nothing(
    client: stripe.StripeClient,
) -> None:
    await stripe_sandbox.fund(100_00, "eur")
    partner = await given.verified(client)
    await stripe_sandbox.add_fault("POST", "/v1/transfers", "slow", seconds=1.5)
    slow = asyncio.create_task(given.transfer(client, partner, 1_00))
    aged = (
        "UPDATE stripe_sandbox.idempotency SET claimed_at = now() - interval '6 seconds' "
        "WHERE key = 't' RETURNING 1"
    )
    while not await core.fetch(aged):  # noqa: ASYNC110  (a row that the other task writes)
        await asyncio.sleep(0.01)
    quick = await given.transfer(client, partner, 1_00)
    with pytest.raises(stripe.APIError) as refused:
        await slow
    assert refused.value.http_status == 409
    assert await transfers(client) == 1
    assert (await given.transfer(client, partner, 1_00)).id == quick.id


async def test_a_v2_refusal_is_worked_again(http: httpx.AsyncClient) -> None:
    """Stripe retries a failed v2 request to its end; v1 would answer the stored refusal."""
    made = await http.post("/v2/core/accounts", json={"identity": {"country": "fr"}})
    account = made.json()["id"]
    await http.post(f"/v2/core/accounts/{account}/close", json={})
    change = {"json": {"display_name": "x"}, "headers": {"Idempotency-Key": "k"}}
    url = f"/v2/core/accounts/{account}"
    for _ in range(2):
        answer = await http.post(url, **change)  # type: ignore[arg-type]
        assert answer.status_code == 400
        assert "idempotent-replayed" not in answer.headers


async def test_a_v2_repetition_answers_the_account_as_it_is_now(
    client: stripe.StripeClient,
) -> None:
    first = await given.account(client)
    await client.v2.core.accounts.update_async(first, {"display_name": "Renamed"})
    again = await client.v2.core.accounts.create_async(
        {
            "contact_email": "partner@example.org",
            "display_name": "a partner",
            "dashboard": "express",
            "identity": {"country": "fr", "entity_type": "company"},
            "configuration": {
                "recipient": {
                    "capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}
                }
            },
            "defaults": {
                "currency": "eur",
                "locales": ["fr-FR"],
                "responsibilities": {
                    "fees_collector": "application",
                    "losses_collector": "application",
                },
            },
            "metadata": {"partner_id": "a partner"},
            "include": ["configuration.recipient", "requirements", "defaults", "identity"],
        },
        given.key("account-a partner"),
    )
    assert (again.id, again.display_name) == (first, "Renamed")


async def test_a_v2_500_after_execution_does_not_make_a_second_account(
    http: httpx.AsyncClient,
) -> None:
    await stripe_sandbox.add_fault("POST", "/v2/core/accounts", "500_after")
    sent = {"json": {"identity": {"country": "fr"}}, "headers": {"Idempotency-Key": "k"}}
    first = await http.post("/v2/core/accounts", **sent)  # type: ignore[arg-type]
    second = await http.post("/v2/core/accounts", **sent)  # type: ignore[arg-type]
    assert (first.status_code, second.status_code) == (500, 200)
    listed = (await http.get("/v2/core/accounts")).json()["data"]
    assert [one["id"] for one in listed] == [second.json()["id"]]


async def test_a_v2_key_lives_for_thirty_days(http: httpx.AsyncClient) -> None:
    sent = {"json": {"identity": {"country": "fr"}}, "headers": {"Idempotency-Key": "k"}}
    first = await http.post("/v2/core/accounts", **sent)  # type: ignore[arg-type]
    await stripe_sandbox.advance_clock(29 * DAY_S)
    again = await http.post("/v2/core/accounts", **sent)  # type: ignore[arg-type]
    assert again.json()["id"] == first.json()["id"]
    await stripe_sandbox.advance_clock(DAY_S)
    later = await http.post("/v2/core/accounts", **sent)  # type: ignore[arg-type]
    assert later.json()["id"] != first.json()["id"]


async def test_the_order_of_parameters_does_not_matter(http: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "k", "Content-Type": "application/x-www-form-urlencoded"}
    one = await http.post("/v1/customers", content="email=a%40b.fr&name=A", headers=headers)
    other = await http.post("/v1/customers", content="name=A&email=a%40b.fr", headers=headers)
    assert one.json()["id"] == other.json()["id"]


async def test_a_key_of_256_characters_is_refused(http: httpx.AsyncClient) -> None:
    for length, status in ((255, 200), (256, 400)):
        headers = {"Idempotency-Key": "k" * length}
        assert (await http.post("/v1/customers", headers=headers)).status_code == status


async def test_without_a_key_every_request_is_executed(http: httpx.AsyncClient) -> None:
    made = [(await http.post("/v1/customers", data={"name": "A"})).json()["id"] for _ in range(2)]
    assert len(set(made)) == 2


async def test_two_apps_share_the_keys(client: stripe.StripeClient) -> None:
    """State is in PostgreSQL: a second process of the sandbox knows what the first one did."""
    await stripe_sandbox.fund(100_00, "eur")
    partner = await given.verified(client)
    first = await given.transfer(client, partner, 1_00)
    other = httpx.ASGITransport(app=stripe_sandbox.build_app(base_url="http://other.test"))
    async with httpx.AsyncClient(transport=other, base_url="http://other.test") as plain:
        answer = await plain.post(
            "/v1/transfers",
            data={
                "amount": "100",
                "currency": "eur",
                "destination": partner,
                "transfer_group": "group-t",
                "metadata[op]": "t",
            },
            headers={"Authorization": "Bearer sk_test_other", "Idempotency-Key": "t"},
        )
    assert answer.json()["id"] == first.id
    assert answer.headers["idempotent-replayed"] == "true"


async def test_two_processes_never_spend_the_same_cent(client: stripe.StripeClient) -> None:
    """Each app queues its own changes; between processes PostgreSQL does it."""
    await stripe_sandbox.fund(20, "eur")
    partner = await given.verified(client)
    apps = [stripe_sandbox.build_app(base_url="http://x") for _ in range(8)]
    plains = [
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app),
            base_url="http://x",
            headers={"Authorization": "Bearer sk_test_x"},
        )
        for app in apps
    ]
    sent = {"amount": "1", "currency": "eur", "destination": partner}
    answers = await asyncio.gather(
        *(plain.post("/v1/transfers", data=sent) for plain in plains for _ in range(5))
    )
    assert sorted(answer.status_code for answer in answers) == [200] * 20 + [400] * 20
    assert await given.available(client) == 0
    assert await given.available(client, partner) == 20
