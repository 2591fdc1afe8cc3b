"""What a move would change, tried and taken back; and the whole network as of a moment."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from backend import core, partners
from backend.core import transaction
from backend.network.actions import end_membership, join
from backend.network.queries import chain_at
from backend.network.rules import Billing

TRIED = "system:preview"


class Branch(Struct, frozen=True):
    """One organisation in the network at a moment; a root has no parent, and depth 0."""

    organisation_id: UUID
    parent_id: UUID | None
    root_id: UUID
    reference: str
    name: str
    verification: str
    billing: Billing | None
    joined_at: datetime | None
    ended_at: datetime | None
    depth: int


class Tier(Struct, frozen=True):
    """One organisation of a chain. `is_invoiced`: by the operator; `is_paid`: its margin."""

    organisation_id: UUID
    name: str
    is_invoiced: bool
    is_paid: bool


class Move(Struct, frozen=True):
    """From the organisation up to the root, now and after the move; `moves_along` stand below it.

    `gains` and `loses` stand above it only after, or only before: their margins begin or end.
    """

    before: list[Tier]
    after: list[Tier]
    gains: list[str]
    loses: list[str]
    moves_along: int


class _Taken(Exception):
    """Takes back what was only tried."""


@core.operators_work
async def network_at(at: datetime) -> list[Branch]:
    """Everybody who stood in the network at that moment, each tree after its root, depth first
    as far as names go: parents before their children.
    """
    rows = await core.fetch(
        """
        WITH RECURSIVE links AS (
          SELECT organisation_id, parent_id, billing, joined_at, ended_at
          FROM network.membership WHERE during @> $1::timestamptz),
        tree (organisation_id, parent_id, root_id, billing, joined_at, ended_at, depth, place) AS (
          SELECT DISTINCT l.parent_id, NULL::uuid, l.parent_id, NULL::text, NULL::timestamptz,
                 NULL::timestamptz, 0, ARRAY[lower(o.name) || o.reference]
          FROM links l JOIN partners.organisation o ON o.id = l.parent_id
          WHERE NOT EXISTS (SELECT FROM links u WHERE u.organisation_id = l.parent_id)
          UNION ALL
          SELECT l.organisation_id, l.parent_id, t.root_id, l.billing, l.joined_at, l.ended_at,
                 t.depth + 1, t.place || (lower(o.name) || o.reference)
          FROM tree t JOIN links l ON l.parent_id = t.organisation_id
          JOIN partners.organisation o ON o.id = l.organisation_id)
        SELECT t.organisation_id, t.parent_id, t.root_id, o.reference, o.name, o.verification,
               t.billing, t.joined_at, t.ended_at, t.depth
        FROM tree t JOIN partners.organisation o ON o.id = t.organisation_id ORDER BY t.place
        """,
        at,
    )
    return [Branch(*row) for row in rows]


async def preview_move(
    organisation_id: UUID, parent_id: UUID | None, billing: Billing, *, now: datetime
) -> Move:
    """What joining `parent_id` now, or leaving (None), would change; nothing is kept.

    Raises: whatever `join` or `end_membership` raises.
    """
    await partners.read_organisation(organisation_id)
    before = await _chain(organisation_id, now)
    after: list[Tier] = []
    try:
        async with transaction():
            if parent_id is None:
                await end_membership(organisation_id, now=now, actor=TRIED, reason="preview")
            else:
                await join(organisation_id, parent_id, billing, now=now, actor=TRIED)
            after = await _chain(organisation_id, now)
            raise _Taken
    except _Taken:
        pass
    above = [{one.organisation_id: one.name for one in chain[1:]} for chain in (before, after)]
    return Move(
        before=before,
        after=after,
        gains=[name for key, name in above[1].items() if key not in above[0]],
        loses=[name for key, name in above[0].items() if key not in above[1]],
        moves_along=await _below(organisation_id, now),
    )


async def _chain(organisation_id: UUID, at: datetime) -> list[Tier]:
    """The tier below the first link that the operator bills is invoiced, those above are paid
    (decision 0029).
    """
    links = await chain_at(organisation_id, at)
    resold = next(
        (place for place, one in enumerate(links) if one.billing == "operator"), len(links)
    )
    ids = [organisation_id, *(one.organisation_id for one in links)]
    rows = await core.fetch("SELECT id, name FROM partners.organisation WHERE id = ANY ($1)", ids)
    names = {row["id"]: row["name"] for row in rows}
    return [Tier(one, names[one], place == resold, place > resold) for place, one in enumerate(ids)]


async def _below(organisation_id: UUID, at: datetime) -> int:
    count: int = await core.fetch_value(
        "WITH RECURSIVE down (id) AS (SELECT $1::uuid UNION ALL "
        "SELECT m.organisation_id FROM down JOIN network.membership m ON m.parent_id = down.id "
        "WHERE m.during @> $2::timestamptz) SELECT count(*) - 1 FROM down",
        organisation_id,
        at,
    )
    return count
