"""Certified people and achievements: one's own in the portal, recorded by the office."""

from datetime import UTC, date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from backend import partners, web
from backend.core import PARIS, UnreadableFile
from backend.programmes import (
    actions_people,
    queries_declared,
    queries_people,
    rules_people,
)
from backend.programmes.import_people import PeopleImported, import_people
from backend.programmes.routes import MINE, READ, WRITE
from backend.programmes.views_people import (
    AchievementView,
    CertificateView,
    CertifiedPerson,
    PeopleView,
    PersonAtWork,
    certified_person,
)

Kind = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,49}$(?!\n)")]
Evidence = Annotated[str, web.words(200)]
NameSought = Annotated[
    str | None,
    QueryParameter(max_length=200, description="the beginning of a person's or partner's name"),
]
StateSought = Annotated[queries_declared.PeopleState | None, QueryParameter(name="people_state")]
Number = Annotated[str, msgspec.Meta(max_length=100, pattern=web.ONE_LINE)]


class EmploymentIn(msgspec.Struct, forbid_unknown_fields=True):
    """Who works there from that day on; whoever comes from elsewhere leaves there."""

    email: web.Email
    name: web.Line
    from_on: date


class LeavingIn(msgspec.Struct, forbid_unknown_fields=True):
    last_on: date


class CertificateIn(msgspec.Struct, forbid_unknown_fields=True):
    """It is the person's, to its last day included."""

    kind: Kind
    issued_on: date
    expires_on: date
    number: Number = ""


class AchievementIn(msgspec.Struct, forbid_unknown_fields=True):
    """`evidence` names what shows it."""

    kind: rules_people.AchievementKind
    title: web.Line
    achieved_on: date
    evidence: Evidence
    expires_on: date | None = None


class PeopleFile(msgspec.Struct, forbid_unknown_fields=True):
    """A CSV with the columns of the export. With `is_dry_run` nothing is kept."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=900_000)]
    is_dry_run: bool = True


THEIRS = "/organisations/{organisation_id:uuid}"


@get("/people", operation_id="list_portal_people", guards=MINE)
async def list_mine(principal: web.Caller) -> PeopleView:
    """The organisation's certified people, references, trainings and support contracts."""
    return await people_of(principal.organisation)


@get(
    THEIRS + "/people",
    operation_id="list_office_organisation_people",
    guards=READ,
    responses=web.problems(partners.OrganisationUnknown),
)
async def list_theirs(organisation_id: FromPath[UUID], principal: web.Caller) -> PeopleView:
    """The same of any organisation."""
    await partners.read_organisation(organisation_id)
    return await people_of(organisation_id)


@post(
    THEIRS + "/people",
    operation_id="employ_office_person",
    guards=WRITE,
    responses=web.problems(
        partners.OrganisationUnknown,
        rules_people.WorksThere,
        rules_people.MovedBefore,
        rules_people.BadPeriod,
    ),
)
async def employ(
    data: JSONBody[EmploymentIn], organisation_id: FromPath[UUID], principal: web.Caller
) -> PeopleView:
    """A person works there from a day on, with all its certificates."""
    await actions_people.employ_person(
        organisation_id,
        email=data.email,
        name=data.name,
        from_on=data.from_on,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return await people_of(organisation_id)


@post(
    THEIRS + "/people/{person_id:uuid}/leave",
    operation_id="end_office_employment",
    status_code=200,
    guards=WRITE,
    responses=web.problems(
        rules_people.PersonUnknown, rules_people.MovedBefore, rules_people.BadPeriod
    ),
)
async def leave(
    data: JSONBody[LeavingIn],
    organisation_id: FromPath[UUID],
    person_id: FromPath[UUID],
    principal: web.Caller,
) -> PeopleView:
    """The person works there until a day; its certificates leave with it."""
    await actions_people.end_employment(
        organisation_id,
        person_id,
        last_on=data.last_on,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return await people_of(organisation_id)


@post(
    THEIRS + "/people/{person_id:uuid}/certificates",
    operation_id="certify_office_person",
    guards=WRITE,
    responses=web.problems(
        rules_people.PersonUnknown, rules_people.BadPeriod, rules_people.CertificateTaken
    ),
)
async def certify(
    data: JSONBody[CertificateIn],
    organisation_id: FromPath[UUID],
    person_id: FromPath[UUID],
    principal: web.Caller,
) -> PeopleView:
    """The person is certified, wherever it works."""
    await actions_people.certify_person(
        person_id,
        data.kind,
        issued_on=data.issued_on,
        expires_on=data.expires_on,
        number=data.number,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return await people_of(organisation_id)


@post(
    THEIRS + "/achievements",
    operation_id="record_office_achievement",
    guards=WRITE,
    responses=web.problems(
        partners.OrganisationUnknown, rules_people.BadPeriod, rules_people.AchievementTaken
    ),
)
async def achieve(
    data: JSONBody[AchievementIn], organisation_id: FromPath[UUID], principal: web.Caller
) -> PeopleView:
    """A reference, a training, a contract of support counts from its day on."""
    await actions_people.record_achievement(
        organisation_id,
        data.kind,
        data.title,
        achieved_on=data.achieved_on,
        expires_on=data.expires_on,
        evidence=data.evidence,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return await people_of(organisation_id)


@get(
    "/certified-people",
    operation_id="list_office_certified_people",
    guards=READ,
    responses=web.problems(web.BadCursor),
)
async def list_everybody(
    principal: web.Caller,
    name: NameSought = None,
    wanted: StateSought = None,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[CertifiedPerson]:
    """Everybody who works for a partner today, with their certificates."""
    rows = await queries_declared.list_people(
        today(), name=name, state=wanted, after=web.read_id(after, UUID), limit=limit + 1
    )
    return web.page(rows, limit, lambda row: (row["id"],), certified_person)


@post(
    "/certified-people/import",
    operation_id="import_office_people",
    status_code=200,
    guards=WRITE,
    responses=web.problems(UnreadableFile),
)
async def take_file(data: JSONBody[PeopleFile], principal: web.Caller) -> PeopleImported:
    """Each row is recorded, was so before, or is refused with its reason; or only tried."""
    return await import_people(
        data.text, dry_run=data.is_dry_run, now=datetime.now(UTC), actor=principal.actor
    )


def today() -> date:
    return datetime.now(UTC).astimezone(PARIS).date()


async def people_of(organisation_id: UUID) -> PeopleView:
    """Who works there today, and what it has shown."""
    on = today()
    found: dict[UUID, PersonAtWork] = {}
    for row in await queries_declared.certificates_of(organisation_id, on):
        person = found.setdefault(
            row["id"], PersonAtWork(row["id"], row["name"], row["email"], row["since"], [])
        )
        if row["kind"] is not None:
            person.certificates.append(
                CertificateView(row["kind"], row["issued_on"], row["expires_on"])
            )
    shown = await queries_people.list_achievements(organisation_id)
    return PeopleView(
        on,
        list(found.values()),
        [
            AchievementView(*(getattr(each, name) for name in AchievementView.__struct_fields__))
            for each in shown
        ],
    )


portal = [list_mine]
office = [list_theirs, employ, leave, certify, achieve, list_everybody, take_file]
