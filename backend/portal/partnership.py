"""What a partner's front page says of its partnership: levels, leads, deals, credits, network."""

from datetime import date, datetime
from uuid import UUID

import asyncpg
import msgspec

from backend import network, programmes, scorecards, settlement, web
from backend.core import PARIS, Money, Month
from backend.portal import queries_partnership as queries


class HomeName(msgspec.Struct):
    name_fr: str
    name_en: str


class HomeMissing(msgspec.Struct):
    """`missing` in the measure's unit."""

    measure: scorecards.MeasureName
    missing: int


class HomeLevel(msgspec.Struct, kw_only=True):
    """Of one programme: `level` null while it is only open to apply to or `applied` for.

    `met` of `asked` requirements of the next level are met; `missing` are the others.
    """

    programme: str
    name_fr: str
    name_en: str
    applied: bool
    level: HomeName | None = None
    next_level: HomeName | None = None
    met: int
    asked: int
    missing: list[HomeMissing]


class HomeLead(msgspec.Struct):
    lead: str
    respond_by: datetime


class HomeDeal(msgspec.Struct):
    """Sent back (`action_required`), or approved and protected only until then."""

    id: UUID
    customer_name: str
    review: str
    protected_until: datetime | None


class HomeCredit(msgspec.Struct):
    """`first` is the part of `left` that ends first, after `expires_on`."""

    left: Money
    first: Money
    expires_on: date


class HomeNetwork(msgspec.Struct):
    """Organisations below, those of them still to be verified, and this month's margin."""

    below: int
    unverified: int
    margin: list[Money] | None


class HomeOwed(msgspec.Struct):
    """What the last statement carries below zero, less what was paid since."""

    left: Money
    since: date


class HomeJoint(msgspec.Struct):
    """`partner` asks to own the listing together; `share_bp` would be one's part."""

    listing: str
    partner: str
    share_bp: int


class Partnership(msgspec.Struct, kw_only=True):
    """A part is null where the role may not read it, or the organisation does not play its part.
    `leads_waiting` and `deals_waiting` count what the lists begin.
    """

    roles: list[str]
    levels: list[HomeLevel] | None = None
    leads: list[HomeLead] | None = None
    leads_waiting: int
    deals: list[HomeDeal] | None = None
    deals_waiting: int
    credits: list[HomeCredit] | None = None
    owed: list[HomeOwed] | None = None
    network: HomeNetwork | None = None
    joint_offers: list[HomeJoint] | None = None


async def read_partnership(principal: web.Principal, now: datetime) -> Partnership:
    """What waits for the caller's organisation, and how it stands, as far as its role may read."""
    mine = principal.organisation
    found = Partnership(roles=await queries.roles_of(mine), leads_waiting=0, deals_waiting=0)
    if principal.may("portal:programme:read"):
        found.levels = await _levels(mine, found.roles, now)
    if principal.may("portal:deal:read"):
        leads = await queries.leads_waiting(mine, now)
        deals = await queries.deals_to_look_at(mine, now)
        found.leads = [HomeLead(row["lead"], row["respond_by"]) for row in leads]
        found.leads_waiting = leads[0]["among"] if leads else 0
        found.deals = [HomeDeal(*row[:4]) for row in map(tuple, deals)]
        found.deals_waiting = deals[0]["among"] if deals else 0
    if principal.may("portal:charge:read"):
        today = now.astimezone(PARIS).date()
        found.credits = [_credit(row) for row in await queries.credits_left(mine, today)]
        owing = await settlement.list_owing(organisation_id=mine)
        found.owed = [
            HomeOwed(Money(row["left_minor"], row["currency"]), row["owed_since"]) for row in owing
        ]
    if principal.may("portal:network:read") and "wholesaler" in found.roles:
        found.network = await _network(principal, now)
    if principal.may("portal:listing:read"):
        asked = await queries.joint_offers_asked(mine)
        found.joint_offers = [HomeJoint(*row) for row in map(tuple, asked)]
    return found


async def _levels(organisation_id: UUID, roles: list[str], now: datetime) -> list[HomeLevel]:
    """Programmes that it is in, then those it applied to or may apply to."""
    held = {
        each.programme: each.level for each in await programmes.levels_held(organisation_id, now)
    }
    applied = await queries.programmes_applied_to(organisation_id)
    known = await programmes.list_programmes()
    inside = [each for each in known if each.code in held]
    fixed = any(each.is_track for each in inside)
    opens = [each for each in known if each.code not in held and each.code in applied]
    opens += [
        each
        for each in known
        if each.code not in held and each.code not in applied
        if set(each.roles) & set(roles) and not (each.is_track and fixed)
    ]
    levels = [await _level(organisation_id, each, held[each.code], now) for each in inside]
    return levels + [_unmeasured(each, applied=each.code in applied) for each in opens]


async def _level(
    organisation_id: UUID, programme: programmes.Programme, code: str, now: datetime
) -> HomeLevel:
    rank = programme.rank(code)
    above = next((each for each in programme.levels if each.rank == rank + 1), None)
    level = _unmeasured(programme, applied=False)
    level.level = _name(programme.levels[rank - 1])
    level.next_level = _name(above) if above else None
    if above is None:
        return level
    today = now.astimezone(PARIS).date()
    try:
        points = await scorecards.progress(organisation_id, programme.code, today, now)
    except scorecards.NoRequirements:
        return level
    wanted = [each for each in points if each.level == above.code]
    names = await scorecards.measure_names()
    level.asked, level.met = len(wanted), sum(each.missing == 0 for each in wanted)
    level.missing = [
        HomeMissing(names[each.measure], each.missing) for each in wanted if each.missing > 0
    ]
    return level


def _unmeasured(programme: programmes.Programme, *, applied: bool) -> HomeLevel:
    return HomeLevel(
        programme=programme.code,
        name_fr=programme.name_fr,
        name_en=programme.name_en,
        applied=applied,
        met=0,
        asked=0,
        missing=[],
    )


def _name(level: programmes.Level) -> HomeName:
    return HomeName(level.name_fr, level.name_en)


async def _network(principal: web.Principal, now: datetime) -> HomeNetwork:
    below = await network.read_downstream(principal.organisation, now)
    margin = None
    if principal.may("portal:charge:read"):
        rows = await queries.margins_in(principal.organisation, Month.of(now))
        margin = [Money(row["margin_minor"], row["currency"]) for row in rows]
    return HomeNetwork(len(below), sum(one.verification != "verified" for one in below), margin)


def _credit(row: asyncpg.Record) -> HomeCredit:
    currency = row["currency"]
    return HomeCredit(
        Money(row["left_minor"], currency), Money(row["first_minor"], currency), row["expires_on"]
    )
