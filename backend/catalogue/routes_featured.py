"""One's own featured dates in the portal; the calendar of featured places in the office."""

from datetime import UTC, date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from backend import identity, web
from backend.catalogue import featured, rules_featured
from backend.catalogue.rules_featured import Criterion, Page
from backend.core import PARIS

READ_MINE = [web.requires("portal:listing:read")]
READ = [web.requires("office:listing:read")]
WRITE = [web.requires("office:listing:write")]

Why = Annotated[str, web.words(300)]
Reason = Annotated[str, web.words(1000)]
SlotCode = Annotated[str, msgspec.Meta(max_length=40, pattern=r"^[a-z][a-z0-9_]+$(?!\n)")]


class FeaturedPlaceIn(msgspec.Struct, forbid_unknown_fields=True):
    """Both days are included; the store's readers are told the reason."""

    slot: SlotCode
    listing_id: UUID
    starts_on: date
    ends_on: date
    criterion: Criterion
    reason_fr: Why
    reason_en: Why


class FeaturedEndIn(msgspec.Struct, forbid_unknown_fields=True):
    """The partner reads the reason."""

    reason: Reason


class FeaturedPlaceView(msgspec.Struct):
    """`is_shown`: today; `ended_on`: it was ended before its last day."""

    id: UUID
    slot: str
    page: Page
    listing_id: UUID
    listing_name: str
    organisation_id: UUID
    organisation_name: str
    starts_on: date
    ends_on: date
    criterion: Criterion
    reason_fr: str
    reason_en: str
    ended_on: date | None
    ended_reason: str | None
    is_shown: bool


class FeaturedPlaces(msgspec.Struct):
    items: list[FeaturedPlaceView]


class FeaturedSlotView(msgspec.Struct):
    code: str
    page: Page


class FeaturedCalendar(msgspec.Struct):
    """The slots, and who stands in them in the days asked for."""

    slots: list[FeaturedSlotView]
    items: list[FeaturedPlaceView]


class EligibleView(msgspec.Struct):
    listing_id: UUID
    listing_name: str
    organisation_id: UUID
    organisation_name: str


class EligibleListings(msgspec.Struct):
    items: list[EligibleView]


def _view(one: rules_featured.FeaturedPlace) -> FeaturedPlaceView:
    today = datetime.now(UTC).astimezone(PARIS).date()
    return FeaturedPlaceView(
        id=one.id,
        slot=one.slot,
        page=one.page,
        listing_id=one.listing_id,
        listing_name=one.listing_name,
        organisation_id=one.organisation_id,
        organisation_name=one.organisation_name,
        starts_on=one.starts_on,
        ends_on=one.ends_on,
        criterion=one.criterion,
        reason_fr=one.reason_fr,
        reason_en=one.reason_en,
        ended_on=one.ended_on,
        ended_reason=one.ended_reason,
        is_shown=one.starts_on <= today <= (one.ended_on or one.ends_on),
    )


@get("/featured-places", operation_id="list_portal_featured_places", guards=READ_MINE)
async def list_mine(principal: web.Caller) -> FeaturedPlaces:
    """When listings of the organisation are, were and will be featured, the newest first."""
    found = await featured.list_places(organisation_id=principal.organisation)
    return FeaturedPlaces([_view(each) for each in found])


@get("/featured-places", operation_id="list_office_featured_places", guards=READ)
async def list_all(
    principal: web.Caller,
    first: FromQuery[date | None] = None,
    last: FromQuery[date | None] = None,
) -> FeaturedCalendar:
    """Every slot, and every place that touches the days."""
    return FeaturedCalendar(
        slots=[FeaturedSlotView(code, page) for code, page in await featured.list_slots()],
        items=[_view(each) for each in await featured.list_places(first=first, last=last)],
    )


@get(
    "/featured-places/export",
    operation_id="download_office_featured_places",
    guards=READ,
    media_type="text/csv",
)
async def export(
    principal: web.Caller,
    first: FromQuery[date | None] = None,
    last: FromQuery[date | None] = None,
    locale: FromQuery[web.Locale] = "international",
) -> Response[str]:
    """Every place that touches the days, as a CSV."""
    found = await web.read_whole(
        lambda behind, limit: featured.list_places(
            first=first, last=last, behind=behind, limit=limit
        ),
        lambda place: place,
    )
    views = [_view(each) for each in found]
    columns = FeaturedPlaceView.__struct_fields__
    return web.csv_file("featured-places", columns, map(msgspec.structs.astuple, views), locale)


@get("/featured-places/eligible", operation_id="list_office_eligible_listings", guards=READ)
async def list_eligible(principal: web.Caller) -> EligibleListings:
    """What may be featured: on sale, of checked partners whose level gives places."""
    found = await featured.eligible_listings(datetime.now(UTC))
    return EligibleListings([EligibleView(**msgspec.structs.asdict(each)) for each in found])


@post(
    "/featured-places",
    operation_id="create_office_featured_place",
    guards=WRITE,
    responses=web.problems(
        rules_featured.BadPlace,
        rules_featured.NotEligibleHere,
        rules_featured.PlaceTaken,
        identity.OwnOrganisation,
    ),
)
async def create(data: JSONBody[FeaturedPlaceIn], principal: web.Caller) -> FeaturedPlaceView:
    """The listing stands there on these days."""
    place_id = await featured.feature_listing(
        data.slot,
        data.listing_id,
        starts_on=data.starts_on,
        ends_on=data.ends_on,
        criterion=data.criterion,
        reason_fr=data.reason_fr,
        reason_en=data.reason_en,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return _view(await featured.read_place(place_id))


@post(
    "/featured-places/{place_id:uuid}/end",
    operation_id="end_office_featured_place",
    status_code=200,
    guards=WRITE,
    responses=web.problems(rules_featured.PlaceUnknown, rules_featured.PlaceOver),
)
async def end(
    data: JSONBody[FeaturedEndIn], place_id: FromPath[UUID], principal: web.Caller
) -> FeaturedPlaceView:
    """The place is free from today on."""
    await featured.end_place(
        place_id, reason=data.reason, now=datetime.now(UTC), actor=principal.actor
    )
    return _view(await featured.read_place(place_id))


portal = [list_mine]
office = [list_all, export, list_eligible, create, end]
