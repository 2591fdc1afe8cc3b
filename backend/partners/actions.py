"""Changes to organisations. Each function is one transaction."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from backend import audit
from backend.core import connection, operators_work, transaction, uuid7
from backend.partners.rules import AlreadyVerified, OrganisationUnknown, ReferenceTaken
from backend.partners.rules_numbers import NumberKnown, NumberWrong, check_numbers
from backend.partners.tables import Organisation, OrganisationRole


async def create_organisation(
    *,
    reference: str,
    name: str,
    country: str,
    segment: str,
    roles: Sequence[str],
    now: datetime,
    actor: str,
    vat_regime: str = "fr_registered",
    siren: str | None = None,
    siret: str | None = None,
    vat_number: str | None = None,
    email: str | None = None,
    language: str = "fr",
    self_declared: bool = False,
) -> UUID:
    """A new organisation, unverified, in the roles given; answers its id.

    `self_declared`: its segment is what it, or who invites it, says; the operator confirms it.

    Raises:
        ReferenceTaken: `reference` names another one.
        NumberWrong: SIREN, SIRET or VAT number cannot be right; names the field.
    """
    check_numbers(siren=siren, siret=siret, vat_number=vat_number)
    organisation = Organisation(
        id=uuid7(),
        reference=reference,
        name=name,
        country=country,
        segment=segment,
        siren=siren,
        siret=siret,
        vat_number=vat_number,
        vat_regime=vat_regime,
        email=email,
        language=language,
        origin="application",
        created_at=now,
        segment_confirmed_at=None if self_declared else now,
    )
    async with transaction():
        try:
            async with transaction():
                await Organisation.insert(organisation)
        except asyncpg.UniqueViolationError:
            raise ReferenceTaken(f"Choose another reference than {reference!r}.") from None
        for role in roles:
            await OrganisationRole.insert(
                OrganisationRole(organisation_id=organisation.id, role=role)
            )
        after = {"reference": reference, "name": name, "roles": list(roles)}
        subject = f"organisation:{organisation.id}"
        await audit.write(organisation.id, actor, "create_organisation", subject, None, after)
    return organisation.id


async def add_role(organisation_id: UUID, role: str, *, actor: str) -> None:
    """The organisation also plays `role`; adding it again changes nothing."""
    async with transaction():
        added = await connection().fetchval(
            "INSERT INTO partners.organisation_role VALUES ($1, $2) "
            "ON CONFLICT DO NOTHING RETURNING role",
            organisation_id,
            role,
        )
        if added is not None:
            subject = f"organisation:{organisation_id}"
            await audit.write(organisation_id, actor, "add_role", subject, None, {"role": role})


async def mark_verified(organisation_id: UUID, *, actor: str) -> None:
    """The organisation's identity has been checked; doing it again changes nothing.

    Whether its file is complete, `onboarding.verify_organisation` asks before it calls this.

    Raises:
        OrganisationUnknown: no organisation has this id.
    """
    async with transaction():
        before = await Organisation.objects().get(Organisation.id == organisation_id).lock_rows()
        if before is None:
            raise OrganisationUnknown(f"No organisation has the id {organisation_id}.")
        if before.verification == "verified":
            return
        await Organisation.update(
            {Organisation.verification: "verified", Organisation.refused_because: None}
        ).where(Organisation.id == organisation_id)
        await audit.write(
            organisation_id,
            actor,
            "mark_verified",
            f"organisation:{organisation_id}",
            {"verification": before.verification},
            {"verification": "verified"},
        )


async def change_numbers(
    organisation_id: UUID,
    *,
    siren: str | None,
    siret: str | None,
    vat_number: str | None,
    actor: str,
) -> None:
    """The organisation has these numbers and no others: what an import left open is completed.

    Raises:
        NumberWrong: one cannot be right; names the field.
        OrganisationUnknown: no organisation has this id.
    """
    check_numbers(siren=siren, siret=siret, vat_number=vat_number)
    after = {"siren": siren, "siret": siret, "vat_number": vat_number}
    async with transaction():
        before = await _numbers_of(organisation_id)
        if before == after:
            return
        try:
            async with transaction():
                await connection().execute(
                    "UPDATE partners.organisation SET siren = $2, siret = $3, vat_number = $4 "
                    "WHERE id = $1",
                    organisation_id, siren, siret, vat_number,
                )  # fmt: skip
        except asyncpg.CheckViolationError as refusal:
            if refusal.constraint_name != "siren_is_the_one_shown":
                raise
            raise NumberWrong(
                f"siren: {siren} is not of the SIRET that was shown in the file.", field="siren"
            ) from None
        subject = f"organisation:{organisation_id}"
        await audit.write(organisation_id, actor, "change_numbers", subject, before, after)


@operators_work
async def complete_numbers(
    organisation_id: UUID,
    *,
    siren: str | None,
    siret: str | None,
    vat_number: str | None,
    actor: str,
) -> None:
    """What the organisation had not said yet it has said now; None leaves a number as it is.

    Its file is compared with these numbers, so only the operator corrects one that is known.

    Raises:
        NumberKnown: it has another one already.
        NumberWrong, OrganisationUnknown: as `change_numbers`.
    """
    told = {"siren": siren, "siret": siret, "vat_number": vat_number}
    async with transaction():
        before = await _numbers_of(organisation_id)
        for name, number in told.items():
            if number is not None and before[name] not in (None, number):
                raise NumberKnown(
                    f"{name}: it is {before[name]}; write to the partner desk to correct it.",
                    field=name,
                )
        after = {name: number or before[name] for name, number in told.items()}
        await change_numbers(organisation_id, **after, actor=actor)


async def _numbers_of(organisation_id: UUID) -> dict[str, str | None]:
    found = await Organisation.objects().get(Organisation.id == organisation_id).lock_rows()
    if found is None:
        raise OrganisationUnknown(f"No organisation has the id {organisation_id}.")
    return {name: getattr(found, name) for name in ("siren", "siret", "vat_number")}


async def refuse_organisation(organisation_id: UUID, *, reason: str, actor: str) -> None:
    """It is told why it may not be a partner; `mark_verified` may come later all the same.

    Refusing again gives another reason.

    Raises:
        OrganisationUnknown: no organisation has this id.
        AlreadyVerified: it is a partner already, with money on its way perhaps.
    """
    async with transaction():
        before = await Organisation.objects().get(Organisation.id == organisation_id).lock_rows()
        if before is None:
            raise OrganisationUnknown(f"No organisation has the id {organisation_id}.")
        if before.verification == "verified":
            raise AlreadyVerified(f"{before.name} was verified; it cannot be refused any more.")
        if (before.verification, before.refused_because) == ("refused", reason):
            return
        await Organisation.update(
            {Organisation.verification: "refused", Organisation.refused_because: reason}
        ).where(Organisation.id == organisation_id)
        await audit.write(
            organisation_id,
            actor,
            "refuse_organisation",
            f"organisation:{organisation_id}",
            {"verification": before.verification},
            {"verification": "refused", "reason": reason},
        )


async def import_organisations(
    references: Sequence[str], *, vat_regime: str, now: datetime, actor: str
) -> dict[str, UUID]:
    """Every reference names an organisation afterwards; new ones are imported and unverified.

    A new one is a French editor named by its reference, to be completed when it joins.
    Answers the ids of all.
    """
    async with transaction():
        new = await connection().fetch(
            """
            INSERT INTO partners.organisation
              (reference, name, country, segment, vat_regime, origin, created_at)
            SELECT r, r, 'FR', 'pme', $2, 'import', $3 FROM unnest($1::text[]) AS r ORDER BY r
            ON CONFLICT (reference) DO NOTHING RETURNING id, reference
            """,
            list(references),
            vat_regime,
            now,
        )
        await connection().execute(
            "INSERT INTO partners.organisation_role SELECT unnest($1::uuid[]), 'isv'",
            [row["id"] for row in new],
        )
        if new:
            after = {"references": [row["reference"] for row in new], "vat_regime": vat_regime}
            await audit.write(None, actor, "import_organisations", "import:partners", None, after)
        rows = await connection().fetch(
            "SELECT id, reference FROM partners.organisation WHERE reference = ANY ($1)",
            list(references),
        )
    return {row["reference"]: row["id"] for row in rows}
