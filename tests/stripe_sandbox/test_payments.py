"""Payments, refunds and disputes."""

import httpx
import pytest
import stripe

from backend import stripe_sandbox
from tests.stripe_sandbox import given

DAY_S = 86_400


async def pending(client: stripe.StripeClient) -> int:
    balance = await client.v1.balance.retrieve_async()
    return sum(part.amount for part in balance.pending)


async def charge_of(client: stripe.StripeClient, paid: stripe.PaymentIntent) -> stripe.Charge:
    return await client.v1.charges.retrieve_async(str(paid.latest_charge))


async def test_a_cards_money_is_available_after_two_days(client: stripe.StripeClient) -> None:
    paid = await given.payment(client, amount=100_00)
    assert paid.status == "succeeded"
    fee = 25 + 150
    assert (await given.available(client), await pending(client)) == (0, 100_00 - fee)
    await stripe_sandbox.advance_clock(2 * DAY_S)
    assert (await given.available(client), await pending(client)) == (100_00 - fee, 0)


async def test_a_charge_is_expanded_with_its_balance_transaction(
    client: stripe.StripeClient,
) -> None:
    paid = await given.payment(client)
    found = await client.v1.charges.retrieve_async(
        str(paid.latest_charge), {"expand": ["balance_transaction"]}
    )
    assert isinstance(found.balance_transaction, stripe.BalanceTransaction)
    assert found.balance_transaction.amount == found.amount


@pytest.mark.parametrize(
    ("method", "code", "decline"),
    [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_authenticationRequired", "authentication_required", "authentication_required"),
    ],
)
async def test_a_declined_card_is_a_402_that_leaves_its_intent(
    client: stripe.StripeClient, method: str, code: str, decline: str
) -> None:
    with pytest.raises(stripe.CardError) as refused:
        await given.payment(client, method)
    assert refused.value.code == code
    assert refused.value.error is not None
    assert refused.value.error.decline_code == decline
    assert refused.value.error.payment_intent is not None
    found = await client.v1.payment_intents.retrieve_async(refused.value.error.payment_intent.id)
    assert found.status == "requires_payment_method"


async def test_a_sepa_debit_arrives_after_five_days(client: stripe.StripeClient) -> None:
    made = await given.payment(client, "pm_sepa_success")
    assert made.status == "processing"
    await stripe_sandbox.advance_clock(5 * DAY_S)
    assert (await client.v1.payment_intents.retrieve_async(made.id)).status == "succeeded"
    assert await given.available(client) == 100_00 - 35


async def test_a_sepa_debit_that_fails_brings_nothing(client: stripe.StripeClient) -> None:
    made = await given.payment(client, "pm_sepa_fail")
    await stripe_sandbox.advance_clock(5 * DAY_S)
    found = await client.v1.payment_intents.retrieve_async(made.id)
    assert found.status == "requires_payment_method"
    assert await given.available(client) == 0


async def test_payment_method_types_is_refused(http: httpx.AsyncClient) -> None:
    answer = await http.post(
        "/v1/payment_intents",
        data={"amount": "1000", "currency": "eur", "payment_method_types[]": "card"},
    )
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "payment_method_types_no_longer_supported"


async def test_less_than_fifty_cents_is_not_charged(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await given.payment(client, amount=49)
    assert refused.value.code == "amount_too_small"


async def test_another_customers_card_is_refused(client: stripe.StripeClient) -> None:
    one = await client.v1.customers.create_async({"email": "one@example.org"})
    other = await client.v1.customers.create_async({"email": "two@example.org"})
    made = await client.v1.payment_intents.create_async(
        {
            "amount": 1_000,
            "currency": "eur",
            "customer": one.id,
            "payment_method": "pm_card_visa",
            "confirm": True,
            "off_session": True,
        }
    )
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.payment_intents.create_async(
            {
                "amount": 1_000,
                "currency": "eur",
                "customer": other.id,
                "payment_method": str(made.payment_method),
                "confirm": True,
                "off_session": True,
            }
        )
    assert refused.value.code == "payment_method_unexpected_state"
    listed = await client.v1.payment_intents.list_async({"customer": one.id})
    assert [one.id for one in listed.data] == [made.id]


async def test_an_intent_is_canceled_unless_it_succeeded(client: stripe.StripeClient) -> None:
    made = await client.v1.payment_intents.create_async({"amount": 1_000, "currency": "eur"})
    assert (await client.v1.payment_intents.cancel_async(made.id)).status == "canceled"
    paid = await given.payment(client)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.payment_intents.cancel_async(paid.id)
    assert refused.value.code == "payment_intent_unexpected_state"


async def test_refunds_add_up_to_the_charge_and_no_further(client: stripe.StripeClient) -> None:
    await stripe_sandbox.fund(200_00, "eur")
    paid = await given.payment(client, "pm_card_bypassPending", 100_00)
    first = await client.v1.refunds.create_async({"payment_intent": paid.id, "amount": 60_00})
    assert first.status == "succeeded"
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded"):
        await client.v1.refunds.create_async({"payment_intent": paid.id, "amount": 40_01})
    await client.v1.refunds.create_async({"payment_intent": paid.id})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.refunds.create_async({"payment_intent": paid.id})
    assert refused.value.code == "charge_already_refunded"
    listed = await client.v1.refunds.list_async({"payment_intent": paid.id})
    assert sorted(one.amount for one in listed.data) == [40_00, 60_00]
    assert (await charge_of(client, paid)).refunded


async def test_a_refund_without_funds_waits_for_them(client: stripe.StripeClient) -> None:
    await stripe_sandbox.fund(10_00, "eur")
    paid = await given.payment(client, "pm_card_bypassPending", 100_00)
    partner = await given.verified(client)
    await given.transfer(client, partner, 100_00)
    made = await client.v1.refunds.create_async({"payment_intent": paid.id})
    assert made.status == "pending"
    await stripe_sandbox.fund(100_00, "eur")
    await stripe_sandbox.advance_clock(DAY_S)
    assert (await client.v1.refunds.retrieve_async(made.id)).status == "succeeded"


async def test_a_pending_charge_is_refunded_from_its_own_money(client: stripe.StripeClient) -> None:
    paid = await given.payment(client, amount=100_00)
    made = await client.v1.refunds.create_async({"payment_intent": paid.id})
    assert made.status == "succeeded"
    assert (await given.available(client), await pending(client)) == (0, -(25 + 150))


async def test_a_dispute_takes_the_money_and_a_fee(client: stripe.StripeClient) -> None:
    await stripe_sandbox.fund(50_00, "eur")
    paid = await given.payment(client, "pm_card_bypassPending", 100_00)
    before = await given.available(client)
    opened = await stripe_sandbox.dispute(str(paid.latest_charge))
    assert await given.available(client) == before - 100_00 - 15_00
    found = await client.v1.disputes.retrieve_async(opened)
    assert (found.status, found.is_charge_refundable) == ("needs_response", False)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.refunds.create_async({"payment_intent": paid.id})
    assert refused.value.code == "charge_disputed"
    listed = await client.v1.disputes.list_async({"payment_intent": paid.id})
    assert [one.id for one in listed.data] == [opened]


async def test_a_won_dispute_brings_the_amount_back_and_not_the_fee(
    client: stripe.StripeClient,
) -> None:
    paid = await given.payment(client, "pm_card_bypassPending", 100_00)
    before = await given.available(client)
    opened = await stripe_sandbox.dispute(str(paid.latest_charge))
    sent = await client.v1.disputes.update_async(
        opened, {"evidence": {"product_description": "software"}, "submit": True}
    )
    assert sent.status == "under_review"
    await stripe_sandbox.end_dispute(opened, "won")
    assert await given.available(client) == before - 15_00
    found = await client.v1.disputes.retrieve_async(opened)
    assert (found.status, len(found.balance_transactions)) == ("won", 2)
    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.disputes.close_async(opened)


async def test_a_sepa_dispute_is_born_lost(client: stripe.StripeClient) -> None:
    paid = await given.payment(client, "pm_sepa_dispute", 100_00)
    await stripe_sandbox.advance_clock(5 * DAY_S)
    listed = await client.v1.disputes.list_async({"payment_intent": paid.id})
    assert [one.status for one in listed.data] == ["lost"]
    assert await given.available(client) == -35 - 15_00, "disputes may make a balance negative"


async def test_a_detached_method_is_gone(client: stripe.StripeClient) -> None:
    buyer = await client.v1.customers.create_async({"email": "b@example.org", "name": "B"})
    paid = await client.v1.payment_intents.create_async(
        {
            "amount": 1_000,
            "currency": "eur",
            "customer": buyer.id,
            "payment_method": "pm_card_visa",
            "confirm": True,
        }
    )
    method = str(paid.payment_method)
    assert (await client.v1.payment_methods.retrieve_async(method)).customer == buyer.id
    assert (await client.v1.payment_methods.detach_async(method)).customer is None
    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.payment_methods.detach_async(method)
    changed = await client.v1.customers.update_async(buyer.id, {"name": "New", "metadata": {}})
    assert changed.name == "New"


async def test_the_yen_has_no_cents_and_is_kept_apart(client: stripe.StripeClient) -> None:
    await stripe_sandbox.fund(5_000, "jpy")
    await stripe_sandbox.fund(70_00, "eur")
    balance = await client.v1.balance.retrieve_async()
    assert {p.currency: p.amount for p in balance.available} == {"eur": 70_00, "jpy": 5_000}
