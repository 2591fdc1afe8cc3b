"""Rebates on a quarter's turnover: to the cent, once, corrected by refunds (money rule k)."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from backend import awards, charges, core, ledger, partners, programmes, reports, settlement
from backend.core import Money, Month
from tests import given
from tests.given import charges as made
from tests.given.programmes import JANUARY, organisation, reseller

QUARTER = awards.Quarter.parse("2026-Q3")
SEPTEMBER = Month.parse("2026-09")
NOW = datetime(2026, 10, 5, 9, tzinfo=UTC)
USED = date(2026, 8, 20)

TABLE = [  # Turnover, incremental, retroactive: the table of money rule k.
    (9_999_99, 0, 0),
    (10_000_00, 0, 300_00),
    (49_999_99, 1_200_00, 1_500_00),
    (50_000_00, 1_200_00, 2_500_00),
    (75_000_00, 2_450_00, 3_750_00),
    (100_000_00, 3_700_00, 8_000_00),
    (120_000_00, 5_300_00, 9_600_00),
]
TIERS = [
    programmes.Tier(0, 0),
    programmes.Tier(10_000_00, 300),
    programmes.Tier(50_000_00, 500),
    programmes.Tier(100_000_00, 800),
]


async def invoiced(org: UUID, net_minor: int, **facts: Any) -> Any:
    """A charge that comes to this after the discount of its level."""
    return await made.charge(org, net_minor, **{"charged_on": USED, **facts})


async def closed(month: Month = SEPTEMBER) -> None:
    await settlement.close_through(
        month, minimum_hundredths=2500, now=max(NOW, month.end), actor=given.SYSTEM
    )
    assert await reports.run_checks() == []


async def post(quarter: awards.Quarter = QUARTER, now: datetime = NOW) -> awards.PostedRebates:
    return await awards.post_rebates(quarter, now=now, actor=given.SYSTEM)


async def at_list() -> None:
    """From now on nobody has a discount: turnovers are list prices."""
    rates: dict[programmes.Cell, int] = {
        (level, environment): 0
        for level in ("registered", "certified", "premium")
        for environment in programmes.ENVIRONMENTS
    }
    await programmes.announce_matrix(
        "None", rates, valid_from=JANUARY + timedelta(days=1), now=JANUARY, actor=given.SYSTEM
    )


async def retroactive(since: datetime) -> list[programmes.Jump]:
    _, jumps = await programmes.announce_tiers(
        "All of it", TIERS, "retroactive", valid_from=since, now=JANUARY, actor=given.SYSTEM
    )
    return jumps


@pytest.mark.parametrize("mode", ["incremental", "retroactive"])
async def test_k_f_12_every_row_of_the_table_is_posted_to_the_cent(db: None, mode: str) -> None:
    await at_list()
    if mode == "retroactive":
        jumps = await retroactive(datetime(2026, 6, 1, tzinfo=UTC))
        # One cent more at 50,000.00 and 1,000.00 more: the warning of money rule k.
        assert [(x.from_minor, x.jump_minor) for x in jumps][1] == (50_000_00, 1_000_00)
    partners = {}
    for turnover, incremental, whole in TABLE:
        org = await reseller("certified")
        await invoiced(org, turnover)
        partners[org] = (turnover, incremental if mode == "incremental" else whole)
    await closed()
    posted = await post()
    assert {
        due.turnover.organisation_id: (due.turnover.turnover_minor, due.rebate_minor)
        for due in posted.due
    } == partners
    for org, (_, rebate) in partners.items():
        given_to = await awards.list_awards(organisation_id=org)
        assert sum(row["amount_minor"] for row in given_to) == rebate
        assert (await ledger.balance(ledger.owed(org), "EUR")).amount_minor == rebate
    assert await reports.run_checks() == []


async def test_F_12_a_rebate_is_a_credit_note_of_type_262_on_the_next_statement(db: None) -> None:
    """75,000.00 in the quarter: 2,450.00 and 490.00 of VAT, with contract and period."""
    await at_list()
    org = await reseller("certified")
    await invoiced(org, 75_000_00)
    await closed()
    await post()
    (award,) = await awards.list_awards(organisation_id=org)
    assert (award["document_type"], award["from_on"], award["to_on"]) == (
        "262",
        date(2026, 7, 1),
        date(2026, 9, 30),
    )
    assert award["contract_number"].endswith("/reseller_integrator/2026-01-05")
    october = SEPTEMBER.next
    await closed(october)
    (statement,) = await settlement.list_statements(organisation_id=org, month=october)
    assert (statement["rebates_minor"], statement["rebates_vat_minor"]) == (2_450_00, 490_00)
    assert statement["opening_minor"] == -90_000_00
    assert statement["closing_minor"] == -90_000_00 + 2_940_00
    assert (await ledger.balance(ledger.OPERATOR_REBATES, "EUR")).amount_minor == -2_450_00
    assert (await ledger.balance(ledger.OPERATOR_VAT, "EUR")).amount_minor == 15_000_00 - 490_00
    assert (await ledger.balance(ledger.owed(org), "EUR")).amount_minor == 0


async def test_R_03_the_rebate_is_given_only_for_what_was_used_while_the_level_gave_it(
    db: None,
) -> None:
    """Registered has none, certified has: it counts from the promotion on, and no day longer."""
    await at_list()
    org, plain = await reseller("registered"), await reseller("registered")
    august = datetime(2026, 8, 1, tzinfo=UTC)
    await invoiced(org, 40_000_00, charged_on=date(2026, 7, 20))
    await invoiced(plain, 40_000_00)
    await programmes.promote(
        org, programmes.RESELLER, "certified", reason="Good.", now=august, actor=given.SYSTEM
    )
    await invoiced(org, 20_000_00)
    await closed()
    (due,) = (await post()).due
    assert (due.turnover.organisation_id, due.turnover.turnover_minor) == (org, 20_000_00)
    assert due.rebate_minor == 300_00
    assert "turnover_rebate" in {x.kind for x in await programmes.benefits_at(org, NOW)}
    assert "turnover_rebate" not in {x.kind for x in await programmes.benefits_at(plain, NOW)}


async def test_turnover_is_after_discounts_and_credits_and_only_of_who_is_invoiced(
    db: None,
) -> None:
    org = await reseller("certified")
    await made.grant(org, 1_000_00)
    await invoiced(org, 20_000_00)  # 10 % off is 18,000.00; a credit pays 1,000.00 of it.
    await closed()
    (due,) = (await post()).due
    assert due.turnover.turnover_minor == 17_000_00


async def test_a_rebate_is_posted_once_however_often_it_is_asked_for(db: None) -> None:
    await at_list()
    org = await reseller("certified")
    await invoiced(org, 75_000_00)
    await closed()
    answers = await asyncio.gather(*(post() for _ in range(5)))
    assert sorted(answer.new for answer in answers) == [0, 0, 0, 0, 1]
    assert len(await awards.list_awards(organisation_id=org)) == 1
    assert (await post(now=NOW + timedelta(days=40))).new == 0


async def test_a_quarter_that_is_not_closed_is_not_posted_but_may_be_looked_at(db: None) -> None:
    await at_list()
    org = await reseller("certified")
    await invoiced(org, 75_000_00)
    await closed(Month.parse("2026-08"))
    with pytest.raises(awards.QuarterOpen, match="Close 2026-09 first"):
        await post()
    (due,) = await awards.rebates_due(QUARTER)
    assert (due.rebate_minor, due.amount_minor, due.posted) == (2_450_00, 2_450_00, None)
    assert await awards.list_awards() == []


async def test_refunds_after_the_quarter_correct_it_cumulatively(db: None) -> None:
    """75,000.00 less 30,000.00 leaves 45,000.00: 1,050.00; what was posted stays as it is."""
    await at_list()
    org = await reseller("certified")
    line = await invoiced(org, 75_000_00)
    await closed()
    await post()
    for number, (part, left) in enumerate([(30_000_00, 1_050_00), (44_000_00, 0)], 2):
        later = NOW + timedelta(days=number)
        await charges.refund_charge(
            line["id"], Money(part, "EUR"), reference=f"r{number}", now=later, actor=given.SYSTEM
        )
        assert (await post(now=later)).new == 1
        rows = await awards.list_rebates(organisation_id=org)
        assert (rows[-1]["number"], rows[-1]["rebate_minor"]) == (number, left)
        assert sum(row["amount_minor"] for row in rows) == left
    assert [row["amount_minor"] for row in rows] == [2_450_00, -1_400_00, -1_050_00]
    assert [row["document_type"] for row in rows] == ["262", "380", "380"]
    # The refund is the old quarter's: it is not taken from the new one's turnover again.
    assert await awards.rebates_due(awards.Quarter.parse("2026-Q4")) == []
    await closed(SEPTEMBER.next)


async def test_the_tiers_in_force_as_the_quarter_began_hold_for_all_of_it(db: None) -> None:
    await at_list()
    await retroactive(datetime(2026, 8, 1, tzinfo=UTC))
    org = await reseller("certified")
    await invoiced(org, 75_000_00)
    await closed()
    (due,) = (await post()).due
    assert due.rebate_minor == 2_450_00


async def test_postgresql_refuses_a_posting_that_does_not_follow(
    db: None, owner: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    await at_list()
    org = await reseller("certified")
    await invoiced(org, 75_000_00)
    await closed()
    await post()
    again = (
        "INSERT INTO awards.rebate SELECT organisation_id, quarter, currency, {}, tier_table_id, "
        "{}, {}, {}, award_id, now() FROM awards.rebate"
    )
    for number, turnover, rebate, amount in (
        (3, 1, 0, -2_450_00),
        (2, 1, 0, -1),
        (2, 80_000_00_00, 2_450_00, 0),
        (2, 1, 2_451_00, 100),
    ):
        with pytest.raises(asyncpg.CheckViolationError):
            await owner.execute(again.format(number, turnover, rebate, amount))
    with pytest.raises(asyncpg.CheckViolationError, match="rebate_names_its_contract"):
        await core.fetch(
            "INSERT INTO awards.award (kind, reference, organisation_id, currency, amount_minor, "
            "month, from_on, to_on, document_type, subject, vat_category, vat_rate_bp, actor, "
            "awarded_at) VALUES ('rebate', 'x', $1, 'EUR', 1, '2026-12-01', '2026-07-01', "
            "'2026-09-30', '262', 'x', 'S', 2000, 'x', now())",
            org,
        )
    for table in ("award", "rebate"):
        with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError):
            await owner.execute(f"UPDATE awards.{table} SET amount_minor = 1")


async def test_an_organisation_of_the_supplier_kind_has_no_rebate(db: None) -> None:
    org = await organisation("supplier")
    await invoiced(org, 75_000_00)
    await closed()
    assert (await post()).due == []


@for_all(st.integers(0, 200_000_00), st.integers(0, 200_000_00))
def test_incremental_rebates_are_continuous_and_no_rebate_is_below_zero(a: int, b: int) -> None:
    low, high = sorted((a, b))
    below = programmes.rebate(low, TIERS, "incremental")
    above = programmes.rebate(high, TIERS, "incremental")
    assert 0 <= below <= above
    # Never more than the best rate on what was added, and a cent of rounding.
    assert above - below <= (high - low) * 800 // 10_000 + 1
    assert programmes.rebate(high, TIERS, "retroactive") >= above
    assert programmes.rebate(-a, TIERS, "incremental") == 0


@for_all(st.integers(-10_000_00, 200_000_00), st.sampled_from(["incremental", "retroactive"]))
def test_the_lines_of_an_explanation_come_to_the_turnover_and_the_rebate(
    turnover: int, mode: Any
) -> None:
    table = programmes.TierTable(
        id=UUID(int=1), name="t", mode=mode, currency="EUR", valid_from=NOW, tiers=TIERS
    )
    found = awards.steps(turnover, table)
    assert sum(step.part_minor for step in found) == max(turnover, 0)
    exact = sum(step.part_minor * step.rate_bp for step in found)
    assert (2 * exact + 10_000) // 20_000 == programmes.rebate(turnover, TIERS, mode)


@pytest.mark.parametrize("text", ["2026-Q0", "2026-Q5", "26-Q1", "2026-03", "2026-Q1\n"])
def test_what_is_no_quarter_is_refused(text: str) -> None:
    with pytest.raises(awards.BadQuarter):
        awards.Quarter.parse(text)


def test_a_quarter_is_three_months_of_paris() -> None:
    quarter = awards.Quarter.of(datetime(2026, 6, 30, 22, tzinfo=UTC))
    assert (str(quarter), str(quarter.previous)) == ("2026-Q3", "2026-Q2")
    assert quarter.last_day == date(2026, 9, 30)
    assert (quarter.start, quarter.end) == (
        datetime(2026, 6, 30, 22, tzinfo=UTC),
        datetime(2026, 9, 30, 22, tzinfo=UTC),
    )


async def test_a_rebate_names_the_contract_of_its_quarter_not_of_a_programme_joined_later(
    db: None,
) -> None:
    await at_list()
    org = await reseller("certified")
    await programmes.announce_benefit(
        programmes.EDITOR, "selected", "turnover_rebate", is_given=True,
        valid_from=JANUARY + timedelta(days=1), now=JANUARY, actor=given.SYSTEM,
    )  # fmt: skip
    await invoiced(org, 75_000_00)
    later = NOW - timedelta(days=3)
    await partners.add_role(org, "isv", actor=given.SYSTEM)
    await programmes.leave(
        org, programmes.RESELLER, reason="Editor now.", now=later, actor=given.SYSTEM
    )
    await programmes.enter(org, programmes.EDITOR, reason="So.", now=later, actor=given.SYSTEM)
    await closed()
    (due,) = (await post()).due
    assert due.turnover.contract_number.endswith("/reseller_integrator/2026-01-05")
