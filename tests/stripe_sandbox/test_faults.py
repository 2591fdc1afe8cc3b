"""Faults on request, as the unmodified library meets them."""

import time

import httpx
import pytest
import stripe

from backend import stripe_sandbox
from tests.stripe_sandbox import given

PATH = "/v1/transfers"


@pytest.fixture
async def partner(client: stripe.StripeClient) -> str:
    await stripe_sandbox.fund(100_00, "eur")
    return await given.verified(client)


async def transfers(client: stripe.StripeClient) -> int:
    return len((await client.v1.transfers.list_async()).data)


async def test_a_lost_answer_is_a_broken_connection_and_the_money_moved(
    client: stripe.StripeClient, partner: str
) -> None:
    await stripe_sandbox.add_fault("POST", PATH, "lost")
    with pytest.raises(stripe.APIConnectionError):
        await given.transfer(client, partner, 1_00)
    assert await transfers(client) == 1
    again = await given.transfer(client, partner, 1_00)
    assert again.last_response
    assert again.last_response.headers["idempotent-replayed"] == "true"
    assert await transfers(client) == 1


async def test_a_refused_connection_moves_nothing(
    client: stripe.StripeClient, partner: str
) -> None:
    await stripe_sandbox.add_fault("POST", PATH, "refused")
    with pytest.raises(stripe.APIConnectionError):
        await given.transfer(client, partner, 1_00)
    assert await transfers(client) == 0
    await given.transfer(client, partner, 1_00)


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [("429", 429, "rate_limit"), ("lock_timeout", 429, "lock_timeout"), ("409", 409, None)],
)
async def test_a_request_turned_away_may_be_repeated_with_its_key(
    client: stripe.StripeClient, partner: str, kind: str, status: int, code: str | None
) -> None:
    await stripe_sandbox.add_fault("POST", PATH, kind)
    with pytest.raises(stripe.StripeError) as refused:
        await given.transfer(client, partner, 1_00)
    assert refused.value.http_status == status
    assert refused.value.error and getattr(refused.value.error, "code", None) == code
    assert await transfers(client) == 0
    await given.transfer(client, partner, 1_00)


async def test_a_429_gives_its_reason(client: stripe.StripeClient, partner: str) -> None:
    await stripe_sandbox.add_fault("POST", PATH, "429", reason="endpoint-rate")
    with pytest.raises(stripe.RateLimitError) as refused:
        await given.transfer(client, partner, 1_00)
    assert refused.value.headers
    assert refused.value.headers["stripe-rate-limited-reason"] == "endpoint-rate"


async def test_a_proxys_502_has_no_error_body_and_the_money_moved(
    client: stripe.StripeClient, partner: str
) -> None:
    await stripe_sandbox.add_fault("POST", PATH, "html_502")
    with pytest.raises(stripe.APIError) as failed:
        await given.transfer(client, partner, 1_00)
    assert failed.value.http_status == 502
    assert await transfers(client) == 1


async def test_a_truncated_answer_is_no_json_and_the_money_moved(
    client: stripe.StripeClient, partner: str
) -> None:
    await stripe_sandbox.add_fault("POST", PATH, "truncated")
    with pytest.raises(stripe.APIError):
        await given.transfer(client, partner, 1_00)
    assert await transfers(client) == 1


async def test_a_slow_answer_takes_its_time(client: stripe.StripeClient, partner: str) -> None:
    await stripe_sandbox.add_fault("POST", PATH, "slow", seconds=0.2)
    begun = time.monotonic()
    await given.transfer(client, partner, 1_00)
    assert time.monotonic() - begun >= 0.2


async def test_the_nth_matching_request_and_those_after_it_go_wrong(
    client: stripe.StripeClient, partner: str
) -> None:
    await stripe_sandbox.add_fault("POST", "/v1/(transfers|payouts)", "500_before", nth=2, times=2)
    went_well = []
    for number in range(4):
        try:
            await given.transfer(client, partner, 1, f"n{number}")
            went_well.append(number)
        except stripe.APIError:
            continue
    assert went_well == [0, 3]


async def test_another_path_or_method_is_left_alone(
    client: stripe.StripeClient, partner: str
) -> None:
    await stripe_sandbox.add_fault("POST", "/v1/payouts", "500_before", times=9)
    await stripe_sandbox.add_fault("GET", PATH, "500_before", times=9)
    await given.transfer(client, partner, 1_00)
    await stripe_sandbox.clear_faults()
    assert await transfers(client) == 1


@pytest.mark.parametrize(
    "wrong", [{"kind": "gremlin"}, {"path": "("}, {"nth": 0}, {"times": 0}], ids=str
)
async def test_a_fault_that_makes_no_sense_is_refused(db: None, wrong: dict[str, object]) -> None:
    fault = {"method": "POST", "path": PATH, "kind": "lost", **wrong}
    with pytest.raises(stripe_sandbox.Refusal):
        await stripe_sandbox.add_fault(**fault)  # type: ignore[arg-type]


async def test_above_the_rate_requests_are_turned_away(http: httpx.AsyncClient) -> None:
    await stripe_sandbox.set_rate(25)
    answers = [await http.get("/v1/balance") for _ in range(40)]
    turned_away = [answer for answer in answers if answer.status_code == 429]
    assert turned_away
    assert turned_away[0].json()["error"]["code"] == "rate_limit"
    assert turned_away[0].headers["stripe-rate-limited-reason"] == "global-rate"
    await stripe_sandbox.set_rate(None)
    assert {(await http.get("/v1/balance")).status_code for _ in range(40)} == {200}
