"""A partner's front page: what needs it, what comes to it, what it earned; nobody else's."""

from datetime import UTC, datetime
from uuid import UUID

from backend.core import Month
from tests import clients, given
from tests.given.payouts import days_pass, run, started
from tests.given.sales import sale
from tests.payments.conftest import Watched

HOME = "/api/portal/home"
OVERVIEW = "/api/portal/payouts/overview"


async def test_a_new_partner_is_told_all_that_is_missing(stripe: Watched) -> None:
    partner = await given.partner()
    async with await clients.signed_in("owner", partner) as owner:
        home = (await owner.get(HOME)).json()
    assert home["verification"] == "unverified"
    assert home["account"] == {"exists": False, "payable": False, "requirements": []}
    assert (home["drafts"], home["published"]) == (0, 0)
    assert (home["payouts"], home["so_far"], home["before"]) == ([], [], [])
    assert home["month"] == str(Month.of(datetime.now(UTC)))
    assert home["first_month"] == str(Month.of(given.NOW)), "no month is older than it"


async def test_the_month_so_far_is_ones_own(stripe: Watched) -> None:
    mine, other = await given.partner(), await given.partner("Autre")
    now = datetime.now(UTC)
    await sale(mine, 100_00, sold_at=now)
    await sale(mine, 50_00, sold_at=now)
    await sale(other, 900_00, sold_at=now)
    async with await clients.signed_in("owner", mine) as owner:
        (sold,) = (await owner.get(HOME)).json()["so_far"]
        overview = (await owner.get(OVERVIEW)).json()
        dollars = (await owner.get(OVERVIEW, params={"currency": "USD"})).json()
    assert (sold["sales"], sold["refunds"]) == (2, 0)
    assert sold["net"] == {"amount_minor": 150_00, "currency": "EUR"}
    assert sold["partner"] == {"amount_minor": 105_00, "currency": "EUR"}
    (earned,) = overview["earned"]
    assert earned["partner"]["amount_minor"] == 105_00
    assert dollars["earned"] == []


async def test_a_refused_payout_stands_on_the_front_page_with_its_reason(stripe: Watched) -> None:
    partner, payout = await started("3001")
    await run()
    await days_pass(2.1)
    await run()
    async with await clients.signed_in("owner", partner) as owner:
        (coming,) = (await owner.get(HOME)).json()["payouts"]
        overview = (await owner.get(OVERVIEW)).json()
    assert (UUID(coming["id"]), coming["state"]) == (payout, "failed")
    assert coming["failure_code"] == "no_account"
    assert [stage["stage"] for stage in overview["stages"]] == ["failed"]
    assert overview["paid_this_year"] == {"amount_minor": 0, "currency": "EUR"}


async def test_a_paid_payout_counts_this_year_and_comes_no_more(stripe: Watched) -> None:
    partner, _ = await started()
    await run()
    await days_pass(2.1)
    await run()
    async with await clients.signed_in("finance", partner) as finance:
        home = (await finance.get(HOME)).json()
        overview = (await finance.get(OVERVIEW)).json()
    assert home["payouts"] == []
    (stage,) = overview["stages"]
    assert (stage["stage"], stage["payouts"]) == ("paid", 1)
    assert overview["paid_this_year"] == stage["amount"]


async def test_who_may_not_read_payouts_sees_none_of_them(stripe: Watched) -> None:
    partner, _ = await started()
    async with await clients.signed_in("member", partner) as member:
        home = (await member.get(HOME)).json()
        assert (home["payouts"], home["account"]) == (None, None)
        assert (await member.get(OVERVIEW)).status_code == 403
