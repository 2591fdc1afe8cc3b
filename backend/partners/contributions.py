"""Contributions to open-source communities: recorded, withdrawn, published (seed row R-12)."""

from datetime import date, datetime
from uuid import UUID

import asyncpg
from msgspec import Struct

from backend import audit
from backend.core import Money, Problem, connection, fetch, fetch_row, operators_work, transaction

LARGEST_MINOR = 10**12
"""No single contribution is larger; PostgreSQL refuses it too."""

OTHERS = "You act for this community: have somebody else decide."
CONTRIBUTION = """
    SELECT c.id, c.organisation_id, o.name AS community, c.project, c.involvement, c.amount_minor,
           c.currency::text AS currency, c.order_reference, c.from_on, c.to_on, c.result, c.link,
           c.licence, c.is_public, c.recorded_at, c.withdrawn_at, c.withdrawn_reason
    FROM partners.contribution c JOIN partners.organisation o ON o.id = c.organisation_id
"""


class NotACommunity(Problem):
    status = 422
    code = "not-a-community"
    title = "This organisation is no open-source community"


class OwnCommunity(Problem):
    status = 403
    code = "own-community"
    title = "Nobody decides on what their own community is given"


class BadContribution(Problem):
    status = 422
    code = "bad-contribution"
    title = "This contribution cannot be"


class ContributionTaken(Problem):
    code = "contribution-taken"
    title = "This contribution is recorded already"


class ContributionUnknown(Problem):
    """Also one that is withdrawn."""

    status = 404
    code = "contribution-unknown"
    title = "There is no such contribution"


class Involvement(Struct, frozen=True):
    """How deeply the operator takes part, from a user on."""

    code: str
    name_fr: str
    name_en: str


class Given(Struct, frozen=True, kw_only=True):
    """What was given from one day to the other: the cost before VAT, as ordered by
    `order_reference`, and what came of it. `is_public`: everybody reads it, without the cost.
    """

    project: str
    involvement: str
    cost: Money
    order_reference: str
    from_on: date
    to_on: date
    result: str
    link: str = ""
    licence: str = ""
    is_public: bool = False


class Contribution(Struct, frozen=True):
    """As recorded; with `withdrawn_at` it counts no more, and the reason says why."""

    id: UUID
    organisation_id: UUID
    community: str
    project: str
    involvement: str
    cost: Money
    order_reference: str
    from_on: date
    to_on: date
    result: str
    link: str
    licence: str
    is_public: bool
    recorded_at: datetime
    withdrawn_at: datetime | None
    withdrawn_reason: str | None


class Published(Struct, frozen=True):
    """What everybody may read of it."""

    community: str
    project: str
    involvement: str
    from_on: date
    to_on: date
    result: str
    link: str
    licence: str


class YearCost(Struct, frozen=True):
    """A row of the costs of partnerships (C9, seed row C-03)."""

    year: int
    involvement: str
    contributions: int
    cost: Money


async def record_contribution(
    organisation_id: UUID, given: Given, *, now: datetime, actor: str
) -> UUID:
    """The contribution counts among the costs of partnerships of the year in which it ended.

    Raises:
        BadContribution: names what is wrong.
        NotACommunity: make it a supplier of that kind first.
        ContributionTaken: the same order gave to the same project already.
        OwnCommunity: who acts is one of its people; PostgreSQL says so.
    """
    _check(given)
    try:
        async with transaction():
            made: UUID = await connection().fetchval(
                "INSERT INTO partners.contribution (organisation_id, project, involvement, "
                "amount_minor, currency, order_reference, from_on, to_on, result, link, licence, "
                "is_public, actor, recorded_at) "
                "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) RETURNING id",
                organisation_id, given.project, given.involvement, given.cost.amount_minor,
                given.cost.currency, given.order_reference, given.from_on, given.to_on,
                given.result, given.link, given.licence, given.is_public, actor, now,
            )  # fmt: skip
            after = {"project": given.project, "involvement": given.involvement, "cost": given.cost}
            subject = f"contribution:{made}"
            await audit.write(None, actor, "record_contribution", subject, None, after)
    except asyncpg.InsufficientPrivilegeError:
        raise OwnCommunity(OTHERS) from None
    except asyncpg.UniqueViolationError:
        raise ContributionTaken(
            f"{given.order_reference} gave to {given.project} already: look for it in the list."
        ) from None
    except asyncpg.ForeignKeyViolationError as refusal:
        if "involvement" in str(refusal.constraint_name):
            raise BadContribution("There is no such level of involvement.") from None
        raise NotACommunity(
            "Give it the role supplier and the kind open-source community under Partners first."
        ) from None
    return made


def _check(given: Given) -> None:
    if given.cost.amount_minor > LARGEST_MINOR:
        raise BadContribution(f"cost: Give {Money(LARGEST_MINOR, given.cost.currency)} at most.")
    if given.to_on < given.from_on:
        raise BadContribution("It would end before it begins: choose a later last day.")
    if given.is_public and not (given.link and given.licence):
        raise BadContribution("What is published says where it is found, and under which licence.")


async def withdraw_contribution(
    contribution_id: UUID, reason: str, *, now: datetime, actor: str
) -> None:
    """It counts no more and is published no more; it stays readable with the reason.

    Raises:
        ContributionUnknown: there is none, or it is withdrawn.
        OwnCommunity: as for `record_contribution`.
    """
    async with transaction():
        try:
            row = await fetch_row(
                "UPDATE partners.contribution SET withdrawn_at = $2, withdrawn_by = $3, "
                "withdrawn_reason = $4 WHERE id = $1 AND withdrawn_at IS NULL RETURNING id",
                contribution_id, now, actor, reason,
            )  # fmt: skip
        except asyncpg.InsufficientPrivilegeError:
            raise OwnCommunity(OTHERS) from None
        if row is None:
            raise ContributionUnknown("There is none under this id, or it is withdrawn already.")
        after = {"withdrawn_at": now, "reason": reason}
        subject = f"contribution:{contribution_id}"
        await audit.write(None, actor, "withdraw_contribution", subject, None, after)


async def involvements() -> list[Involvement]:
    """Every level, from the least on."""
    rows = await fetch("SELECT code, name_fr, name_en FROM partners.involvement ORDER BY position")
    return [Involvement(*row) for row in rows]


async def list_contributions(*, after: UUID | None, limit: int) -> list[Contribution]:
    """Those recorded, the newest first."""
    rows = await fetch(
        CONTRIBUTION + "WHERE $1::uuid IS NULL OR c.id < $1 ORDER BY c.id DESC LIMIT $2",
        after,
        limit,
    )
    return [
        Contribution(cost=Money(facts.pop("amount_minor"), facts.pop("currency")), **facts)
        for facts in map(dict, rows)
    ]


async def contribution_costs() -> list[YearCost]:
    """What they come to by year of their last day and level, the latest year first."""
    rows = await fetch(
        "SELECT extract(year FROM c.to_on)::int AS year, c.involvement, count(*) AS number, "
        "c.currency::text AS currency, sum(c.amount_minor)::bigint AS minor "
        "FROM partners.contribution c JOIN partners.involvement i ON i.code = c.involvement "
        "WHERE c.withdrawn_at IS NULL GROUP BY 1, 2, i.position, 4 ORDER BY 1 DESC, i.position, 4"
    )
    return [
        YearCost(
            row["year"], row["involvement"], row["number"], Money(row["minor"], row["currency"])
        )
        for row in rows
    ]


@operators_work
async def published_contributions(limit: int) -> list[Published]:
    """What everybody may read, the latest first; never what it cost."""
    rows = await fetch(
        "SELECT o.name AS community, c.project, c.involvement, c.from_on, c.to_on, c.result, "
        "c.link, c.licence FROM partners.contribution c "
        "JOIN partners.organisation o ON o.id = c.organisation_id "
        "WHERE c.is_public AND c.withdrawn_at IS NULL ORDER BY c.to_on DESC, c.id DESC LIMIT $1",
        limit,
    )
    return [Published(*row) for row in rows]
