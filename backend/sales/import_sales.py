"""Importing a file of sales, chunk by chunk: memory stays flat, each chunk is one transaction."""

import contextlib
import itertools
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from backend import audit, catalogue, partners
from backend.core import (
    Refusal,
    Rejected,
    read_header,
    reading_lines,
    retrying,
    transaction,
)
from backend.sales.actions import Recorded, record_sales
from backend.sales.import_unknown import FirstNamed, look, refuse_unknown
from backend.sales.rules import Sale
from backend.sales.rules_csv import DEFAULTS, REQUIRED, Row, read_rows

CHUNK_ROWS = 10_000


class Imported(NamedTuple):
    """What became of the rows: `read` is the sum of the next three.

    `late`: how many of the recorded belong to a closed month and went onto a later one.
    `new_partners` and `new_listings` ("partner/listing"): what the file was the first to name.
    """

    read: int
    recorded: int
    already_recorded: int
    refused: int
    late: int
    rejected_file: Path | None
    ignored_columns: tuple[str, ...]
    new_partners: tuple[str, ...] = ()
    new_listings: tuple[str, ...] = ()


class Options(NamedTuple):
    """What the file does not say. `known_only`: a row that names what nobody knows is refused.

    `dry_run`: what would happen is told, chunk by chunk, and nothing is recorded.
    """

    vat_regime: str
    buyer_segment: str | None
    hold_days: int
    now: datetime
    actor: str
    known_only: bool = False
    dry_run: bool = False


class _Tried(Exception):
    """Takes back what was done of a chunk."""


async def import_sales(
    path: Path, options: Options, *, progress: Callable[[int], None] = lambda _: None
) -> Imported:
    """Every row of `path` lands or is listed in `<path>.rejected.csv` with its reason.

    Importing the same file again records nothing. `progress` receives bytes read. A crash loses
    no whole chunk, and the next import goes on.

    Raises:
        UnreadableFile: no text, UTF-16, or required columns missing; nothing is recorded.
    """
    rejected_path = path.with_name(f"{path.name}.rejected.csv")
    recorded = already = refused = late = 0
    named = FirstNamed()
    with reading_lines(path, progress) as (first, text):
        header = read_header(first, REQUIRED, tuple(DEFAULTS))
        with Rejected(rejected_path, header) as rejected:
            rows = read_rows(text, header, now=options.now, buyer_segment=options.buyer_segment)
            while chunk := list(itertools.islice(rows, CHUNK_ROWS)):
                named_rows, wrong = await _look_up(chunk, options, named)
                good, twins = _without_twins(named_rows)
                done = await _record(path.name, good, options)
                wrong += [_conflict(row) for row in good if row.sale_id in done.conflicts]
                wrong += twins.refusals
                for refusal in sorted(wrong):
                    rejected.write(refusal)
                recorded, late = recorded + len(done.new), late + done.late
                already, refused = already + len(done.already) + twins.same, refused + len(wrong)
    return Imported(
        read=recorded + already + refused,
        recorded=recorded,
        already_recorded=already,
        refused=refused,
        late=late,
        rejected_file=rejected_path if refused else None,
        ignored_columns=header.ignored,
        new_partners=tuple(named.partners),
        new_listings=tuple(named.listings),
    )


async def _look_up(
    chunk: Sequence[Row | Refusal], options: Options, named: FirstNamed
) -> tuple[list[Row], list[Refusal]]:
    """The rows that may land, and the refused; `named` knows what the file is first to name."""
    rows = [row for row in chunk if isinstance(row, Row)]
    wrong = [row for row in chunk if isinstance(row, Refusal)]
    unknown = await look(rows)
    if not options.known_only:
        named.add(unknown)
        return rows, wrong
    known, strangers = await refuse_unknown(rows, unknown)
    return known, wrong + strangers


async def _record(file_name: str, rows: Sequence[Row], options: Options) -> Recorded:
    """One chunk, in one transaction."""

    async def record() -> Recorded:
        # New partners in their own transaction: their audit row would hold the operator's chain
        # while the sales wait for a close, and the close waits for the chain.
        sales = await _join(rows, options)
        async with transaction():
            result = await record_sales(sales, hold_days=options.hold_days, now=options.now)
            if result.new:
                lines = {"from_line": rows[0].line, "to_line": rows[-1].line}
                after = {"file": file_name, "recorded": len(result.new), **lines}
                subject = f"file:{file_name}"
                await audit.write(None, options.actor, "import_sales", subject, None, after)
        return result

    return await (_try(record) if options.dry_run else retrying(record))


async def _try(record: Callable[[], Awaitable[Recorded]]) -> Recorded:
    """What `record` would do; nothing of it stays."""
    made: list[Recorded] = []

    async def take_back() -> None:
        made.clear()
        async with transaction():
            made.append(await record())
            raise _Tried

    with contextlib.suppress(_Tried):
        await retrying(take_back)
    return made[0]


async def _join(rows: Sequence[Row], options: Options) -> list[Sale]:
    references = sorted({row.partner_ref for row in rows})
    organisations = await partners.import_organisations(
        references, vat_regime=options.vat_regime, now=options.now, actor=options.actor
    )
    wanted = sorted({(organisations[row.partner_ref], row.listing_ref) for row in rows})
    listings = await catalogue.import_listings(wanted, now=options.now)
    return [
        Sale(
            reference=row.sale_id,
            organisation_id=organisations[row.partner_ref],
            listing_id=listings[organisations[row.partner_ref], row.listing_ref],
            net=row.net,
            vat_rate_bp=row.vat_rate_bp,
            buyer_country=row.buyer_country,
            buyer_segment=row.buyer_segment,
            channel=row.channel,
            brought_by=row.brought_by,
            sold_at=row.sold_at,
            source="import",
            collected_in="bank",
        )
        for row in rows
    ]


class _Twins(NamedTuple):
    same: int
    refusals: list[Refusal]


def _without_twins(rows: Sequence[Row]) -> tuple[list[Row], _Twins]:
    """The first row of each sale_id; a twin counts as already recorded, or conflicts."""
    first: dict[str, Row] = {}
    same, refusals = 0, []
    for row in rows:
        before = first.setdefault(row.sale_id, row)
        if before is row:
            continue
        if before[1:-1] == row[1:-1]:
            same += 1
        else:
            refusals.append(_conflict(row))
    return list(first.values()), _Twins(same, refusals)


def _conflict(row: Row) -> Refusal:
    reason = f"Sale {row.sale_id} is recorded with other facts; a correction is a refund."
    return Refusal(row.line, "sale_id", reason, row.cells)
