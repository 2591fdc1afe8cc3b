"""Reads of organisations."""

from collections.abc import Collection
from uuid import UUID

import asyncpg

from backend.core import fetch, fetch_row
from backend.partners.rules import OrganisationUnknown
from backend.partners.tables import Organisation

WITH_ROLES = """
    SELECT o.*, ARRAY (SELECT r.role FROM partners.organisation_role r
                       WHERE r.organisation_id = o.id ORDER BY r.role) AS roles,
           ARRAY (SELECT DISTINCT k.kind FROM partners.role_kind k
                  WHERE k.organisation_id = o.id ORDER BY k.kind) AS kinds
    FROM partners.organisation o
"""


async def read_organisation(organisation_id: UUID) -> Organisation:
    """One organisation.

    Raises:
        OrganisationUnknown: none has this id, or the session may not see it.
    """
    found = await Organisation.objects().get(Organisation.id == organisation_id)
    if found is None:
        raise OrganisationUnknown(f"No organisation has the id {organisation_id}.")
    return found


async def list_organisations(
    *,
    after: UUID | None,
    limit: int,
    verification: str | None = None,
    role: str | None = None,
    words: str | None = None,
    among: Collection[UUID] = (),
    sells: bool | None = None,
    kind: str | None = None,
    ecosystem: str | None = None,
    segment_confirmed: bool | None = None,
) -> list[asyncpg.Record]:
    """Organisations that the session may see, with their roles, from behind `after`.

    Of one verification, in one role, with `words` in name or reference, or `among` these, if told.
    `sells`: those that play another part than buyer or supplier, or those that do not. `kind`: in
    any role; `ecosystem`: suppliers, or those with products of their own (seed row P-11).
    """
    return await fetch(
        WITH_ROLES + "WHERE ($1::uuid IS NULL OR o.id > $1) "  # noqa: S608  (our own words)
        "AND ($3::text IS NULL OR o.verification = $3) "
        "AND ($4::text IS NULL OR EXISTS (SELECT FROM partners.organisation_role r "
        "  WHERE r.organisation_id = o.id AND r.role = $4)) "
        "AND ($5::text IS NULL OR strpos(lower(o.name || ' ' || o.reference), lower($5)) > 0) "
        "AND ($6::uuid[] = '{}' OR o.id = ANY ($6)) "
        "AND ($7::boolean IS NULL OR $7 = EXISTS (SELECT FROM partners.organisation_role r "
        "  WHERE r.organisation_id = o.id AND r.role NOT IN ('buyer', 'supplier'))) "
        "AND ($8::text IS NULL OR EXISTS (SELECT FROM partners.role_kind k "
        "  WHERE k.organisation_id = o.id AND k.kind = $8)) "
        "AND ($9::text IS NULL OR EXISTS (SELECT FROM partners.organisation_role r "
        "  WHERE r.organisation_id = o.id AND r.role <> 'buyer' "
        "  AND (r.role = 'supplier') = ($9 = 'supplier'))) "
        "AND ($10::boolean IS NULL OR $10 = (o.segment_confirmed_at IS NOT NULL)) "
        "ORDER BY o.id LIMIT $2",
        after,
        limit,
        verification,
        role,
        words,
        list(among),
        sells,
        kind,
        ecosystem,
        segment_confirmed,
    )


async def organisation_with_roles(organisation_id: UUID) -> asyncpg.Record:
    """As `list_organisations` shows it.

    Raises:
        OrganisationUnknown: none has this id, or the session may not see it.
    """
    row = await fetch_row(WITH_ROLES + "WHERE o.id = $1", organisation_id)
    if row is None:
        raise OrganisationUnknown(f"No organisation has the id {organisation_id}.")
    return row


async def find_by_reference(reference: str) -> Organisation:
    """The organisation that the operator calls `reference`.

    Raises:
        OrganisationUnknown: none is called so.
    """
    found = await Organisation.objects().get(Organisation.reference == reference)
    if found is None:
        raise OrganisationUnknown(f"No organisation has the reference {reference!r}.")
    return found


async def is_partner(organisation_id: UUID) -> bool:
    """Whether it sells, or brings sales: it plays any part but a buyer's."""
    found = await fetch_row(
        "SELECT 1 FROM partners.organisation_role WHERE organisation_id = $1 AND role <> 'buyer'",
        organisation_id,
    )
    return found is not None


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
