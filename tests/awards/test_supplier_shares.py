"""What suppliers have of the revenue of their pools (money rule n, seed row F-13)."""

import asyncio
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from backend import awards, charges, ledger, partners, payouts, reports, settlement
from backend.core import Money, Month
from tests import given
from tests.given import charges as made
from tests.given.programmes import JANUARY, organisation

AUGUST = Month.parse("2026-08")
DAY = date(2026, 8, 20)
NOW = datetime(2026, 9, 3, 9, tzinfo=UTC)


async def supplier(
    rate_bp: int = 1200, base: str = "gpu", since: date = date(2026, 1, 1)
) -> tuple[UUID, UUID]:
    """A manufacturer with a share of the pool's revenue, and its contract."""
    org = await organisation("supplier", name="Constructeur")
    contract = await partners.sign_supply_contract(
        org, kind="manufacturer", reference=f"HW-{base}", subject="Servers, nothing paid first",
        starts_on=since, now=JANUARY, actor=given.SYSTEM,
    )  # fmt: skip
    await partners.set_supply_share(
        contract, rate_bp=rate_bp, base=base, valid_from=since, now=JANUARY, actor=given.SYSTEM
    )
    return org, contract


async def use(list_minor: int, resource: str = "gpu.a100", day: date = DAY) -> int:
    org = await organisation("buyer")
    line = await made.charge(org, list_minor, resource=resource, charged_on=day)
    found: int = line["id"]
    return found


async def close(month: Month = AUGUST) -> None:
    await settlement.close_through(
        month, minimum_hundredths=2500, now=max(NOW, month.end), actor=given.SYSTEM
    )
    assert await reports.run_checks() == []


async def post(month: Month = AUGUST, now: datetime = NOW) -> int:
    return await awards.post_supplier_shares(month, now=now, actor=given.SYSTEM)


async def test_F_13_a_supplier_has_12_percent_of_its_pools_revenue_self_billed_and_due(
    db: None,
) -> None:
    """50,000.00 in a month: 6,000.00 and 1,200.00 of VAT, on its statement, to be paid out."""
    org, _ = await supplier()
    await use(30_000_00)
    await use(20_000_00, "gpu")
    await use(99_000_00, "gpus.other")
    await close()
    assert await post() == 1
    (share,) = await awards.list_supplier_shares(organisation_id=org)
    assert (share["revenue_minor"], share["share_minor"]) == (50_000_00, 6_000_00)
    (award,) = await awards.list_awards(organisation_id=org)
    assert (award["document_type"], award["contract_number"]) == ("389", "HW-gpu")
    september = AUGUST.next
    await close(september)
    (statement,) = await settlement.list_statements(organisation_id=org, month=september)
    assert (statement["awards_minor"], statement["vat_minor"]) == (6_000_00, 1_200_00)
    assert (statement["due_minor"], statement["closing_minor"]) == (7_200_00, 0)
    assert (await ledger.balance(ledger.OPERATOR_SUPPLIERS, "EUR")).amount_minor == -6_000_00
    assert (await ledger.balance(ledger.payable(org), "EUR")).amount_minor == 7_200_00
    assert await reports.run_checks() == []


async def test_a_month_is_shared_once_and_only_when_it_is_closed(db: None) -> None:
    await supplier()
    await use(50_000_00)
    with pytest.raises(awards.MonthOpen, match="Close 2026-08 first"):
        await post()
    assert len(await awards.pools_in(AUGUST)) == 1
    await close()
    assert sorted(await asyncio.gather(*(post() for _ in range(4)))) == [0, 0, 0, 1]
    assert await awards.pools_in(AUGUST) == []
    assert len(await awards.list_awards()) == 1


async def test_each_line_is_shared_by_the_rate_in_force_on_its_day(db: None) -> None:
    org, contract = await supplier(rate_bp=1000)
    await partners.set_supply_share(
        contract, rate_bp=2000, base="gpu", valid_from=date(2026, 8, 16), now=JANUARY,
        actor=given.SYSTEM,
    )  # fmt: skip
    await use(100_00, day=date(2026, 8, 15))
    await use(100_00, day=date(2026, 8, 16))
    await close()
    assert await post() == 2
    rows = await awards.list_supplier_shares(organisation_id=org)
    assert [row["share_minor"] for row in rows] == [10_00, 20_00]


async def test_a_refund_takes_the_share_back_in_its_own_month(db: None) -> None:
    org, _ = await supplier()
    line = await use(100_00)
    await close()
    await post()
    later = datetime(2026, 9, 10, 9, tzinfo=UTC)
    await charges.refund_charge(
        line,
        Money(100_00, "EUR"),
        reference="r",
        now=later,
        actor=given.SYSTEM,
    )
    await close(AUGUST.next)
    october = datetime(2026, 10, 3, 9, tzinfo=UTC)
    await post(AUGUST.next, october)
    amounts = [row["amount_minor"] for row in await awards.list_awards(organisation_id=org)]
    assert sorted(amounts) == [-12_00, 12_00]
    types = {row["document_type"] for row in await awards.list_awards(organisation_id=org)}
    assert types == {"389", "261"}
    await close(Month.parse("2026-10"))


async def test_a_contract_shares_nothing_after_its_last_day(db: None) -> None:
    _, contract = await supplier()
    await partners.end_supply_contract(contract, ends_on=date(2026, 8, 19), actor=given.SYSTEM)
    await use(100_00)
    await close()
    assert await post() == 0


async def test_the_worker_shares_the_closed_months_by_itself(db: None) -> None:
    await supplier()
    await use(100_00)
    await close()
    await awards.follow_awards(payouts.machine_clock)
    await awards.follow_awards(payouts.machine_clock)
    assert len(await awards.list_awards()) == 1


async def test_months_closed_together_are_all_shared_however_old(db: None) -> None:
    """Half a year is closed at once: the worker's next night gives the share of March too."""
    await supplier()
    await use(100_00, day=date(2026, 3, 5))
    await close()
    await awards.follow_awards(payouts.machine_clock)
    (share,) = await awards.list_supplier_shares()
    assert (share["month"], share["share_minor"]) == (date(2026, 3, 1), 12_00)
    await awards.follow_awards(payouts.machine_clock)
    assert len(await awards.list_supplier_shares()) == 1
