"""The commands that post what is owed by a rule: rebates of a quarter, shares of suppliers."""

from datetime import UTC, datetime

import click

from backend import awards
from backend.cli.place import ACTOR, Result, command
from backend.core import Money, Month
from backend.settings import Settings


@click.command()
@click.argument("quarter")
@click.option("--dry-run", is_flag=True, help="Say what would be posted, and post nothing.")
@command
async def rebates(settings: Settings, quarter: str, dry_run: bool) -> Result:
    """Post the rebates on a QUARTER's turnover (such as 2026-Q3), each once.

    Its last month has to be closed. Again, it posts what refunds have taken back since.
    """
    wanted = awards.Quarter.parse(quarter)
    if dry_run:
        found = await awards.rebates_due(wanted)
        new = sum(due.is_new for due in found)
    else:
        posted = await awards.post_rebates(wanted, now=datetime.now(UTC), actor=ACTOR)
        found, new = posted.due, posted.new
    totals: dict[str, int] = {}
    for due in found:
        currency = due.turnover.currency
        totals[currency] = totals.get(currency, 0) + due.rebate_minor
    facts = {"quarter": str(wanted), "partners": len(found), "new": new, "dry_run": dry_run,
             "rebates": totals}  # fmt: skip
    did = "would be posted" if dry_run else "posted"
    lines = [f"{wanted}: {len(found)} partners with turnover, {new} {did}."]
    lines += [
        f"{Money(minor, currency)} of rebates in all, before VAT."
        for currency, minor in sorted(totals.items())
    ]
    return Result(facts, "\n".join(lines))


@click.command("supplier-shares")
@click.argument("month")
@click.option("--dry-run", is_flag=True, help="Say what would be posted, and post nothing.")
@command
async def supplier_shares(settings: Settings, month: str, dry_run: bool) -> Result:
    """Post the suppliers' shares of a closed MONTH's revenue of their pools, each once."""
    wanted = Month.parse(month)
    if dry_run:
        new = len(await awards.pools_in(wanted))
    else:
        new = await awards.post_supplier_shares(wanted, now=datetime.now(UTC), actor=ACTOR)
    did = "would be posted" if dry_run else "posted"
    facts = {"month": str(wanted), "new": new, "dry_run": dry_run}
    return Result(facts, f"{wanted}: {new} shares of suppliers {did}.")
