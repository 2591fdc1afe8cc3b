"""Importing a file of charges, chunk by chunk: memory stays flat, each chunk is one transaction."""

import itertools
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from backend import audit
from backend.charges.actions import Recorded, facts_of, record_charges
from backend.charges.lines import ChargeLine
from backend.charges.rules import Charge
from backend.charges.rules_csv import DEFAULTS, REQUIRED, Row, read_rows
from backend.core import (
    Refusal,
    Rejected,
    connection,
    read_header,
    reading_lines,
    retrying,
    transaction,
)

CHUNK_ROWS = 10_000


class Total(NamedTuple):
    """What the recorded lines of one currency come to, in minor units, before VAT."""

    list_minor: int = 0
    discount_minor: int = 0
    credit_minor: int = 0
    payable_minor: int = 0


class Chunk(NamedTuple):
    """What was recorded, how many twins the file has, what was refused, which row became what."""

    done: Recorded
    same: int
    refusals: list[Refusal]
    landed: list[tuple[Row, ChargeLine]]


class Imported(NamedTuple):
    """What became of the rows: `read` is the sum of the next three.

    `late`: how many of the recorded belong to a closed month and went onto a later one.
    """

    read: int
    recorded: int
    already_recorded: int
    refused: int
    late: int
    totals: dict[str, Total]
    rejected_file: Path | None
    ignored_columns: tuple[str, ...]


Watch = Callable[[Sequence[tuple[Row, ChargeLine]], Sequence[Refusal]], None]
"""Sees each chunk: rows that landed with their lines, and what was refused, in the file's order."""


def nobody(landed: Sequence[tuple[Row, ChargeLine]], refused: Sequence[Refusal]) -> None:
    """Nobody watches."""


class _DryRun(Exception):
    """Takes back everything."""


async def import_charges(
    path: Path,
    *,
    now: datetime,
    actor: str,
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda _: None,
    watch: Watch = nobody,
) -> Imported:
    """Every row of `path` lands or is listed in `<path>.rejected.csv` with its reason.

    Importing the same file again records nothing. `progress` receives bytes read, `watch` sees
    what became of each row. A crash loses no whole chunk, and the next import goes on. A `dry_run`
    answers the same and records nothing: it is one transaction that is taken back, so meanwhile no
    month closes.

    Raises:
        UnreadableFile: no text, UTF-16, or required columns missing; nothing is recorded.
    """
    imported: Imported | None = None
    whole: AbstractAsyncContextManager[None] = transaction() if dry_run else nullcontext()
    try:
        async with whole:
            imported = await _import(path, now, actor, progress, watch)
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    assert imported is not None
    return imported


async def _import(
    path: Path, now: datetime, actor: str, progress: Callable[[int], None], watch: Watch
) -> Imported:
    counts = {"recorded": 0, "already": 0, "refused": 0, "late": 0}
    totals: dict[str, Total] = {}
    rejected_path = path.with_name(f"{path.name}.rejected.csv")
    with reading_lines(path, progress) as (first, text):
        header = read_header(first, REQUIRED, tuple(DEFAULTS))
        with Rejected(rejected_path, header) as rejected:
            rows = read_rows(text, header, now=now)
            while chunk := list(itertools.islice(rows, CHUNK_ROWS)):
                wrong = [row for row in chunk if isinstance(row, Refusal)]
                good = [row for row in chunk if isinstance(row, Row)]
                done, same, refusals, landed = await _record(path.name, good, now, actor)
                refused = sorted([*wrong, *refusals])
                for refusal in refused:
                    rejected.write(refusal)
                watch(landed, refused)
                counts["recorded"] += len(done.lines)
                counts["already"] += len(done.already) + same
                counts["refused"] += len(refused)
                counts["late"] += done.late
                _add(totals, done)
    return Imported(
        read=counts["recorded"] + counts["already"] + counts["refused"],
        recorded=counts["recorded"],
        already_recorded=counts["already"],
        refused=counts["refused"],
        late=counts["late"],
        totals=totals,
        rejected_file=rejected_path if counts["refused"] else None,
        ignored_columns=header.ignored,
    )


async def _record(file_name: str, rows: Sequence[Row], now: datetime, actor: str) -> Chunk:
    """One chunk, in one transaction."""

    async def record() -> Chunk:
        async with transaction():
            known = await _known(rows)
            refusals = [_unknown(row) for row in rows if row.organisation_ref not in known]
            joined = [(r, _charge(r, known)) for r in rows if r.organisation_ref in known]
            first, same, conflicts = _without_twins(joined)
            done = await record_charges([charge for _, charge in first], now=now)
            conflicts += [row for row, charge in first if charge.key in done.conflicts]
            if done.lines:
                after = {
                    "file": file_name,
                    "recorded": len(done.lines),
                    "from_line": rows[0].line,
                    "to_line": rows[-1].line,
                }
                subject = f"file:{file_name}"
                await audit.write(None, actor, "import_charges", subject, None, after)
        rows_of = {charge.key: row for row, charge in first}
        landed = [(rows_of[line.charge.key], line) for line in done.lines]
        return Chunk(done, same, [*refusals, *map(_conflict, conflicts)], landed)

    return await retrying(record)


async def _known(rows: Sequence[Row]) -> dict[str, UUID]:
    """Organisations by reference, of those that the rows name."""
    named = {name for row in rows for name in (row.organisation_ref, row.end_customer)}
    found = await connection().fetch(
        "SELECT id, reference FROM partners.organisation WHERE reference = ANY ($1)", sorted(named)
    )
    return {row["reference"]: row["id"] for row in found}


def _charge(row: Row, known: dict[str, UUID]) -> Charge:
    return Charge(
        reference=row.reference,
        organisation_id=known[row.organisation_ref],
        end_customer=row.end_customer,
        end_customer_id=known.get(row.end_customer),
        charged_on=row.day,
        environment=row.environment,
        resource=row.resource,
        quantity=row.quantity,
        unit_price=row.unit_price,
        currency=row.currency,
        stream=row.stream,
    )


def _without_twins(
    joined: Sequence[tuple[Row, Charge]],
) -> tuple[list[tuple[Row, Charge]], int, list[Row]]:
    """The first row of each charge; a twin counts as already recorded, or conflicts."""
    first: dict[tuple[UUID, str], tuple[Row, Charge]] = {}
    same, conflicts = 0, []
    for row, charge in joined:
        before = first.setdefault(charge.key, (row, charge))
        if before[0] is row:
            continue
        if facts_of(before[1]) == facts_of(charge):
            same += 1
        else:
            conflicts.append(row)
    return list(first.values()), same, conflicts


def _unknown(row: Row) -> Refusal:
    reason = f"No organisation has the reference {row.organisation_ref!r}; create it first."
    return Refusal(row.line, "organisation", reason, row.cells)


def _conflict(row: Row) -> Refusal:
    reason = (
        f"Charge {row.reference} of {row.organisation_ref} is recorded with other facts; what is "
        "used twice a day needs a reference of its own, a correction is a refund."
    )
    return Refusal(row.line, "reference", reason, row.cells)


def _add(totals: dict[str, Total], done: Recorded) -> None:
    for line in done.lines:
        before = totals.get(line.charge.currency, Total())
        totals[line.charge.currency] = Total(
            before.list_minor + line.list_minor,
            before.discount_minor + line.list_minor - line.net_minor,
            before.credit_minor + line.credit_minor,
            before.payable_minor + line.payable_minor,
        )
