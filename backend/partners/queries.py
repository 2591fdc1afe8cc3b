"""Reads of organisations."""

from collections.abc import Collection
from uuid import UUID

from backend.core import fetch
from backend.partners.rules import OrganisationUnknown
from backend.partners.tables import Organisation


async def read_organisation(organisation_id: UUID) -> Organisation:
    """One organisation.

    Raises:
        OrganisationUnknown: none has this id, or the session may not see it.
    """
    found = await Organisation.objects().get(Organisation.id == organisation_id)
    if found is None:
        raise OrganisationUnknown(f"No organisation has the id {organisation_id}.")
    return found


async def find_by_reference(reference: str) -> Organisation:
    """The organisation that the operator calls `reference`.

    Raises:
        OrganisationUnknown: none is called so.
    """
    found = await Organisation.objects().get(Organisation.reference == reference)
    if found is None:
        raise OrganisationUnknown(f"No organisation has the reference {reference!r}.")
    return found


async def vat_regimes(organisations: Collection[UUID]) -> dict[UUID, str]:
    """The VAT regime of each of `organisations`."""
    rows = await fetch(
        "SELECT id, vat_regime FROM partners.organisation WHERE id = ANY ($1)", list(organisations)
    )
    return {row["id"]: row["vat_regime"] for row in rows}


async def list_unverified() -> list[UUID]:
    """Partners (not mere buyers) whose identity nobody has checked, oldest first."""
    rows = await fetch(
        """
        SELECT o.id FROM partners.organisation o
        WHERE o.verification = 'unverified' AND EXISTS (
          SELECT FROM partners.organisation_role r
          WHERE r.organisation_id = o.id AND r.role NOT IN ('buyer', 'supplier'))
        ORDER BY o.created_at, o.reference
        """
    )
    return [row["id"] for row in rows]
