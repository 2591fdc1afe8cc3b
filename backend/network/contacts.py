"""Who looks after a reseller: a person named by whoever stands right above it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from backend import audit, core
from backend.core import connection, transaction
from backend.network.queries import parent_at
from backend.network.rules import NotInNetwork


class Contact(Struct, frozen=True):
    name: str
    email: str


@core.operators_work
async def name_contact(
    organisation_id: UUID, parent_id: UUID, contact: Contact, *, now: datetime, actor: str
) -> None:
    """From now on this person looks after the reseller; the same again changes nothing.

    Raises:
        NotInNetwork: the reseller does not stand right below `parent_id`.
    """
    parent = await parent_at(organisation_id, now)
    if parent is None or parent.organisation_id != parent_id:
        raise NotInNetwork("Only whoever stands right above it names its contact.")
    known = await contacts_of([organisation_id], parent_id=parent_id)
    if known.get(organisation_id) == contact:
        return
    async with transaction():
        await connection().execute(
            "INSERT INTO network.contact (organisation_id, parent_id, name, email, actor, "
            "named_at) VALUES ($1, $2, $3, $4, $5, $6)",
            organisation_id, parent_id, contact.name, contact.email, actor, now,
        )  # fmt: skip
        subject = f"organisation:{organisation_id}"
        after = {"name": contact.name, "email": contact.email}
        await audit.write(parent_id, actor, "name_contact", subject, None, after)


@core.operators_work
async def contacts_of(
    organisations: Collection[UUID], *, parent_id: UUID | None = None
) -> dict[UUID, Contact]:
    """The contact of each of them at `parent_id`, or at whoever stands right above it today."""
    rows = await core.fetch(
        "SELECT DISTINCT ON (c.organisation_id) c.organisation_id, c.name, c.email "
        "FROM network.contact c JOIN network.membership m ON m.organisation_id = c.organisation_id "
        "AND m.parent_id = c.parent_id AND upper_inf(m.during) "
        "WHERE c.organisation_id = ANY ($1) AND ($2::uuid IS NULL OR c.parent_id = $2) "
        "ORDER BY c.organisation_id, c.named_at DESC, c.id DESC",
        list(organisations),
        parent_id,
    )
    return {row["organisation_id"]: Contact(row["name"], row["email"]) for row in rows}
