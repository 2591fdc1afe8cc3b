"""Transfers and reversals, and what is refused."""

import httpx
import pytest
import stripe

from backend import stripe_sandbox
from tests.stripe_sandbox import given


async def test_a_transfer_moves_money_at_once(client: stripe.StripeClient) -> None:
    await stripe_sandbox.fund(100_00, "eur")
    partner = await given.verified(client)
    made = await given.transfer(client, partner, 70_00)
    assert made.transfer_group == "group-t"
    assert await given.available(client) == 30_00
    assert await given.available(client, partner) == 70_00
    found = await client.v1.transfers.list_async({"transfer_group": "group-t"})
    assert [one.id for one in found.data] == [made.id]
    assert (await client.v1.transfers.retrieve_async(made.id)).metadata["op"] == "t"


async def test_a_transfer_without_funds_is_refused(client: stripe.StripeClient) -> None:
    partner = await given.verified(client)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await given.transfer(client, partner, 1)
    assert refused.value.code == "balance_insufficient"


async def test_funds_in_another_currency_do_not_help(client: stripe.StripeClient) -> None:
    await stripe_sandbox.fund(100_00, "usd")
    partner = await given.verified(client)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await given.transfer(client, partner, 1)
    assert refused.value.code == "balance_insufficient"


async def test_a_transfer_to_an_unverified_account_is_refused(client: stripe.StripeClient) -> None:
    await stripe_sandbox.fund(100_00, "eur")
    partner = await given.account(client)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await given.transfer(client, partner, 1_00)
    assert refused.value.code == "insufficient_capabilities_for_transfer"


async def test_a_capability_lost_later_stops_transfers(client: stripe.StripeClient) -> None:
    await stripe_sandbox.fund(100_00, "eur")
    partner = await given.verified(client)
    await given.transfer(client, partner, 1_00, "before")
    await stripe_sandbox.set_capability(partner, "stripe_transfers", "restricted")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await given.transfer(client, partner, 1_00, "after")
    assert refused.value.code == "insufficient_capabilities_for_transfer"


async def test_a_transfer_to_nobody_is_refused(client: stripe.StripeClient) -> None:
    await stripe_sandbox.fund(100_00, "eur")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await given.transfer(client, "acct_nobody", 1_00)
    assert (refused.value.http_status, refused.value.code) == (400, "resource_missing")


@pytest.mark.parametrize("amount", ["0", "-5", "70.5", "1e3", "", "9" * 19])
async def test_an_amount_that_is_none_is_refused(http: httpx.AsyncClient, amount: str) -> None:
    answer = await http.post(
        "/v1/transfers", data={"amount": amount, "currency": "eur", "destination": "acct_x"}
    )
    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == "amount"


async def test_only_the_platform_transfers(client: stripe.StripeClient) -> None:
    partner = await given.verified(client)
    with pytest.raises(stripe.PermissionError):
        await client.v1.transfers.create_async(
            {"amount": 1, "currency": "eur", "destination": partner}, given.key("t", partner)
        )


async def test_a_reversal_takes_back_what_is_still_there(client: stripe.StripeClient) -> None:
    await stripe_sandbox.fund(100_00, "eur")
    partner = await given.verified(client)
    made = await given.transfer(client, partner, 70_00)
    await client.v1.transfers.reversals.create_async(made.id, {"amount": 20_00}, given.key("r1"))
    again = await client.v1.transfers.retrieve_async(made.id)
    assert (again.amount_reversed, again.reversed) == (20_00, False)
    assert await given.available(client) == 50_00
    assert await given.available(client, partner) == 50_00
    listed = await client.v1.transfers.reversals.list_async(made.id)
    assert [one.to_dict()["amount"] for one in listed.data] == [20_00]


async def test_a_reversal_above_the_rest_is_refused(client: stripe.StripeClient) -> None:
    await stripe_sandbox.fund(100_00, "eur")
    made = await given.transfer(client, await given.verified(client), 70_00)
    with pytest.raises(stripe.InvalidRequestError, match="greater than unreversed"):
        await client.v1.transfers.reversals.create_async(made.id, {"amount": 70_01})
    await client.v1.transfers.reversals.create_async(made.id)
    with pytest.raises(stripe.InvalidRequestError, match="already fully reversed"):
        await client.v1.transfers.reversals.create_async(made.id)


async def test_a_reversal_without_balance_is_refused(client: stripe.StripeClient) -> None:
    await stripe_sandbox.fund(100_00, "eur")
    partner = await given.verified(client)
    made = await given.transfer(client, partner, 70_00)
    await given.payout(client, partner, 70_00)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.transfers.reversals.create_async(made.id, {"amount": 1})
    assert refused.value.code == "balance_insufficient"


async def test_a_charge_is_transferred_once_at_most(client: stripe.StripeClient) -> None:
    partner = await given.verified(client)
    paid = await given.payment(client, amount=100_00)
    charge = str(paid.latest_charge)

    async def move(amount: int, name: str) -> stripe.Transfer:
        return await client.v1.transfers.create_async(
            {
                "amount": amount,
                "currency": "eur",
                "destination": partner,
                "source_transaction": charge,
            },
            given.key(name),
        )

    await move(60_00, "first")
    with pytest.raises(stripe.InvalidRequestError, match="must not exceed"):
        await move(40_01, "second")
    assert await given.available(client, partner) == 0, "as pending as its charge"
    await stripe_sandbox.advance_clock(given.TWO_DAYS_S)
    assert await given.available(client, partner) == 60_00


async def test_every_balance_is_the_sum_of_its_transactions(client: stripe.StripeClient) -> None:
    await stripe_sandbox.fund(500_00, "eur")
    partner = await given.verified(client)
    made = await given.transfer(client, partner, 70_00)
    await client.v1.transfers.reversals.create_async(made.id, {"amount": 1_00})
    await given.payment(client)
    await given.payout(client, partner, 9_00)
    for account in (None, partner):
        options: stripe.RequestOptions = {"stripe_account": account} if account else {}
        balance = await client.v1.balance.retrieve_async(None, options)
        total = sum(part.amount for part in balance.available)
        total += sum(part.amount for part in balance.pending)
        entries = await client.v1.balance_transactions.list_async({"limit": 3}, options)
        assert sum([entry.net async for entry in entries.auto_paging_iter()]) == total


async def test_an_account_shows_a_transfer_as_a_payment_and_its_reversal_as_a_refund(
    client: stripe.StripeClient,
) -> None:
    await stripe_sandbox.fund(100_00, "eur")
    partner = await given.verified(client)
    made = await given.transfer(client, partner, 70_00)
    back = await client.v1.transfers.reversals.create_async(made.id, {"amount": 20_00})
    options: stripe.RequestOptions = {"stripe_account": partner}
    entries = await client.v1.balance_transactions.list_async({"expand": ["data.source"]}, options)
    refund, payment = [entry.to_dict() for entry in entries.data]
    assert (refund["type"], payment["type"]) == ("payment_refund", "payment")
    assert payment["source"]["id"] == made.destination_payment
    assert payment["source"]["source_transfer"] == made.id
    assert payment["source"]["balance_transaction"] == payment["id"]
    assert (payment["source"]["amount_refunded"], payment["source"]["refunded"]) == (20_00, False)
    assert refund["source"]["id"] == back.destination_payment_refund
    assert refund["source"]["charge"] == made.destination_payment
    assert refund["source"]["source_transfer_reversal"] == back.id


async def test_every_source_of_a_balance_transaction_can_be_expanded(
    client: stripe.StripeClient,
) -> None:
    await stripe_sandbox.fund(100_00, "eur")
    made = await given.transfer(client, await given.verified(client), 70_00)
    await client.v1.transfers.reversals.create_async(made.id, {"amount": 1_00})
    await client.v1.payouts.create_async({"amount": 1_00, "currency": "eur"})
    paid = await given.payment(client)
    await client.v1.refunds.create_async({"payment_intent": paid.id, "amount": 1_00})
    await stripe_sandbox.dispute(str(paid.latest_charge))
    await stripe_sandbox.book_entry("stripe_fee", -1_00)
    entries = await client.v1.balance_transactions.list_async({"expand": ["data.source"]})
    sources = [entry.to_dict()["source"] for entry in entries.data]
    assert [source and source["object"] for source in sources] == [
        None, "dispute", "refund", "charge", "payout", "transfer_reversal", "transfer", "topup",
    ]  # fmt: skip


async def test_balance_transactions_are_found_by_source(client: stripe.StripeClient) -> None:
    await stripe_sandbox.fund(100_00, "eur")
    made = await given.transfer(client, await given.verified(client), 70_00)
    listed = await client.v1.balance_transactions.list_async({"source": made.id})
    assert [entry.type for entry in listed.data] == ["transfer"]
    entry = await client.v1.balance_transactions.retrieve_async(listed.data[0].id)
    assert (entry.net, entry.status) == (-70_00, "available")
