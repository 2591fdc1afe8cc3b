"""The commands of the main job: import, close, pay, report, check."""

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TransferSpeedColumn,
)

from backend import (
    partners,
    payments,
    payouts,
    reports,
    sales,
    settlement,
    stripe_sandbox,
)
from backend.cli.place import ACTOR, Result, command, stripe, uses_sandbox
from backend.core import Month, gather_statistics
from backend.settings import Settings

ERRORS = Console(stderr=True)
MANY = 1_000
PLURAL = 2
NAMED = 20
ACCOUNTS_OF_A_CHECK = 200
"""Connected accounts that `check` reconciles: it is to answer within half a minute."""


def size_bytes(file: Path) -> int:
    return file.stat().st_size


@contextlib.contextmanager
def reading(file: Path) -> Iterator[Callable[[int], None]]:
    """On a terminal, standard error shows how much of `file` was read; told bytes."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=ERRORS, disable=not ERRORS.is_terminal) as bar:
        task = bar.add_task(file.name, total=size_bytes(file))
        yield lambda read: bar.advance(task, read)


@click.group("import")
def import_() -> None:
    """Bring in what was sold elsewhere, and what was used of the infrastructure."""


@import_.command("sales")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--partner-vat",
    type=click.Choice(partners.VAT_REGIMES),
    default="fr_franchise_293b",
    show_default=True,
    help="VAT regime of partners that the file is the first to name.",
)
@click.option(
    "--buyer-segment",
    type=click.Choice(partners.SEGMENTS),
    help="Segment of buyers where the file has none. [default: pme]",
)
@click.option(
    "--known-only",
    is_flag=True,
    help="Refuse rows that name a partner or a listing that is not there yet.",
)
@click.option("--dry-run", is_flag=True, help="Say what would happen, and record nothing.")
@command
async def import_sales(
    settings: Settings,
    file: Path,
    partner_vat: str,
    buyer_segment: str | None,
    known_only: bool,
    dry_run: bool,
) -> Result:
    """Record every sale of a CSV FILE; refused rows go to FILE.rejected.csv with the reason.

    A partner or a listing that the file is the first to name is made, and told.
    """
    options = sales.Options(
        vat_regime=partner_vat,
        buyer_segment=buyer_segment,
        hold_days=settings.hold_days,
        now=datetime.now(UTC),
        actor=ACTOR,
        known_only=known_only,
        dry_run=dry_run,
    )
    with reading(file) as progress:
        done = await sales.import_sales(file, options, progress=progress)
    if done.ignored_columns:
        ERRORS.print(f"Columns not used: {', '.join(done.ignored_columns)}.")
    would = "would be recorded" if dry_run else "recorded"
    text = (
        f"{done.read} sales read: {done.recorded} {would}, {done.already_recorded} already "
        f"recorded, {done.refused} refused."
    )
    if done.late:
        text += f"\n{done.late} of them belong to closed months and go onto the next statement."
    text += _first_named("New partners", done.new_partners)
    text += _first_named("New listings", done.new_listings)
    if done.rejected_file is not None:
        text += f"\nRefused rows with their reasons: {done.rejected_file}"
    facts = {
        "read": done.read,
        "recorded": done.recorded,
        "already_recorded": done.already_recorded,
        "refused": done.refused,
        "late": done.late,
        "new_partners": done.new_partners,
        "new_listings": done.new_listings,
        "rejected_file": None if done.rejected_file is None else str(done.rejected_file),
        "dry_run": dry_run,
    }
    if done.recorded >= MANY and not dry_run:
        await gather_statistics()
    nothing_landed = done.refused > 0 and done.recorded + done.already_recorded == 0
    return Result(facts, text, failed=nothing_landed)


def _first_named(what: str, names: Sequence[str]) -> str:
    """The file was the first to name them: a first import, or a typo."""
    if not names:
        return ""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"\n{what}, which this file is the first to name: {', '.join(names[:NAMED])}{more}."


@click.command()
@click.argument("month")
@click.option("--through", is_flag=True, help="Close every open month up to it, oldest first.")
@command
async def close(settings: Settings, month: str, through: bool) -> Result:
    """Close MONTH (such as 2026-10): one statement per partner and currency, for ever."""
    closing = settlement.close_through if through else settlement.close_month
    answer = await closing(
        Month.parse(month),
        minimum_hundredths=settings.payout_minimum_minor,
        now=datetime.now(UTC),
        actor=ACTOR,
    )
    months = answer if isinstance(answer, list) else [answer]
    lines = [
        f"{closed.month}: {closed.statement_count} statements of {closed.line_count} lines"
        + ("." if closed.new else ", closed before; nothing changed.")
        for closed in months
    ]
    facts = [
        {
            "month": str(closed.month),
            "statements": closed.statement_count,
            "lines": closed.line_count,
            "new": closed.new,
        }
        for closed in months
    ]
    return Result({"closed": facts}, "\n".join(lines))


@click.command()
@click.argument("month")
@click.option("--wait", is_flag=True, help="Return when every payout has come to its end.")
@command
async def pay(settings: Settings, month: str, wait: bool) -> Result:
    """Pay the statements of MONTH through Stripe; held ones say why. Again pays nothing twice."""
    advance = stripe_sandbox.advance_clock if uses_sandbox(settings) else None
    async with stripe(settings):
        paid = await payouts.pay(Month.parse(month), actor=ACTOR, wait=wait, advance_clock=advance)
    counts = f"{paid.sent} sent, {paid.waiting} waiting, {paid.held} held, {paid.failed} failed"
    lines = [f"{month}: {counts} ({paid.new} new)."]
    lines += [
        f"  {count} x {reason}: {payouts.REASONS.get(reason, 'see the payout in the office')}"
        for reason, count in sorted(paid.reasons.items())
    ]
    facts = {"month": month, **msgspec.structs.asdict(paid)}
    return Result(facts, "\n".join(lines))


@click.command()
@click.argument("kind", type=click.Choice(["payouts", "sales", "statement", "mesh"]))
@click.argument("subject", nargs=-1, required=True, metavar="[PARTNER] MONTH")
@click.option(
    "--format", "form", type=click.Choice(reports.FORMATS), help="[default: csv; a statement: pdf]"
)
@click.option("--lang", type=click.Choice(reports.LANGUAGES), default="fr", show_default=True)
@click.option("--locale", type=click.Choice(reports.DIALECTS), default="international")
@click.option("--out", type=click.Path(path_type=Path), help="File to write. [default: its name]")
@command
async def report(
    settings: Settings,
    kind: str,
    subject: tuple[str, ...],
    form: str | None,
    lang: str,
    locale: str,
    out: Path | None,
) -> Result:
    """Write a report: `payouts MONTH`, `sales MONTH`, `statement PARTNER MONTH`, `mesh MONTH`.

    CSV and JSON go to standard output unless --out names a file; other formats are files.
    """
    wanted = PLURAL if kind == "statement" else 1
    if len(subject) != wanted:
        raise click.UsageError(
            "Name a partner and a month." if kind == "statement" else "Name one month."
        )
    form = form or ("pdf" if kind == "statement" else "csv")
    for_programs = click.get_current_context().params["as_json"]
    to_screen = form in ("csv", "json") and not for_programs
    to_stdout = (out is None and to_screen) or str(out) == "-"
    with counting("lines", hidden=to_stdout and sys.stdout.isatty()) as progress:
        how: dict[str, Any] = {"locale": locale, "language": lang, "progress": progress}
        made = await made_report(kind, subject, form, now=datetime.now(UTC), **how)
        # Refusals come with the first piece: no file is emptied for them.
        first = await anext(made.pieces)
        path = out or Path(made.name)
        with contextlib.nullcontext(sys.stdout.buffer) if to_stdout else path.open("wb") as file:
            file.write(first)
            async for piece in made.pieces:
                file.write(piece)
            file.flush()
    if to_stdout:
        return Result({}, "", silent=True)
    return Result({"file": str(path)}, f"Written: {path}")


async def made_report(kind: str, subject: tuple[str, ...], form: str, **how: Any) -> reports.Report:
    """The report that the command names, not yet read."""
    month = Month.parse(subject[-1])
    if kind == "statement":
        return await reports.statement_report(subject[0], month, form, **how)
    if kind == "mesh":
        return await reports.mesh_report(month, form, locale=how["locale"])
    if kind == "payouts":
        return await reports.payout_report(month, form, **how)
    return await reports.sales_report(month, form, **how)


@contextlib.contextmanager
def counting(what: str, *, hidden: bool) -> Iterator[Callable[[int], None]]:
    """On a terminal, standard error shows how many there were so far, and for how long."""
    columns = (SpinnerColumn(), TextColumn(f"{{task.completed:,.0f}} {what}"), TimeElapsedColumn())
    off = hidden or not ERRORS.is_terminal
    with Progress(*columns, console=ERRORS, disable=off, transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda more: bar.advance(task, more)


@click.command()
@command
async def check(settings: Settings) -> Result:
    """Prove the books on the live database; ends with status 1 and the rows where one is broken.

    Invariants 1 to 7, the audit chains, and 11: Stripe's transfers and balances against ours.
    """
    listed_at = datetime.now(UTC)
    clock = payouts.sandbox_clock if uses_sandbox(settings) else payouts.machine_clock
    async with stripe(settings):
        transfers = await payments.list_transfers()
        try:
            reconciled = await reports.reconcile(clock, most_accounts=ACCOUNTS_OF_A_CHECK)
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from failures
    faults = await reports.run_checks(transfers, listed_at=listed_at) + reconciled.faults
    lines = [f"{fault.check}: {fault.row}" for fault in faults]
    facts = {"faults": [{"check": fault.check, "row": fault.row} for fault in faults]}
    return Result(facts, "\n".join(lines) or "All checks hold.", failed=bool(faults))
