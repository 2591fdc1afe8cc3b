"""Recording charges: priced, credited and posted, set by set, in one transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from backend import audit, ledger
from backend.charges.lines import COLUMNS, ChargeLine, apply_credits, entry_of, price_charge, row_of
from backend.charges.queries_credit import grants_left
from backend.charges.rules import Charge, ChargeConflict
from backend.charges.terms import terms_for
from backend.core import Month, connection, transaction

TURN = 7_402_019_003
"""Whoever records charges or spends credits has this lock: what is left is read and spent in
one turn, so that no two files spend the same credit.

One for all: a day's file names most organisations, so that turns by organisation would wait for one
another all the same. Of 10,000 charges pricing takes two thirds of the time and the ledger, whose
balances take turns anyway, a sixth."""

NAMES = ", ".join(COLUMNS)
DRAFT = "CREATE TEMP TABLE charge_draft ({}) ON COMMIT DROP".format(
    ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
)
INSERT = f"""
    INSERT INTO charges.charge_line (kind, recorded_at, {NAMES})
    SELECT 'charge', $1, {NAMES} FROM charge_draft ORDER BY consumer_id, reference
    RETURNING id, consumer_id, reference
"""  # noqa: S608  (names of our own columns)
PIECES = """
    INSERT INTO charges.charge_piece (line_id, position, starts_at, ends_at, basis, level,
      matrix_id, rate_bp, points_bp, cap_bp, list_minor, discount_minor, points_minor,
      sold_bp, bought_bp, contract_id, fixed_minor, floor_id, floor_minor)
    SELECT * FROM unnest($1::bigint[], $2::int[], $3::timestamptz[], $4::timestamptz[],
      $5::text[], $6::text[], $7::uuid[], $8::int[], $9::int[], $10::int[], $11::bigint[],
      $12::bigint[], $13::bigint[], $14::int[], $15::int[], $16::uuid[], $17::bigint[],
      $18::uuid[], $19::bigint[])
"""
MARGINS = """
    INSERT INTO charges.margin (line_id, organisation_id, below_id, consumer_id, reseller,
      reference, charged_on, environment, month, currency, points_bp, margin_minor, vat_category,
      vat_rate_bp)
    SELECT l.id, m.organisation_id, m.below_id, o.id, o.reference, l.reference, l.charged_on,
           l.environment, l.month, l.currency, m.points_bp, m.margin_minor, m.category, m.rate_bp
    FROM unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::int[], $5::bigint[], $6::text[],
                $7::int[]) WITH ORDINALITY
      AS m (line_id, organisation_id, below_id, points_bp, margin_minor, category, rate_bp, place)
    JOIN charges.charge_line l ON l.id = m.line_id
    JOIN partners.organisation o ON o.id = l.consumer_id
    ORDER BY m.place
"""
"""Numbered from the tier that is nearest to the consumer, whatever way PostgreSQL joins."""
USES = """
    INSERT INTO charges.credit_use (line_id, grant_id, kind, amount_minor)
    SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::text[], $4::bigint[])
"""
SAME_FACTS = (
    "end_customer", "charged_on", "environment", "resource", "quantity", "unit_price", "currency",
)  # fmt: skip
"""What a charge recorded twice must agree on."""

Key = tuple[UUID, str]


class Recorded(NamedTuple):
    """The lines that were new, which charges stood already, which stood with other facts."""

    lines: Sequence[ChargeLine]
    already: set[Key]
    conflicts: set[Key]

    @property
    def late(self) -> int:
        """How many of the new ones belong to a closed month and went onto a later one."""
        return sum(line.month != Month.of(line.charge.used_from) for line in self.lines)


async def record_charge(charge: Charge, *, now: datetime, actor: str) -> bool:
    """Price one charge and post it; answers whether it is new.

    Raises:
        ChargeConflict: its reference is recorded with other facts (`SAME_FACTS`).
    """
    async with transaction():
        recorded = await record_charges([charge], now=now)
        if recorded.conflicts:
            raise ChargeConflict(f"{charge.reference} is recorded with other facts; refund that.")
        for line in recorded.lines:
            subject = f"charge:{charge.organisation_id}:{charge.reference}"
            after = {"list_minor": line.list_minor, "payable_minor": line.payable_minor}
            await audit.write(line.payer_id, actor, "record_charge", subject, None, after)
    return bool(recorded.lines)


async def record_charges(charges: Sequence[Charge], *, now: datetime) -> Recorded:
    """Each charge is priced by what held when it was used, credited, and posted, once for ever.

    Money rules d, e, j, M10. `charges` have different keys. The caller writes the audit row (one
    for a file, one for a charge). What is recorded again changes nothing.
    """
    assert len({charge.key for charge in charges}) == len(charges), "references differ"
    async with transaction():
        await connection().execute("SELECT pg_advisory_xact_lock($1)", TURN)
        stored = await _stored(charges)
        new = [charge for charge in charges if charge.key not in stored]
        conflicts = {
            charge.key
            for charge in charges
            if charge.key in stored and stored[charge.key] != facts_of(charge)
        }
        lines: list[ChargeLine] = []
        if new:
            terms = await terms_for(new)
            priced = [price_charge(charge, terms) for charge in new]
            grants = await grants_left({line.payer_id for line in priced})
            lines = apply_credits(priced, grants)
            await _write(lines, now)
            entries = [entry_of(line) for line in lines]
            if posted := [entry for entry in entries if entry.lines]:
                await ledger.post_entries(posted)
    return Recorded(lines, set(stored) - conflicts, conflicts)


def facts_of(charge: Charge) -> tuple[Any, ...]:
    """In the order of `SAME_FACTS`."""
    return tuple(getattr(charge, name) for name in SAME_FACTS)


async def _stored(charges: Sequence[Charge]) -> dict[Key, tuple[Any, ...]]:
    rows = await connection().fetch(
        f"SELECT consumer_id, reference, {', '.join(f'l.{name}' for name in SAME_FACTS[:-1])}, "  # noqa: S608
        "currency::text FROM charges.charge_line l "
        "JOIN unnest($1::uuid[], $2::text[]) AS g (consumer_id, reference) "
        "USING (consumer_id, reference)",
        [charge.organisation_id for charge in charges],
        [charge.reference for charge in charges],
    )
    return {(row[0], row[1]): tuple(row)[2:] for row in rows}


async def _write(lines: Sequence[ChargeLine], now: datetime) -> None:
    """A table with row-level security takes no COPY by itself, so it takes a draft's rows."""
    await connection().execute(DRAFT)
    await connection().copy_records_to_table(
        "charge_draft", records=[row_of(line) for line in lines], columns=list(COLUMNS)
    )
    rows = await connection().fetch(INSERT, now)
    await connection().execute("DROP TABLE charge_draft")
    ids = {(row["consumer_id"], row["reference"]): row["id"] for row in rows}
    # Without its last part: margins have a table of their own, which fewer may read.
    await _insert(
        PIECES,
        [
            (ids[line.charge.key], place, *piece[:-1])
            for line in lines
            for place, piece in enumerate(line.pieces, 1)
        ],
    )
    await _insert(
        MARGINS,
        [
            (ids[line.charge.key], *margin[:-1], *margin.vat)
            for line in lines
            for margin in line.margins
        ],
    )
    await _insert(USES, [(ids[line.charge.key], *use) for line in lines for use in line.credits])


async def _insert(statement: str, rows: Sequence[Sequence[Any]]) -> None:
    if rows:
        await connection().execute(statement, *map(list, zip(*rows, strict=True)))
