"""Connected accounts: one per organisation, on a manual schedule, as Stripe says they are."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import asyncpg
import httpx
import pytest

from backend import core, payments, stripe_sandbox
from tests import clients, given
from tests.given.partners import NOW, SYSTEM
from tests.given.payments import account
from tests.payments.conftest import Watched


async def clock() -> datetime:
    return NOW


async def open_account(organisation_id: UUID) -> str:
    return await payments.open_account(organisation_id, clock=clock, actor=SYSTEM)


async def accounts_at_stripe() -> int:
    made: int = await core.fetch_value(
        "SELECT count(*) FROM stripe_sandbox.object WHERE kind = 'v2.core.account'"
    )
    return made


async def test_a_new_account_may_not_be_paid_and_has_a_manual_schedule(stripe: Watched) -> None:
    partner = await given.partner()
    made = await open_account(partner)
    found = await payments.read_connected_account(partner)
    assert (found.stripe_account, found.schedule, found.payable) == (made, "manual", False)
    assert found.requirements != []


async def test_an_organisation_has_one_account(stripe: Watched) -> None:
    partner = await given.partner()
    first = await open_account(partner)
    assert await open_account(partner) == first
    assert await accounts_at_stripe() == 1


async def test_opened_by_several_at_once_it_is_still_one(stripe: Watched) -> None:
    partner = await given.partner()
    answers = await asyncio.gather(
        *(open_account(partner) for _ in range(6)), return_exceptions=True
    )
    unexpected = [a for a in answers if not isinstance(a, str | payments.StripeUnknown)]
    assert unexpected == []
    assert await accounts_at_stripe() == 1


@pytest.mark.parametrize("kind", ["lost", "500_after", "500_before", "429"])
async def test_an_unclear_answer_makes_no_second_account(stripe: Watched, kind: str) -> None:
    partner = await given.partner()
    await stripe_sandbox.add_fault("POST", "/v2/core/accounts", kind)
    with pytest.raises(payments.StripeUnknown):
        await open_account(partner)

    async def later() -> datetime:
        return NOW + timedelta(minutes=5)

    assert await payments.refresh_accounts(later) == 1
    found = await payments.read_connected_account(partner)
    assert found.stripe_account is not None
    assert await accounts_at_stripe() == 1


async def test_onboarded_it_may_be_paid(stripe: Watched) -> None:
    partner = await given.partner()
    await account(partner, "3001")
    found = await payments.read_connected_account(partner)
    assert found.payable and found.iban_last4 == "3001" and found.requirements == []


@pytest.mark.parametrize("capability", ["stripe_transfers", "payouts"])
async def test_a_capability_that_is_lost_is_noticed(stripe: Watched, capability: str) -> None:
    partner = await given.partner()
    made = await account(partner)
    await payments.ensure_destinations(f"{clients.BASE}/api/hooks/stripe", NOW)
    await stripe_sandbox.set_capability(made, capability, "restricted")
    async with clients.visitor() as browser:
        await stripe_sandbox.deliver_due(browser)
    assert await payments.take_account_events(machine) == 1
    assert not (await payments.read_connected_account(partner)).payable


async def machine() -> datetime:
    return datetime.now(UTC)


async def test_an_account_that_was_taken_from_us_is_not_payable(stripe: Watched) -> None:
    """The partner has disconnected it: Stripe refuses to show it."""
    partner = await given.partner()
    made = await account(partner)
    await core.fetch("DELETE FROM stripe_sandbox.object WHERE id = $1", made)
    await payments.refresh_account(partner)
    found = await payments.read_connected_account(partner)
    assert (found.payable, found.transfers_status) == (False, "unreachable")


async def test_a_word_that_we_do_not_know_is_not_payable(stripe: Watched) -> None:
    partner = await given.partner()
    await account(partner)
    await core.fetch("UPDATE payments.connected_account SET payouts_status = 'paused'")
    assert not (await payments.read_connected_account(partner)).payable


async def test_an_older_reading_never_overwrites_a_newer_one(stripe: Watched) -> None:
    """Two readings under way: the one that began first comes back last."""
    partner = await given.partner()
    await account(partner)
    await core.fetch(
        "UPDATE payments.connected_account SET transfers_status = 'restricted', "
        "checked_at = now() + interval '1 minute'"
    )
    await payments.refresh_account(partner)
    assert not (await payments.read_connected_account(partner)).payable


async def test_a_schedule_that_was_changed_is_manual_again(stripe: Watched) -> None:
    """Otherwise Stripe would sweep the account by itself (stripe.md 1.3)."""
    partner = await given.partner()
    made = await account(partner)
    await payments.gateway().ask(
        lambda client: client.raw_request_async(
            "post", "/v1/balance_settings", stripe_account=made, idempotency_key="daily",
            payments={"payouts": {"schedule": {"interval": "daily"}}},
        )
    )  # fmt: skip
    await payments.refresh_account(partner)
    assert (await payments.read_connected_account(partner)).schedule == "manual"


async def test_every_onboarding_page_is_a_fresh_one(stripe: Watched) -> None:
    partner = await given.partner()

    async def page() -> str:
        return await payments.start_onboarding(
            partner, return_url="http://127.0.0.1/a", refresh_url="http://127.0.0.1/b",
            clock=clock, actor=SYSTEM,
        )  # fmt: skip

    assert await page() != await page()


async def test_an_account_is_never_exchanged(stripe: Watched) -> None:
    await open_account(await given.partner())
    with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError):
        await core.fetch("UPDATE payments.connected_account SET stripe_account = 'acct_thief'")


async def test_in_the_portal_a_partner_sees_and_starts_its_own(stripe: Watched) -> None:
    mine, other = await given.partner(), await given.partner()
    await account(other, "3002")
    async with await clients.signed_in("finance", mine) as finance:
        none = await finance.get("/api/portal/account")
        assert (none.status_code, none.json()) == (200, {"account": None})
        started = await finance.post("/api/portal/account/onboarding")
        assert started.status_code == 200, started.text
        assert started.json()["url"].startswith("http://stripe.test/onboarding/")
        found = await payments.read_connected_account(mine)
        assert found.stripe_account is not None
        await stripe_sandbox.verify_account(found.stripe_account)
        refreshed = await finance.post("/api/portal/account/refresh")
        assert refreshed.json()["payable"] is True
        assert refreshed.json()["iban_last4"] == "3000"
        seen = (await finance.get("/api/portal/account")).json()
        assert seen == {"account": refreshed.json()}
    async with await clients.signed_in("member", mine) as member:
        assert (await member.get("/api/portal/account")).status_code == 403


@pytest.mark.parametrize("way", ["leave", "expired"])
async def test_stripe_leads_back_to_an_address_that_there_is(stripe: Watched, way: str) -> None:
    partner = await given.partner()
    async with await clients.signed_in("finance", partner) as finance:
        url = (await finance.post("/api/portal/account/onboarding")).json()["url"]
        if way == "expired":
            await stripe_sandbox.advance_clock(86_400)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(cast(Any, stripe))) as browser:
            page = await browser.get(url)
            if way == "leave":
                visit = page.text.split('name="visit" value="')[1].split('"')[0]
                page = await browser.post(url, data={"visit": visit, "action": "leave"})
        assert page.status_code == 303
        back = page.headers["location"]
        assert back == f"{clients.BASE}/portal/bank?from={'stripe' if way == 'leave' else way}"
        page = await finance.get(back)
        assert page.headers["content-type"].startswith("text/html")


async def test_row_level_security_hides_the_accounts_of_others(stripe: Watched) -> None:
    mine, other = await given.partner(), await given.partner()
    await open_account(other)
    with core.acting_for(mine):
        assert await core.fetch("SELECT * FROM payments.connected_account") == []
        assert await core.fetch("SELECT * FROM payments.operation") == []
    assert await core.fetch_value("SELECT count(*) FROM payments.connected_account") == 1


async def test_a_partner_does_not_say_what_stripe_thinks_of_its_account(stripe: Watched) -> None:
    mine = await given.partner()
    await open_account(mine)
    with core.acting_for(mine):
        for change in ("payouts_status = 'active'", "closed = false", "schedule = 'manual'"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="operator"):
                await core.fetch(f"UPDATE payments.connected_account SET {change}")
        await payments.refresh_account(mine)
