"""People, what they are certified for, and what an organisation has shown. Pure."""

from datetime import date
from typing import Literal
from uuid import UUID

from msgspec import Struct

from backend.core import Problem

AchievementKind = Literal["reference", "training", "support_contract"]

FIRST_DAY, LAST_DAY = date(1950, 1, 1), date(2199, 12, 31)


class Certified(Struct, frozen=True):
    """A person who works for an organisation on a day, with one certificate, or with none."""

    person_id: UUID
    name: str
    email: str
    since: date
    kind: str | None
    issued_on: date | None
    expires_on: date | None


class Achievement(Struct, frozen=True):
    """What an organisation has shown; without `expires_on` it counts for ever."""

    id: UUID
    organisation_id: UUID
    kind: AchievementKind
    title: str
    achieved_on: date
    expires_on: date | None
    evidence: str


class PersonUnknown(Problem):
    status = 404
    code = "certified-person-unknown"
    title = "There is no such certified person"


class WorksThere(Problem):
    code = "person-works-there"
    title = "The person works there already"


class MovedBefore(Problem):
    code = "person-moved-before"
    title = "The person began a later employment"


class CertificateTaken(Problem):
    code = "certificate-taken"
    title = "This certificate is recorded"


class BadPeriod(Problem):
    status = 422
    code = "bad-period"
    title = "What ends, ends after its beginning"


class AchievementTaken(Problem):
    code = "achievement-taken"
    title = "This is recorded already"


def check_days(*days: date | None) -> None:
    """Days of our time: the last day that a calendar has stands for «never» to PostgreSQL.

    Raises:
        BadPeriod: names the day.
    """
    for day in days:
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            raise BadPeriod(
                f"{day} is no day of our time: give one from {FIRST_DAY} to {LAST_DAY}."
            )
