"""Files of deals and leads: good rows land, refused ones are listed with their reason."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from backend.core import Problem, Refusal
from backend.deals.actions import check_partner, draft_of_row
from backend.deals.actions_lead import LeadFacts, create_lead
from backend.deals.known_leads import known_leads
from backend.deals.queries import keys_of, row_key, said_by, told_by
from backend.deals.rules_csv import Row, facts_of, read_deals, read_leads
from backend.deals.rules_lead import LeadDiffers, LeadReferenceTaken


class Imported(Struct, frozen=True):
    """`made` rows landed, or would have in a dry run; `known` had landed before; `refused` did not,
    and why.
    """

    rows: int
    made: int
    known: int
    refused: list[Refusal]
    ignored: tuple[str, ...]


async def import_deals(
    organisation_id: UUID, text: str, *, dry_run: bool, now: datetime, actor: str
) -> Imported:
    """Each good row is a draft of the partner's; nothing is submitted. A row that says what a deal
    of its own says already makes none: the same file again makes nothing.

    Raises:
        UnreadableFile: it has no header, lacks a column, or has too many rows.
        NotADealPartner: the organisation sells nothing.
    """
    header, good, refused = read_deals(text)
    rows = len(good) + len(refused)
    new, told = [], await told_by(organisation_id)
    keys = await keys_of(organisation_id)
    for row in good:
        said = said_by(facts_of(row))
        if said not in told and row_key(facts_of(row)) not in keys:
            new.append(row)
            told.add(said)
    made, unmade = len(new), 0
    if not dry_run:
        await check_partner(organisation_id)
        made = 0
        for row in new:
            try:
                facts = facts_of(row)
                # Somebody else may have sent the same file since `told` was read.
                one = await draft_of_row(
                    organisation_id, facts, row_key(facts), now=now, actor=actor
                )
                made += one is not None
            except Problem as problem:
                unmade += 1
                refused.append(Refusal(row.line, "", problem.detail, row.cells))
    return Imported(rows, made, len(good) - made - unmade, sorted(refused), header.ignored)


async def import_leads(text: str, *, dry_run: bool, now: datetime, actor: str) -> Imported:
    """Each good row is a lead that waits to be routed. A row whose reference is known makes none:
    it is the same lead, or is refused with what both say. Without a reference, all that is said
    has to be the same. The same file again makes nothing.

    Raises:
        UnreadableFile: as for `import_deals`.
    """
    header, good, refused = read_leads(text)
    rows = len(good) + len(refused)
    known = await known_leads(good)
    made = same = 0
    for row in good:
        try:
            if known.holds(row):
                same += 1
                continue
            if not dry_run and not await _enter(row, now, actor):
                same += 1
                continue
            made += 1
            known.add(row)
        except LeadDiffers as differs:
            refused.append(Refusal(row.line, differs.facts["field"], differs.detail, row.cells))
        except Problem as problem:
            refused.append(Refusal(row.line, "reference", problem.detail, row.cells))
    return Imported(rows, made, same, sorted(refused), header.ignored)


async def _enter(row: Row, now: datetime, actor: str) -> bool:
    """False where somebody else entered the same lead at this very moment.

    Raises:
        LeadDiffers: they entered another one under its reference.
    """
    try:
        await create_lead(LeadFacts(**row.values), now=now, actor=actor)
    except LeadReferenceTaken:
        if (await known_leads([row])).holds(row):
            return False
        raise
    return True
