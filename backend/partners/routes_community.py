"""Contributions to open-source communities, for the operator's staff."""

from datetime import UTC, date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody

from backend import web
from backend.partners import contributions

READ = [web.requires("office:organisation:read")]
WRITE = [web.requires("office:organisation:write")]
Name = Annotated[str, web.words(100)]
Words = Annotated[str, web.words(500)]
Link = Annotated[str, msgspec.Meta(max_length=500, pattern=r"^(https://\S+)?$(?!\n)")]
Licence = Annotated[str, msgspec.Meta(max_length=100, pattern=web.ONE_LINE)]


class ContributionIn(msgspec.Struct, forbid_unknown_fields=True):
    """`cost` before VAT. What is published has a link and a licence; its cost is not published."""

    organisation_id: UUID
    project: Name
    involvement: Name
    cost: web.MoneyIn
    order_reference: Name
    from_on: date
    to_on: date
    result: Words
    link: Link = ""
    licence: Licence = ""
    is_public: bool = False


class ContributionGone(msgspec.Struct, forbid_unknown_fields=True):
    """Why it counts no more."""

    reason: Words


class ContributionMade(msgspec.Struct):
    id: UUID


class ContributionCosts(msgspec.Struct):
    """By year and level of involvement; the levels in their order."""

    involvements: list[contributions.Involvement]
    costs: list[contributions.YearCost]


@get(
    "/contributions",
    operation_id="list_office_contributions",
    guards=READ,
    responses=web.problems(web.BadCursor),
)
async def list_all(
    principal: web.Caller, limit: web.Limit = 50, after: web.Cursor = None
) -> web.Page[contributions.Contribution]:
    """What was given to open-source communities, the newest first (seed row R-12)."""
    rows = await contributions.list_contributions(after=web.read_id(after, UUID), limit=limit + 1)
    return web.page(rows, limit, lambda row: (row.id,), lambda row: row)


@get("/contribution-costs", operation_id="list_office_contribution_costs", guards=READ)
async def list_costs(principal: web.Caller) -> ContributionCosts:
    """What contributions cost: a part of the costs of partnerships (C9)."""
    return ContributionCosts(
        await contributions.involvements(), await contributions.contribution_costs()
    )


@post(
    "/contributions",
    operation_id="record_office_contribution",
    guards=WRITE,
    responses=web.problems(
        contributions.BadContribution,
        contributions.NotACommunity,
        contributions.ContributionTaken,
        contributions.OwnCommunity,
    ),
)
async def record(data: JSONBody[ContributionIn], principal: web.Caller) -> ContributionMade:
    """A contribution, its cost and what came of it."""
    facts = msgspec.structs.asdict(data)
    given = contributions.Given(
        **{name: value for name, value in facts.items() if name not in ("organisation_id", "cost")},
        cost=data.cost.money(),
    )
    made = await contributions.record_contribution(
        data.organisation_id, given, now=datetime.now(UTC), actor=principal.actor
    )
    return ContributionMade(made)


@post(
    "/contributions/{contribution_id:uuid}/withdrawal",
    operation_id="withdraw_office_contribution",
    status_code=204,
    guards=WRITE,
    responses=web.problems(contributions.ContributionUnknown, contributions.OwnCommunity),
)
async def withdraw(
    data: JSONBody[ContributionGone], contribution_id: FromPath[UUID], principal: web.Caller
) -> None:
    """It counts no more, and is published no more."""
    await contributions.withdraw_contribution(
        contribution_id, data.reason, now=datetime.now(UTC), actor=principal.actor
    )


office = [list_all, list_costs, record, withdraw]
