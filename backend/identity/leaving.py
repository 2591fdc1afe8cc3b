"""Who leaves a team, or becomes less in it, leaves no door open behind them."""

from datetime import datetime
from uuid import UUID

from backend import audit
from backend.core import connection
from backend.identity.rules import scopes_of


async def held_now(person_id: UUID, organisation_id: UUID | None) -> frozenset[str]:
    """What the person may do there, held until the end of the open transaction."""
    rows = await connection().fetch(
        "SELECT role FROM identity.membership WHERE person_id = $1 "
        "AND organisation_id IS NOT DISTINCT FROM $2 AND ended_at IS NULL FOR SHARE",
        person_id, organisation_id,
    )  # fmt: skip
    return scopes_of((row["role"] for row in rows), of_operator=organisation_id is None)


async def close_doors(
    person_id: UUID, organisation_id: UUID | None, *, actor: str, now: datetime
) -> None:
    """What the person made there goes as far as the roles that they still have, in the open
    transaction: keys that may do more are revoked, and where they may not invite any more, their
    open invitations are withdrawn. Each leaves its audit row.
    """
    held = await held_now(person_id, organisation_id)
    keys = await connection().fetch(
        "UPDATE identity.api_key SET revoked_at = $3 WHERE created_by = $1 "
        "AND organisation_id IS NOT DISTINCT FROM $2 AND revoked_at IS NULL "
        "AND NOT scopes <@ $4::text[] RETURNING id",
        person_id, organisation_id, now, list(held),
    )  # fmt: skip
    for key in keys:
        await audit.write(organisation_id, actor, "revoke_api_key", f"key:{key['id']}")
    if "portal:team:write" in held:
        return
    withdrawn = await connection().fetch(
        "UPDATE identity.invitation SET withdrawn_at = $3 WHERE invited_by = $1 "
        "AND organisation_id = $2 AND accepted_at IS NULL AND withdrawn_at IS NULL RETURNING id",
        person_id, organisation_id, now,
    )  # fmt: skip
    for invitation in withdrawn:
        subject = f"invitation:{invitation['id']}"
        await audit.write(organisation_id, actor, "withdraw_invitation", subject)
