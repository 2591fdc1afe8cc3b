"""The control plane, as a person with curl uses it."""

from typing import Any

import httpx
import pytest
import stripe

from backend import stripe_sandbox
from tests.stripe_sandbox import given


async def say(http: httpx.AsyncClient, verb: str, **facts: Any) -> Any:
    answer = await http.post(f"/_sandbox/{verb}", json=facts)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_money_verification_and_time_by_the_control_plane(
    client: stripe.StripeClient, http: httpx.AsyncClient
) -> None:
    partner = await given.account(client)
    await say(http, "fund", amount_minor=50_00, currency="eur")
    await say(http, "kyc", account=partner, iban="DE89370400440532013001")
    await given.transfer(client, partner, 50_00)
    made = await given.payout(client, partner, 50_00)
    await say(http, "advance", seconds=3 * 86_400)
    found = await client.v1.payouts.retrieve_async(made.id, None, {"stripe_account": partner})
    assert found.failure_code == "no_account"


async def test_the_other_verbs(client: stripe.StripeClient, http: httpx.AsyncClient) -> None:
    partner = await given.verified(client)
    paid = await given.payment(client)
    opened = await say(http, "dispute", charge=paid.latest_charge)
    await say(http, "dispute_end", dispute=opened["result"], status="won")
    await say(http, "capability", account=partner, capability="payouts", status="restricted")
    await say(http, "fault", method="POST", path="/v1/payouts", kind="lost", nth=2)
    await say(http, "clear_faults")
    await say(http, "delivery", order="shuffled", seed=3, drop_every=5)
    await say(http, "entry", kind="stripe_fee", amount_minor=-2_00)
    await say(http, "rate", per_second=25)
    await say(http, "rate", per_second=0)
    state = await say(http, "state")
    assert state["objects"]["dispute"] == 1
    assert {row["account"] for row in state["balances"]} == {"acct_platform"}
    await say(http, "reset")
    assert (await say(http, "state"))["objects"] == {}


@pytest.mark.parametrize(
    ("verb", "facts", "status"),
    [
        ("fund", {"amount_minor": 0}, 400),
        ("fund", {"amount_minor": 100, "currency": "xxx"}, 400),
        ("fund", {"euros": 5}, 400),
        ("fund", {"amount_minor": 1.5}, 400),
        ("fund", {"amount_minor": "5"}, 400),
        ("kyc", {"account": "acct_nobody"}, 404),
        ("advance", {"seconds": -1}, 400),
        ("advance", {"seconds": "x"}, 400),
        ("capability", {"account": "acct_x", "capability": "x", "status": "active"}, 404),
        ("delivery", {"order": "backwards"}, 400),
        ("delivery", {"drop_every": "x"}, 400),
        ("rate", {"per_second": -1}, 400),
        ("dispute", {"charge": "ch_x"}, 404),
        ("dispute_end", {"dispute": "du_x", "status": "lost"}, 404),
        ("dispute_end", {"dispute": "du_x", "status": "maybe"}, 400),
        ("nonsense", {}, 404),
    ],
)
async def test_a_mistake_is_answered_and_not_obeyed(
    http: httpx.AsyncClient, verb: str, facts: dict[str, Any], status: int
) -> None:
    answer = await http.post(f"/_sandbox/{verb}", json=facts)
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


async def test_a_capability_that_is_none_is_refused(client: stripe.StripeClient) -> None:
    partner = await given.account(client)
    with pytest.raises(stripe_sandbox.Refusal):
        await stripe_sandbox.set_capability(partner, "cards", "active")
    with pytest.raises(stripe_sandbox.Refusal):
        await stripe_sandbox.set_capability(partner, "payouts", "great")


async def test_only_state_is_read_by_get(http: httpx.AsyncClient) -> None:
    assert (await http.get("/_sandbox/state")).status_code == 200
    assert (await http.get("/_sandbox/reset")).status_code == 405


async def test_without_control_there_is_no_control_plane(db: None) -> None:
    app = stripe_sandbox.build_app(base_url="http://sandbox.test", control=False)
    transport = httpx.ASGITransport(app=app)
    headers = {"Authorization": "Bearer sk_test_x"}
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox.test") as plain:
        answer = await plain.post("/_sandbox/fund", json={"amount_minor": 1}, headers=headers)
        assert answer.status_code == 404
        assert (await plain.get("/v1/balance", headers=headers)).status_code == 200
