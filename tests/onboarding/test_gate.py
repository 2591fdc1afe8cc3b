"""No payout without a complete file, a mandate, and no restriction."""

from datetime import timedelta
from typing import Any

from backend import core, onboarding, payouts, stripe_sandbox
from tests.given.partners import SYSTEM
from tests.given.payouts import (
    AUGUST,
    books,
    closed_month,
    days_pass,
    payable_partner,
    payout_of,
    run,
    sandbox_time,
    state_of,
)
from tests.onboarding.files import agreement, sign
from tests.payments.conftest import Watched, stripe

__all__ = ["stripe"]


async def test_without_a_mandate_nothing_is_paid_and_it_goes_once_one_is_signed(
    stripe: Watched,
) -> None:
    partner = await payable_partner()
    now = await sandbox_time()
    await onboarding.revoke_mandate(partner, reason=None, now=now, actor=SYSTEM)
    await closed_month(partner)
    await stripe_sandbox.fund(1_000_00)
    made = await payouts.pay_month(AUGUST, now=now, actor=SYSTEM)
    assert made.held == {"file_incomplete": 1}
    await run()
    assert await state_of(await payout_of(partner)) == "held"
    assert await books(partner) == {"payable": 84_00}
    await sign(partner, await agreement("self_billing"), now=now + timedelta(seconds=1))
    await days_pass(0.01)
    await run()
    assert await state_of(await payout_of(partner)) == "payout_pending"


async def test_what_expires_between_two_payouts_holds_the_second(stripe: Watched) -> None:
    partner = await payable_partner()
    assert await onboarding.is_complete(partner, await sandbox_time())
    far = await sandbox_time() + timedelta(days=3660)
    file = await onboarding.file_of(partner, far)
    assert [one.name for one in file.missing] == ["register_extract", "beneficial_owners"]
    assert await core.fetch_value("SELECT onboarding.payout_bar($1, $2)", partner, far) == (
        "file_incomplete"
    )


async def test_a_restriction_of_payouts_holds_them_and_one_of_listings_does_not(
    stripe: Watched,
) -> None:
    partner = await payable_partner()
    now = await sandbox_time()
    facts: dict[str, Any] = {
        "kind": "restriction",
        "what": "x",
        "why": "x",
        "rule": "x",
        "notice_days": 0,
    }
    await onboarding.restrict_organisation(partner, scope="listing", **facts, now=now, actor=SYSTEM)
    assert await core.fetch_value("SELECT onboarding.payout_bar($1, $2)", partner, now) is None
    made = await onboarding.restrict_organisation(
        partner,
        scope="payout",
        **facts,
        now=now,
        actor=SYSTEM,
    )
    await closed_month(partner)
    await stripe_sandbox.fund(1_000_00)
    assert (await payouts.pay_month(AUGUST, now=now, actor=SYSTEM)).held == {"restricted": 1}
    await onboarding.lift_restriction(made, why="x", now=now + timedelta(seconds=1), actor=SYSTEM)
    await days_pass(0.01)
    await run()
    assert await state_of(await payout_of(partner)) == "payout_pending"
