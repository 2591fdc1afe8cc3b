"""4,531 real sales the whole way: imported, closed, verified, funded, paid, to the cent.

Compared with a recomputation that shares no code with the product.
"""

import csv
import os
from collections import defaultdict
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from backend import core, payouts, reports, sales, settlement, stripe_sandbox
from backend.cli.sandbox import missing, top_up
from backend.core import Month, for_each
from backend.partners import list_unverified

REAL = Path(__file__).parents[2].parent / "shared" / "data" / "marketplace_sales.csv"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
MINIMUM = Decimal("25.00")
CENT = Decimal("0.01")


def real_rows() -> list[dict[str, str]]:
    if not REAL.exists():
        if os.environ.get("CI") == "true":
            pytest.fail("../shared/data is missing: CI runs with it")
        pytest.skip("../shared/data/marketplace_sales.csv is not here")
    with REAL.open(newline="") as file:
        return list(csv.DictReader(file))


def recompute(rows: list[dict[str, str]]) -> tuple[dict[tuple[str, str], Decimal], list[str]]:
    """What each partner is paid for each month, and the months, from the file alone."""
    earned: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in rows:
        local = datetime.fromisoformat(row["sold_at"]).astimezone(ZoneInfo("Europe/Paris"))
        part = (Decimal(row["net_amount"]) * 7 / 10).quantize(CENT, ROUND_HALF_UP)
        earned[row["partner_ref"], f"{local:%Y-%m}"] += part
    months = []
    year, number = map(int, min(month for _, month in earned).split("-"))
    while (month := f"{year}-{number:02d}") <= max(month for _, month in earned):
        months.append(month)
        year, number = (year + 1, 1) if number == 12 else (year, number + 1)
    due = {}
    for partner in {partner for partner, _ in earned}:
        carried = Decimal()
        for month in months:
            carried += earned.get((partner, month), Decimal())
            if carried >= MINIMUM:
                due[partner, month] = carried
                carried = Decimal()
    return due, months


@pytest.mark.long
async def test_every_partner_is_paid_its_months_to_the_cent(stripe: None, tmp_path: Path) -> None:
    rows = real_rows()
    path = tmp_path / "sales.csv"
    path.write_bytes(REAL.read_bytes())
    options = sales.Options("fr_franchise_293b", None, 14, NOW, "test")
    assert (await sales.import_sales(path, options))[:4] == (4531, 4531, 0, 0)
    due, months = recompute(rows)

    await settlement.close_through(
        Month.parse(months[-1]), minimum_hundredths=2500, now=NOW, actor="test"
    )
    await for_each(
        await list_unverified(),
        lambda partner: payouts.verify_in_sandbox(partner, now=NOW, actor="test"),
    )
    await top_up(await missing("EUR"))
    for month in months:
        paid = await payouts.pay(
            Month.parse(month), actor="test", advance_clock=stripe_sandbox.advance_clock
        )
        assert (paid.held, paid.failed, paid.waiting) == (0, 0, 0)
    await payouts.pay(
        Month.parse(months[-1]),
        actor="test",
        wait=True,
        advance_clock=stripe_sandbox.advance_clock,
    )
    for month in months:
        await payouts.pay(
            Month.parse(month),
            actor="test",
            wait=True,
            advance_clock=stripe_sandbox.advance_clock,
        )

    stored = await core.fetch(
        "SELECT o.reference, to_char(s.month, 'YYYY-MM') AS month, p.amount_minor, p.state "
        "FROM payouts.payout p JOIN settlement.statement s ON s.id = p.statement_id "
        "JOIN partners.organisation o ON o.id = p.organisation_id"
    )
    assert {row["state"] for row in stored} == {"final"}
    assert {(r["reference"], r["month"]): Decimal(r["amount_minor"]) / 100 for r in stored} == due
    at_stripe = await core.fetch_value(
        "SELECT sum((body->>'amount')::bigint) FROM stripe_sandbox.object WHERE kind = 'transfer'"
    )
    assert Decimal(at_stripe) / 100 == sum(due.values())
    assert await reports.run_checks() == []
