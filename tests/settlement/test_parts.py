"""The steps that a statement shows sum to what is paid and carried, whatever made it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn
from hypothesis import strategies as some

from backend import charges, core, network, programmes, settlement
from backend.core import Money, Month
from backend.reports import queries, queries_charges
from backend.reports.pages_why import Writer, why_this_amount
from backend.reports.statement import complete
from tests import clients, given
from tests.given import charges as made
from tests.given.programmes import JANUARY, organisation, reseller

AUGUST = Month.parse("2026-08")
USED = date(2026, 8, 20)
LATER = datetime(2026, 9, 10, 9, tzinfo=UTC)


def minor(amount: dict[str, Any]) -> int:
    found: int = amount["amount_minor"]
    return found


def steps(detail: dict[str, Any]) -> int:
    """As frontend/desk/src/desk/statement.ts shows them, one after the other."""
    statement, charged = detail["statement"], detail["charged"]
    shares = sum(minor(row["net"]) - minor(row["operator"]) for row in detail["deductions"])
    plus = sum(
        minor(statement[name]) for name in ("opening", "margins", "awards", "rebates", "receipts")
    )
    vat = sum(minor(part["vat"]) for part in (*detail["vat"], *detail["rebates_vat"]))
    used = minor(charged["list"]) - minor(charged["discount"]) - minor(charged["credit"])
    their_vat = sum(minor(part["vat"]) for part in detail["charges_vat"])
    return shares + plus + vat - used - their_vat


async def printed(statement_id: UUID) -> int:
    """What the steps of its PDF sum to."""
    head = await complete(await queries.statement_head(statement_id))
    kept = await queries.deductions(head)
    charged = dict(await queries_charges.charge_sums(head))
    rows = why_this_amount(Writer(head, "fr"), kept, charged)
    return sum(row["minor"] for row in rows)


async def check() -> int:
    """Every statement of the office adds up; answers how many there are."""
    async with await clients.signed_in("finance") as browser:
        items = (await browser.get("/api/office/statements")).json()["items"]
        for item in items:
            detail = (await browser.get(f"/api/office/statements/{item['id']}")).json()
            statement = detail["statement"]
            whole = minor(statement["due"]) + minor(statement["closing"])
            assert steps(detail) == whole == await printed(UUID(item["id"]))
    return len(items)


async def close(month: Month) -> None:
    await settlement.close_month(
        month, minimum_hundredths=2500, now=max(given.NOW, month.end), actor=given.SYSTEM
    )


async def take_back(line: Any, amount_minor: int, now: datetime = LATER) -> None:
    await charges.refund_charge(
        line["id"], Money(amount_minor, "EUR"), reference=f"r-{line['id']}", now=now,
        actor=given.SYSTEM,
    )  # fmt: skip


async def editor() -> UUID:
    org = await organisation("isv")
    await programmes.enter(
        org, programmes.EDITOR, reason="Selected.", now=JANUARY, actor=given.SYSTEM
    )
    return org


async def test_the_steps_of_every_kind_sum_to_what_is_due_and_carried(db: None) -> None:
    org, gros, sub = await editor(), await organisation("wholesaler"), await reseller("premium")
    await network.join(sub, gros, "operator", now=JANUARY, actor=given.SYSTEM)
    await given.sale(org, 1000_00)
    await made.grant(org, 77_77)
    lines = [await made.charge(org, 333_33, charged_on=USED) for _ in range(3)]
    margin = await made.charge(sub, 999_99, environment="enterprise", charged_on=USED)
    await close(AUGUST)
    assert await check() == 3
    await take_back(lines[0], 101_01)
    await take_back(margin, 100_00)
    await given.sale(org, 33_33, sold_at=LATER)
    await close(AUGUST.next)
    assert await check() == 6


@pytest.mark.long
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@drawn(
    sold=some.lists(some.integers(1, 300_000), max_size=3),
    used=some.lists(some.integers(1, 300_000), max_size=4),
    credit=some.integers(0, 200_000),
    back=some.integers(0, 100_000),
)
async def test_the_steps_sum_whatever_was_sold_used_credited_and_given_back(
    db: None, sold: list[int], used: list[int], credit: int, back: int
) -> None:
    if not (sold or used):
        return
    last = await core.fetch_value("SELECT max(month) FROM settlement.month_close")
    month = Month.parse("2026-11") if last is None else Month(last).next
    moment, day = month.start + timedelta(days=5), month.first_day + timedelta(days=5)
    org = await editor()
    for net in sold:
        await given.sale(org, net, sold_at=moment)
    if credit:
        await made.grant(org, credit, granted_on=month.first_day, expires_on=month.last_day)
    lines = [await made.charge(org, one, charged_on=day) for one in used]
    if lines and back and lines[0]["net_minor"]:
        await take_back(lines[0], min(back, lines[0]["net_minor"]), moment + timedelta(days=5))
    await close(month)
    assert await check() > 0
