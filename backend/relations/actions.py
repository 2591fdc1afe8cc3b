"""The office says who manages a customer. One transaction."""

from datetime import datetime
from uuid import UUID

import asyncpg

from backend import audit, identity, partners
from backend.core import connection, transaction
from backend.relations.rules import (
    ManagerUnfit,
    Relation,
    RelationTaken,
    check_manager,
    check_start,
)

UNFIT = {
    "manager_is_staff": "Choose one of our own colleagues, present ones.",
    "partner_is_one": "Choose an organisation that sells or brings customers.",
}


async def decide_relation(
    organisation_id: UUID,
    relation: Relation | None,
    *,
    manager_id: UUID | None = None,
    partner_id: UUID | None = None,
    starts_at: datetime,
    reason: str,
    now: datetime,
    actor: str,
) -> None:
    """From `starts_at` on the customer is managed so; None: as the rules say again.

    What was before stays readable for ever, and orders placed keep what they found. The same
    decision again changes nothing. (Seed rows O-04, K-04.)

    Raises:
        OrganisationUnknown: no organisation has this id.
        OwnOrganisation: who decides acts for the customer or for the partner named.
        ManagerUnfit: who is named is missing, one too many, no colleague, or no partner.
        RelationPast: it would begin in the past.
        RelationTaken: another decision begins at that moment.
    """
    check_start(starts_at, now)
    check_manager(relation, manager_id, partner_id, organisation_id)
    for one in (organisation_id, partner_id):
        if one is not None:
            await partners.read_organisation(one)
            await identity.check_other(actor, one)
    said = (relation, manager_id, partner_id, reason)
    async with transaction():
        try:
            async with transaction():
                await connection().execute(
                    "INSERT INTO relations.decision (organisation_id, starts_at, relation, "
                    "manager_id, partner_id, reason, actor, decided_at) "
                    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                    organisation_id, starts_at, relation, manager_id, partner_id, reason, actor,
                    now,
                )  # fmt: skip
        except asyncpg.UniqueViolationError:
            await _check_same(organisation_id, starts_at, said)
            return
        except asyncpg.CheckViolationError as refusal:
            raise ManagerUnfit(UNFIT[refusal.constraint_name or ""]) from None
        except asyncpg.ForeignKeyViolationError:
            raise ManagerUnfit(UNFIT["manager_is_staff"]) from None
        subject = f"organisation:{organisation_id}"
        after = {
            "relation": relation, "manager": manager_id, "partner": partner_id,
            "starts_at": starts_at, "reason": reason,
        }  # fmt: skip
        await audit.write(organisation_id, actor, "decide_relation", subject, None, after)


async def _check_same(organisation_id: UUID, starts_at: datetime, said: tuple[object, ...]) -> None:
    row = await connection().fetchrow(
        "SELECT relation, manager_id, partner_id, reason FROM relations.decision "
        "WHERE organisation_id = $1 AND starts_at = $2",
        organisation_id,
        starts_at,
    )
    if row is None or tuple(row) != said:
        raise RelationTaken("Choose another day: nothing that was decided is overwritten.")
