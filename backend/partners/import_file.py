"""Importing a list of partners: what is new is created, a bad row is named."""

from collections.abc import Sequence
from datetime import datetime
from io import StringIO

from msgspec import Struct

from backend import audit
from backend.core import Problem, Refusal, UnreadableFile, fetch_row, read_header, transaction
from backend.partners.actions import create_organisation
from backend.partners.actions_supply import add_kind
from backend.partners.queries import WITH_ROLES
from backend.partners.rules_csv import DEFAULTS, MOST_ROWS, REQUIRED, PartnerRow, read_partners

SAME = (
    "name", "country", "segment", "vat_regime", "siren", "siret", "vat_number", "email", "language",
)  # fmt: skip
"""What a row of a known reference must agree on, beside its roles."""


class RefusedPartner(Struct, frozen=True):
    """`line` counts from 1, the header included; `column` empty: the row as a whole."""

    line: int
    column: str
    reason: str


class PartnersImported(Struct, frozen=True):
    """What became, or would become, of the rows: `read` is the sum of the next three."""

    read: int
    created: int
    already_known: int
    refused: int
    is_dry_run: bool
    refusals: Sequence[RefusedPartner]
    ignored_columns: Sequence[str]


class _DryRun(Exception):
    """Undoes what was only tried."""


async def import_partners(
    text: str, *, dry_run: bool, now: datetime, actor: str
) -> PartnersImported:
    """Every row of the file is an organisation afterwards, was one before, or is refused with its
    reason; with `dry_run` nothing is kept. The same file again creates nothing.

    Raises:
        UnreadableFile: a column is missing, or it has too many rows.
    """
    lines = StringIO(text.removeprefix("\ufeff"), newline="")
    header = read_header(lines.readline(), REQUIRED, tuple(DEFAULTS))
    rows = list(read_partners(lines, header))
    if len(rows) > MOST_ROWS:
        raise UnreadableFile(f"It has {len(rows)} rows: import at most {MOST_ROWS} at a time.")
    refusals: list[RefusedPartner] = []
    new = same = 0
    try:
        async with transaction():
            for row in rows:
                outcome = await _import(row, now, actor)
                if isinstance(outcome, RefusedPartner):
                    refusals.append(outcome)
                else:
                    new, same = new + outcome, same + (not outcome)
            if dry_run:
                raise _DryRun
            if new:
                after = {"created": new, "refused": len(refusals)}
                await audit.write(None, actor, "import_partners", "partners", None, after)
    except _DryRun:
        pass
    return PartnersImported(
        read=len(rows),
        created=new,
        already_known=same,
        refused=len(refusals),
        is_dry_run=dry_run,
        refusals=refusals,
        ignored_columns=header.ignored,
    )


async def _import(row: PartnerRow | Refusal, now: datetime, actor: str) -> RefusedPartner | bool:
    """Whether it was new; or why it cannot be, and then nothing of the row is kept."""
    if isinstance(row, Refusal):
        return RefusedPartner(row.line, row.column, row.reason)
    known = await fetch_row(WITH_ROLES + "WHERE o.reference = $1", row.reference)
    if known is not None:
        differs = [name for name in SAME if known[name] != getattr(row, name)]
        differs += ["roles"] if set(row.roles) - set(known["roles"]) else []
        if not differs:
            return False
        reason = f"{row.reference} is known with another {', '.join(differs)}: change it there."
        return RefusedPartner(row.line, differs[0], reason)
    try:
        async with transaction():
            await _create(row, now, actor)
    except Problem as refusal:
        return RefusedPartner(
            row.line, str(refusal.facts.get("field", "")), refusal.detail or refusal.title
        )
    return True


async def _create(row: PartnerRow, now: datetime, actor: str) -> None:
    made = await create_organisation(
        reference=row.reference,
        roles=row.roles,
        now=now,
        actor=actor,
        **{name: getattr(row, name) for name in SAME},
    )
    for role, kind in row.kinds:
        await add_kind(made, role, kind, actor=actor)
