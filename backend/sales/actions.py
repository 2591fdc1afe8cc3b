"""Recording sales, and the rules by which they are shared. Each function is one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg

from backend import audit, catalogue, ledger, partners
from backend import terms as dated
from backend.core import Month, connection, fetch, transaction
from backend.sales.lines import (
    COLUMNS,
    SaleLine,
    Terms,
    entry_of,
    row_of,
    second_reference,
    share_sale,
)
from backend.sales.rules import Sale, SaleConflict
from backend.sales.rules_share import Rates, ShareRule

NAMES = ", ".join(COLUMNS)
ARRAYS = ", ".join(f"${i}::{kind}[]" for i, kind in enumerate(COLUMNS.values(), 2))
INSERT = f"""
    INSERT INTO sales.sale_line (kind, recorded_at, {NAMES})
    SELECT 'sale', $1, * FROM unnest({ARRAYS}) AS s ({NAMES}) ORDER BY s.reference
    ON CONFLICT (reference) DO NOTHING RETURNING reference
"""  # noqa: S608  (names of our own columns)
BULK = 500
"""From so many lines on they travel by COPY: a fifth to a third faster, measured."""
DRAFT = "CREATE TEMP TABLE sale_draft ({}) ON COMMIT DROP".format(
    ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
)
INSERT_DRAFTS = f"""
    INSERT INTO sales.sale_line (kind, recorded_at, {NAMES})
    SELECT 'sale', $1, {NAMES} FROM sale_draft ORDER BY reference
    ON CONFLICT (reference) DO NOTHING RETURNING reference
"""  # noqa: S608
SAME_FACTS = (
    "organisation_id",
    "listing_id",
    "currency",
    "net_minor",
    "vat_rate_bp",
    "sold_at",
    "channel",
    "brought_by",
    "collected_in",
)
"""What a sale recorded twice must agree on."""


class Recorded(NamedTuple):
    """Which references were new, which stood already, which stood with other facts.

    `late`: how many of the new ones belong to a closed month and went onto a later one. Of a joint
    offer, `seconds` names the second owner of the sale.
    """

    new: set[str]
    already: set[str]
    conflicts: set[str]
    late: int
    seconds: Mapping[str, UUID]


async def record_sale(
    sale: Sale,
    *,
    hold_days: int,
    now: datetime,
    actor: str,
    along: Sequence[ledger.Entry] = (),
) -> bool:
    """Share one sale and post its parts; answers whether it is new.

    Seed rows F-03 and F-04; money rules M2, M3 and M10. Recording it twice changes nothing.
    `along`: what else is posted for it (Stripe's fee), in the same order of accounts and before
    any audit chain is held.

    Raises:
        SaleConflict: the reference is recorded with other facts (`SAME_FACTS`).
        NoShareRule: no rule was in force.
    """
    return await record_together([sale], hold_days=hold_days, now=now, actor=actor, along=along)


async def record_together(
    sales: Sequence[Sale],
    *,
    hold_days: int,
    now: datetime,
    actor: str,
    along: Sequence[ledger.Entry] = (),
) -> bool:
    """As `record_sale`, for all parts of one order at once; answers whether any is new.

    Raises:
        SaleConflict, NoShareRule: as for `record_sale`; then none of them is recorded.
    """
    async with transaction():
        recorded = await record_sales(sales, hold_days=hold_days, now=now, along=along)
        if recorded.conflicts:
            names = ", ".join(sorted(recorded.conflicts))
            raise SaleConflict(f"{names} is recorded with other facts; check its source.")
        fresh = [sale for sale in sales if sale.reference in recorded.new]
        seconds = recorded.seconds
        owners = [
            *((sale.organisation_id, sale) for sale in fresh),
            *((seconds[sale.reference], sale) for sale in fresh if sale.reference in seconds),
        ]
        # The chains of audit are taken in one order everywhere.
        for owner, sale in sorted(owners, key=lambda one: one[0]) if len(sales) > 1 else owners:
            after = {"net": sale.net, "listing": sale.listing_id, "sold_at": sale.sold_at}
            subject = f"sale:{sale.reference}"
            await audit.write(owner, actor, "record_sale", subject, None, after)
    return bool(recorded.new)


async def record_sales(
    sales: Sequence[Sale], *, hold_days: int, now: datetime, along: Sequence[ledger.Entry] = ()
) -> Recorded:
    """Share many sales and post them, set by set; `sales` have different references.

    The caller writes the audit row (one for a file, one for a sale). They are written in order of
    reference, so that two files with the same sales wait for each other and do not deadlock.

    Raises:
        NoShareRule: no rule was in force for one of them; nothing is recorded then.
    """
    assert len({sale.reference for sale in sales}) == len(sales), "references differ"
    if not sales:
        return Recorded(set(), set(), set(), 0, {})
    async with transaction():
        terms = await _terms(sales, hold_days)
        shared = [line for sale in sales for line in share_sale(sale, terms)]
        taken = await _names_taken(shared)
        lines = [line for line in shared if line.sale.reference not in taken]
        written = await _insert(lines, now)
        fresh = [line for line in lines if line.reference in written]
        stale = [line for line in lines if line.reference not in written]
        new = {line.sale.reference for line in fresh}
        if fresh or along:
            await ledger.post_entries([*(entry_of(line) for line in fresh), *along])
        conflicts = taken | await _conflicts(stale)
    already = {sale.reference for sale in sales} - new - conflicts
    late = {x.sale.reference for x in fresh if x.month != Month.of(x.sale.sold_at)}
    seconds = {
        line.sale.reference: line.organisation_id
        for line in fresh
        if line.organisation_id != line.sale.organisation_id
    }
    return Recorded(new, already, conflicts, len(late), seconds)


async def add_share_rule(
    name: str,
    rates: Rates,
    *,
    valid_from: datetime,
    actor: str,
    organisation_id: UUID | None = None,
    channel: str | None = None,
    brought_by: str | None = None,
) -> UUID:
    """A dated rule for sales from `valid_from` on; lines already recorded keep theirs."""
    assert rates.referrer_bp == 0, "referral fees come with attribution"
    async with transaction():
        rule_id: UUID = await connection().fetchval(
            """
            INSERT INTO sales.share_rule (name, organisation_id, channel, brought_by,
              partner_bp, operator_bp, valid_from)
            VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id
            """,
            name,
            organisation_id,
            channel,
            brought_by,
            rates.partner_bp,
            rates.operator_bp,
            valid_from,
        )
        after = {"name": name, "rates": rates, "valid_from": valid_from}
        await audit.write(None, actor, "add_share_rule", f"share_rule:{rule_id}", None, after)
    return rule_id


async def _terms(sales: Sequence[Sale], hold_days: int) -> Terms:
    joint_offers = await catalogue.joint_offers_of({sale.listing_id for sale in sales})
    organisations = {sale.organisation_id for sale in sales} | {
        offer.second_id for offers in joint_offers.values() for offer in offers
    }
    months = {Month.of(sale.sold_at) for sale in sales}
    return Terms(
        share_rules=await rules_for(organisations),
        vat_regimes=await partners.vat_regimes(organisations),
        months={month: await ledger.open_month(month) for month in sorted(months)},
        holds=await dated.term_history("hold_days"),
        hold_days=hold_days,
        joint_offers=joint_offers,
    )


async def rules_for(organisations: set[UUID]) -> dict[UUID | None, list[ShareRule]]:
    """Everybody's rules under None, and each organisation's own under its id."""
    rows = await fetch(
        "SELECT id, name, organisation_id, channel, brought_by, partner_bp, operator_bp, "
        "valid_from FROM sales.share_rule "
        "WHERE organisation_id IS NULL OR organisation_id = ANY ($1)",
        list(organisations),
    )
    rules: dict[UUID | None, list[ShareRule]] = {}
    for row in rows:
        rule = ShareRule(
            id=row["id"],
            name=row["name"],
            organisation_id=row["organisation_id"],
            channel=row["channel"],
            brought_by=row["brought_by"],
            rates=Rates(row["partner_bp"], 0, row["operator_bp"]),
            valid_from=row["valid_from"],
        )
        rules.setdefault(rule.organisation_id, []).append(rule)
    return rules


async def _names_taken(lines: Sequence[SaleLine]) -> set[str]:
    """Of joint sales both names are taken, also where one owner has no line (of a cent): which of
    these sales have a name of another one's, stored or among them.
    """
    asked = {line.sale.reference for line in lines}
    joint = {line.sale.reference for line in lines if line.joint is not None}
    names = {name: sale for sale in joint for name in (sale, second_reference(sale))}
    rows = await connection().fetch(
        "SELECT reference, joint_reference FROM sales.sale_line WHERE joint_reference = ANY ($1) "
        "UNION ALL SELECT reference, joint_reference FROM sales.sale_line "
        "WHERE reference = ANY ($2)",
        list(asked - joint),
        list(names),
    )
    taken = {sale for sale in joint if second_reference(sale) in asked}
    for reference, joint_reference in map(tuple, rows):
        sale = names.get(reference, joint_reference)
        if sale != joint_reference or sale not in joint:
            taken.add(sale)
    return taken


async def _insert(lines: Sequence[SaleLine], now: datetime) -> set[str]:
    """The references that were new. Of a joint sale both lines are written or none."""
    try:
        return await _write(lines, now)
    except asyncpg.CheckViolationError as refusal:
        if refusal.constraint_name != "joint_lines_are_the_whole":
            raise
        raise SaleConflict(
            f"{refusal}: a line of it is recorded already under this reference, or of another sale."
        ) from None


async def _write(lines: Sequence[SaleLine], now: datetime) -> set[str]:
    """A table with row-level security takes no COPY by itself."""
    values = [row_of(line) for line in lines]
    if not values:
        return set()
    if len(values) < BULK:
        columns = (list(column) for column in zip(*values, strict=True))
        rows = await connection().fetch(INSERT, now, *columns)
    else:
        await connection().execute(DRAFT)
        await connection().copy_records_to_table(
            "sale_draft", records=values, columns=list(COLUMNS)
        )
        rows = await connection().fetch(INSERT_DRAFTS, now)
        await connection().execute("DROP TABLE sale_draft")
    return {row["reference"] for row in rows}


async def _conflicts(known: Sequence[SaleLine]) -> set[str]:
    if not known:
        return set()
    rows = await connection().fetch(
        f"SELECT reference, kind, {', '.join(SAME_FACTS)} "  # noqa: S608
        "FROM sales.sale_line WHERE reference = ANY ($1)",
        [line.reference for line in known],
    )
    stored = {row["reference"]: tuple(row)[1:] for row in rows}
    names = list(COLUMNS)
    places = [names.index(name) for name in SAME_FACTS]
    given = {x.reference: ("sale", *(row_of(x)[place] for place in places)) for x in known}
    named = {x.reference: x.sale.reference for x in known}
    return {named[name] for name, facts in given.items() if stored.get(name) != facts}
