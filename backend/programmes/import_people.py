"""Importing a list of people and certificates: what is new is recorded, a bad row is named."""

from collections.abc import Sequence
from datetime import datetime
from io import StringIO
from uuid import UUID

from msgspec import Struct

from backend import audit
from backend.core import (
    Problem,
    Refusal,
    UnreadableFile,
    fetch,
    fetch_value,
    read_header,
    transaction,
)
from backend.programmes.actions_people import certify_person, employ_person
from backend.programmes.queries_declared import present_employment
from backend.programmes.rules_people_csv import (
    DEFAULTS,
    MOST_ROWS,
    REQUIRED,
    PersonRow,
    read_people,
)


class RefusedRow(Struct, frozen=True):
    """`line` counts from 1, the header included; `column` empty: the row as a whole."""

    line: int
    column: str
    reason: str


class PeopleImported(Struct, frozen=True):
    """What became, or would become, of the rows: `read` is the sum of the next three."""

    read: int
    recorded: int
    already_recorded: int
    refused: int
    is_dry_run: bool
    refusals: Sequence[RefusedRow]
    ignored_columns: Sequence[str]


class _DryRun(Exception):
    """Undoes what was only tried."""


async def import_people(text: str, *, dry_run: bool, now: datetime, actor: str) -> PeopleImported:
    """Every row of the file is recorded, was so before, or is refused with its reason; with
    `dry_run` nothing is kept. The same file again records nothing.

    Raises:
        UnreadableFile: a column is missing, or it has too many rows.
    """
    lines = StringIO(text.removeprefix("\ufeff"), newline="")
    header = read_header(lines.readline(), REQUIRED, tuple(DEFAULTS))
    rows = list(read_people(lines, header))
    if len(rows) > MOST_ROWS:
        raise UnreadableFile(f"It has {len(rows)} rows: import at most {MOST_ROWS} at a time.")
    known = await _organisations({row.organisation for row in rows if isinstance(row, PersonRow)})
    refusals: list[RefusedRow] = []
    new = same = 0
    try:
        async with transaction():
            for row in rows:
                if isinstance(row, Refusal):
                    refusals.append(RefusedRow(row.line, row.column, row.reason))
                    continue
                outcome = await _import(row, known.get(row.organisation), now, actor)
                if isinstance(outcome, RefusedRow):
                    refusals.append(outcome)
                else:
                    new, same = new + outcome, same + (not outcome)
            if dry_run:
                raise _DryRun
            if new:
                after = {"recorded": new, "refused": len(refusals)}
                await audit.write(None, actor, "import_people", "people", None, after)
    except _DryRun:
        pass
    return PeopleImported(
        read=len(rows),
        recorded=new,
        already_recorded=same,
        refused=len(refusals),
        is_dry_run=dry_run,
        refusals=refusals,
        ignored_columns=header.ignored,
    )


async def _import(
    row: PersonRow, organisation_id: UUID | None, now: datetime, actor: str
) -> RefusedRow | bool:
    """Whether it was new; or why it cannot be, and then nothing of the row is kept."""
    if organisation_id is None:
        return RefusedRow(
            row.line, "organisation", f"No partner has the reference {row.organisation!r}."
        )
    try:
        async with transaction():
            return await _record(row, organisation_id, now, actor)
    except Problem as refusal:
        return RefusedRow(row.line, "", refusal.detail or refusal.title)


async def _record(row: PersonRow, organisation_id: UUID, now: datetime, actor: str) -> bool:
    present = await present_employment(row.email)
    is_new = present is None or present["organisation_id"] != organisation_id
    if is_new:
        person_id = await employ_person(
            organisation_id,
            email=row.email,
            name=row.name,
            from_on=row.works_from,
            now=now,
            actor=actor,
        )
    else:
        assert present is not None
        person_id = present["person_id"]
    if row.certificate is None or row.issued_on is None or row.expires_on is None:
        return is_new
    held = await fetch_value(
        "SELECT expires_on = $4 FROM programmes.certificate "
        "WHERE person_id = $1 AND kind = $2 AND issued_on = $3",
        person_id,
        row.certificate,
        row.issued_on,
        row.expires_on,
    )
    if held:
        return is_new
    # One that is recorded with another last day is refused there, and says so.
    await certify_person(
        person_id,
        row.certificate,
        issued_on=row.issued_on,
        expires_on=row.expires_on,
        number=row.number,
        now=now,
        actor=actor,
    )
    return True


async def _organisations(references: set[str]) -> dict[str, UUID]:
    rows = await fetch(
        "SELECT reference, id FROM partners.organisation WHERE reference = ANY ($1)",
        list(references),
    )
    return {row["reference"]: row["id"] for row in rows}
