"""Accounts v2, their links and their settings."""

import httpx
import pytest
import stripe

from backend import stripe_sandbox
from tests.stripe_sandbox import given


async def test_a_new_account_may_do_nothing(client: stripe.StripeClient) -> None:
    partner = await given.account(client)
    found = await client.v2.core.accounts.retrieve_async(
        partner, {"include": ["configuration.recipient", "requirements"]}
    )
    assert found.configuration and found.configuration.recipient
    capabilities = found.configuration.recipient.capabilities
    assert capabilities and capabilities.stripe_balance
    assert capabilities.stripe_balance.stripe_transfers
    assert capabilities.stripe_balance.stripe_transfers.status == "restricted"
    assert found.requirements and found.requirements.entries


async def test_fields_that_are_not_included_are_absent(http: httpx.AsyncClient) -> None:
    made = await http.post(
        "/v2/core/accounts", json={"identity": {"country": "fr"}, "display_name": "P"}
    )
    assert made.status_code == 200
    assert {"configuration", "requirements", "identity", "defaults"}.isdisjoint(made.json())


async def test_verification_makes_both_capabilities_active(client: stripe.StripeClient) -> None:
    partner = await given.verified(client)
    found = await client.v2.core.accounts.retrieve_async(
        partner, {"include": ["configuration.recipient", "requirements"]}
    )
    assert found.configuration and found.configuration.recipient
    balance = found.configuration.recipient.capabilities
    assert balance and balance.stripe_balance
    assert balance.stripe_balance.stripe_transfers and balance.stripe_balance.payouts
    assert balance.stripe_balance.stripe_transfers.status == "active"
    assert balance.stripe_balance.payouts.status == "active"
    assert found.requirements and not found.requirements.entries


@pytest.mark.parametrize("outcome", ["pending", "restricted", "rejected"])
async def test_a_verification_that_fails_activates_nothing(
    client: stripe.StripeClient, outcome: str
) -> None:
    await stripe_sandbox.fund(1_00, "eur")
    partner = await given.account(client)
    await stripe_sandbox.verify_account(partner, outcome=outcome)
    with pytest.raises(stripe.InvalidRequestError):
        await given.transfer(client, partner, 1_00)


async def test_an_account_is_updated_listed_and_closed(client: stripe.StripeClient) -> None:
    partner = await given.account(client)
    changed = await client.v2.core.accounts.update_async(
        partner, {"display_name": "New name", "metadata": {"more": "yes"}}, given.key("update")
    )
    assert changed.display_name == "New name"
    assert changed.to_dict()["metadata"] == {"partner_id": "a partner", "more": "yes"}
    listed = await client.v2.core.accounts.list_async({"limit": 5})
    assert [one.id for one in listed.data] == [partner]
    closed = await client.v2.core.accounts.close_async(
        partner, {"applied_configurations": ["recipient"]}, given.key("close")
    )
    assert closed.closed
    assert (await client.v2.core.accounts.list_async({})).data == []


async def test_an_account_with_money_is_not_closed(client: stripe.StripeClient) -> None:
    await stripe_sandbox.fund(1_00, "eur")
    partner = await given.verified(client)
    await given.transfer(client, partner, 1_00)
    with pytest.raises(stripe.InvalidRequestError, match="still has a balance"):
        await client.v2.core.accounts.close_async(
            partner, {"applied_configurations": ["recipient"]}, given.key("close")
        )


async def test_the_schedule_is_daily_until_it_is_made_manual(http: httpx.AsyncClient) -> None:
    made = await http.post("/v2/core/accounts", json={"identity": {"country": "fr"}})
    account = {"Stripe-Account": made.json()["id"]}
    before = await http.get("/v1/balance_settings", headers=account)
    assert before.json()["payments"]["payouts"]["schedule"]["interval"] == "daily"
    await http.post(
        "/v1/balance_settings",
        data={
            "payments[payouts][schedule][interval]": "manual",
            "payments[debit_negative_balances]": "false",
        },
        headers=account,
    )
    after = await http.get("/v1/balance_settings", headers=account)
    assert after.json()["payments"]["payouts"]["schedule"]["interval"] == "manual"


async def test_accounts_are_paged(client: stripe.StripeClient) -> None:
    made = [await given.account(client, f"p{number}") for number in range(5)]
    page = await client.v2.core.accounts.list_async({"limit": 2})
    assert [one.id async for one in page.auto_paging_iter()] == list(reversed(made))


async def test_an_account_session_is_a_stub_with_stripes_shape(client: stripe.StripeClient) -> None:
    partner = await given.account(client)
    made = await client.v1.account_sessions.create_async(
        {"account": partner, "components": {"payouts": {"enabled": True}}}
    )
    assert made.components.payouts.enabled
    assert not made.components.balances.enabled


async def test_a_bank_account_is_attached_by_token(client: stripe.StripeClient) -> None:
    partner = await given.account(client)
    await client.v1.accounts.external_accounts.create_async(
        partner, {"external_account": "btok_DE89370400440532013000"}
    )
    listed = await client.v1.accounts.external_accounts.list_async(partner)
    assert [one.id[:3] for one in listed.data] == ["ba_"]


async def test_an_iban_that_is_none_is_refused(client: stripe.StripeClient) -> None:
    partner = await given.account(client)
    with pytest.raises(stripe_sandbox.Refusal, match="Invalid IBAN"):
        await stripe_sandbox.verify_account(partner, iban="3000")


@pytest.mark.parametrize(
    ("configurations", "status"), [(["recipient"], 200), (["merchant"], 400), (None, 200)]
)
async def test_a_link_is_for_the_recipient_configuration(
    client: stripe.StripeClient,
    http: httpx.AsyncClient,
    configurations: list[str] | None,
    status: int,
) -> None:
    """The May 2026 document requires `configurations`, the library of endive has it no more."""
    onboarding: dict[str, object] = {"refresh_url": "http://shop.test/again"}
    if configurations is not None:
        onboarding["configurations"] = configurations
    sent = {
        "account": await given.account(client),
        "use_case": {"type": "account_onboarding", "account_onboarding": onboarding},
    }
    assert (await http.post("/v2/core/account_links", json=sent)).status_code == status
