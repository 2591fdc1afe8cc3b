"""From one programme into another, without a day between. One transaction."""

from datetime import datetime
from uuid import UUID

from backend.core import transaction
from backend.programmes import changing
from backend.programmes.actions import check_may_enter
from backend.programmes.queries import read_programme
from backend.programmes.rules import effective


async def move(
    organisation_id: UUID,
    leaving: str,
    entering: str,
    *,
    at: datetime,
    reason: str,
    evidence: str,
    now: datetime,
    actor: str,
) -> datetime:
    """It holds the lowest level of `entering` from the moment on which `leaving` ends (R-07).

    That is `at`, if the change is carried out no more than a week late. The account and all that
    was held before stay; what is used from then on is priced anew. Answers the moment.

    Raises:
        ProgrammeUnknown, NotIn: there is nothing to leave.
        CompanyRefused, NotEligible, AlreadyIn, OtherTrack: it cannot be in the other one.
        LevelJustChanged: it came in at this very moment.
    """
    await read_programme(leaving)
    other = await read_programme(entering)
    async with transaction():
        period = await changing.held(organisation_id, leaving)
        await check_may_enter(organisation_id, other)
        moment = effective(at, now, period.starts_at)
        demotion = await changing.pending(organisation_id, leaving)
        await changing.cancel(demotion, "It moved to another programme.", now, actor)
        await changing.end(period, at=moment, now=now)
        await changing.begin(
            organisation_id, other.code, other.lowest, "entry",
            at=moment, reason=reason, evidence=evidence, now=now, actor=actor,
        )  # fmt: skip
    return moment
