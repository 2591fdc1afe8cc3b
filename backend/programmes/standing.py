"""Where an organisation stands in every programme, as the portal and the office are shown it."""

from datetime import datetime
from uuid import UUID

import msgspec

from backend.core import fetch
from backend.programmes import queries, queries_benefit, views


class LevelCount(msgspec.Struct):
    level: str
    members: int


class CountedView(msgspec.Struct):
    """A programme, how many hold each level, and how many applications wait."""

    programme: views.ProgrammeView
    levels: list[LevelCount]
    applications: int


async def standings(organisation_id: UUID, now: datetime) -> list[views.StandingView]:
    """One for each programme, in the order of the programmes."""
    held = {each.programme: each for each in await queries.levels_held(organisation_id, now)}
    applied = {
        row["programme"]: row
        for row in await queries.list_applications(organisation_id=organisation_id, state="open")
    }
    falling = {
        each.programme: each
        for each in await queries.list_demotions(organisation_id)
        if each.state == "announced"
    }
    benefits = views.benefit_views(
        await queries_benefit.benefits_at(organisation_id, now),
        await queries_benefit.discount_matrix_at(now),
        await queries_benefit.tier_table_at(now),
        await queries_benefit.settings_at(now),
    )
    plays = {
        row["role"]
        for row in await fetch(
            "SELECT role FROM partners.organisation_role WHERE organisation_id = $1",
            organisation_id,
        )
    }
    found = []
    for each in await queries.list_programmes():
        period, demotion = held.get(each.code), falling.get(each.code)
        application = applied.get(each.code)
        found.append(
            views.StandingView(
                programme=views.programme_view(each),
                may_apply=period is None and application is None and bool(plays & set(each.roles)),
                level=period.level if period else None,
                since=period.starts_at if period else None,
                override_until=period.override_until if period else None,
                demotion=views.demotion_view(demotion) if demotion else None,
                application=views.application_view(application) if application else None,
                benefits=[view for view in benefits if view.programme == each.code],
            )
        )
    return found


async def counted(now: datetime) -> list[CountedView]:
    """Every programme with its members and waiting applications."""
    members = {
        (row["programme"], row["level"]): row["members"]
        for row in await fetch(
            "SELECT programme, level, count(*) AS members FROM programmes.level_period "
            "WHERE during @> $1::timestamptz GROUP BY 1, 2",
            now,
        )
    }
    waiting = {
        row["programme"]: row["waiting"]
        for row in await fetch(
            "SELECT programme, count(*) AS waiting FROM programmes.application "
            "WHERE state = 'open' GROUP BY 1"
        )
    }
    return [
        CountedView(
            programme=views.programme_view(each),
            levels=[
                LevelCount(level.code, members.get((each.code, level.code), 0))
                for level in each.levels
            ],
            applications=waiting.get(each.code, 0),
        )
        for each in await queries.list_programmes()
    ]
