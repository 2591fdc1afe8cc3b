"""The command that brings in what was used of the infrastructure."""

from datetime import UTC, datetime
from pathlib import Path

import click

from backend import charges
from backend.cli.money import ERRORS, MANY, reading
from backend.cli.place import ACTOR, Result, command
from backend.core import Money, gather_statistics
from backend.settings import Settings


@click.command("iaas-charges")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen, and record nothing.")
@command
async def import_iaas_charges(settings: Settings, file: Path, dry_run: bool) -> Result:
    """Record and price what a CSV FILE says was used of the infrastructure.

    Columns: organisation, end_customer, day, environment, resource, quantity, list_price, and if
    there are any reference, currency, stream. Refused rows go to FILE.rejected.csv.
    """
    with reading(file) as progress:
        done = await charges.import_charges(
            file, now=datetime.now(UTC), actor=ACTOR, dry_run=dry_run, progress=progress
        )
    if done.ignored_columns:
        ERRORS.print(f"Columns not used: {', '.join(done.ignored_columns)}.")
    facts = {
        "read": done.read,
        "recorded": done.recorded,
        "already_recorded": done.already_recorded,
        "refused": done.refused,
        "late": done.late,
        "totals": {currency: total._asdict() for currency, total in done.totals.items()},
        "rejected_file": None if done.rejected_file is None else str(done.rejected_file),
        "dry_run": dry_run,
    }
    if done.recorded >= MANY and not dry_run:
        await gather_statistics()
    nothing_landed = done.refused > 0 and done.recorded + done.already_recorded == 0
    return Result(facts, _told(done, dry_run), failed=nothing_landed)


def _told(done: charges.Imported, dry_run: bool) -> str:
    would = "would be recorded" if dry_run else "recorded"
    lines = [
        f"{done.read} charges read: {done.recorded} {would}, {done.already_recorded} already "
        f"recorded, {done.refused} refused."
    ]
    for currency, total in sorted(done.totals.items()):
        listed, off, credit, owed = (Money(minor, currency).decimal() for minor in total)
        lines.append(
            f"{currency}: {listed} at list price - {off} of discounts - {credit} of credit = "
            f"{owed} owed, before VAT."
        )
    if done.late:
        lines.append(f"{done.late} of them belong to closed months: they go onto the next one.")
    if done.rejected_file is not None:
        lines.append(f"Refused rows with their reasons: {done.rejected_file}")
    return "\n".join(lines)
