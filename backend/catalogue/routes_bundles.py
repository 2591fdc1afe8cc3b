"""To whom a listing is offered, and the offers that integrators build of several parts."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from backend import web
from backend.catalogue import (
    actions,
    bundles,
    queries,
    queries_bundle,
    rules,
    rules_bundle,
    rules_joint,
    shelf,
)
from backend.catalogue.routes import (
    FactsIn,
    ListingView,
    PriceIn,
    Segments,
    Slug,
    listing_view,
)
from backend.core import Money

READ = [web.requires("portal:listing:read")]
WRITE = [web.requires("portal:listing:write")]
UNFIT = (rules_bundle.PartUnknown, rules_bundle.PartUnfit)
Words = Annotated[str, web.words(500)]
Searched = Annotated[str, QueryParameter(name="q", max_length=200, description="words of it")]


class AudienceIn(msgspec.Struct, forbid_unknown_fields=True):
    """Empty: everybody sees it and may order it."""

    segments: Segments


MOST_CHOICES = 200


class BundleChangeIn(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """`service` is your own work and its price net of VAT; `components` the ids of listings on
    sale, each of which costs what it costs in the store.
    """

    service_fr: Words
    service_en: Words
    service: PriceIn
    components: Annotated[list[UUID], msgspec.Meta(min_length=1, max_length=10)]

    def built(self) -> bundles.Built:
        return bundles.Built(
            service_fr=self.service_fr,
            service_en=self.service_en,
            service=self.service.money(),
            components=self.components,
        )


class BundleIn(FactsIn, forbid_unknown_fields=True, kw_only=True):
    """A new offer. `reference` is your own name for it, `slug` its address in the store."""

    reference: web.Reference
    slug: Slug
    name: web.Line
    segments: Segments = msgspec.field(default_factory=list)
    made_of: BundleChangeIn


class BundlePartView(msgspec.Struct, kw_only=True):
    """`bar` says why the part keeps the whole offer from the store; null, it does not."""

    component_id: UUID
    slug: str
    name: str
    owner: str
    owner_slug: str
    price: Money
    bar: rules_bundle.Bar | None


class BundleView(msgspec.Struct, kw_only=True):
    """What an offer is made of; the prices sum to that of its listing."""

    service_fr: str
    service_en: str
    service: Money
    parts: list[BundlePartView]


class BundleListing(msgspec.Struct):
    listing: ListingView
    bundle: BundleView


class MyBundles(msgspec.Struct):
    """`may_build`: the organisation is an integrator."""

    may_build: bool
    items: list[BundleListing]


class ComponentChoice(msgspec.Struct, kw_only=True):
    """On sale, and seen by you."""

    id: UUID
    slug: str
    name: str
    owner: str
    price: Money
    vat_rate_bp: int


class ComponentChoices(msgspec.Struct):
    """`total` match the words: where it is more than the items, more words show the others."""

    total: int
    items: list[ComponentChoice]


def bundle_view(bundle: rules_bundle.Bundle) -> BundleView:
    return msgspec.convert(bundle, BundleView, from_attributes=True)


@post(
    "/listings/{listing_id:uuid}/audience",
    operation_id="offer_portal_listing_to",
    status_code=200,
    guards=WRITE,
    responses=web.problems(rules.ListingUnknown, rules_joint.JointAgreementNeeded),
)
async def offer_mine_to(
    data: JSONBody[AudienceIn], listing_id: FromPath[UUID], principal: web.Caller
) -> ListingView:
    """Who sees it in the store and may order it, from now on; nobody else learns that it is."""
    await actions.offer_to(
        listing_id,
        data.segments,
        organisation_id=principal.organisation,
        **_now_by(principal),
    )
    return listing_view(await queries.read_own(listing_id, principal.organisation))


@get("/bundles", operation_id="list_portal_bundles", guards=READ)
async def list_mine(principal: web.Caller) -> MyBundles:
    """The offers of several parts that the organisation has built, the newest first."""
    mine = principal.organisation
    found = await queries_bundle.list_bundles(mine)
    return MyBundles(
        await bundles.may_build(mine), [await _one(bundle, principal) for bundle in found]
    )


@get("/bundles/components", operation_id="list_portal_bundle_components", guards=READ)
async def list_components(principal: web.Caller, q: Searched = "") -> ComponentChoices:
    """Listings on sale that match the words and may be a part, up to 200 to choose among."""
    wanted = rules.Wanted(q=q.replace("\0", " ").strip(), sort="relevance" if q.strip() else "name")
    found = await shelf.find(wanted, size=MOST_CHOICES)
    alone = await queries_bundle.sold_by_one([card.id for card in found.cards])
    return ComponentChoices(
        found.total - len(found.cards) + len(alone),
        [
            ComponentChoice(
                id=card.id,
                slug=card.slug,
                name=card.name,
                owner=card.editor,
                price=card.price,
                vat_rate_bp=card.vat_rate_bp,
            )
            for card in found.cards
            if card.id in alone
        ],
    )


@post(
    "/bundles",
    operation_id="build_portal_bundle",
    guards=WRITE,
    responses=web.problems(
        rules_bundle.NoIntegrator, *UNFIT, rules.SlugTaken, rules.ReferenceTaken
    ),
)
async def build(data: JSONBody[BundleIn], principal: web.Caller) -> BundleListing:
    """A draft: submit its listing, and the operator reads it before it is on sale."""
    made = await bundles.build_bundle(
        principal.organisation,
        data.made_of.built(),
        reference=data.reference,
        slug=data.slug,
        name=data.name,
        facts=data.facts(),
        segments=data.segments,
        **_now_by(principal),
    )
    return await _read(made, principal)


@post(
    "/bundles/{listing_id:uuid}",
    operation_id="change_portal_bundle",
    status_code=200,
    guards=WRITE,
    responses=web.problems(rules.ListingUnknown, rules_bundle.BundleOnSale, *UNFIT),
)
async def change(
    data: JSONBody[BundleChangeIn], listing_id: FromPath[UUID], principal: web.Caller
) -> BundleListing:
    """Other parts, or today's prices of the same; the operator reads it again."""
    await bundles.change_bundle(
        listing_id, data.built(), organisation_id=principal.organisation, **_now_by(principal)
    )
    return await _read(listing_id, principal)


async def _read(listing_id: UUID, principal: web.Principal) -> BundleListing:
    bundle = await queries_bundle.read_bundle(listing_id)
    assert bundle is not None, "it was just written"
    return await _one(bundle, principal)


async def _one(bundle: rules_bundle.Bundle, principal: web.Principal) -> BundleListing:
    row = await queries.read_own(bundle.listing_id, principal.organisation)
    return BundleListing(listing_view(row), bundle_view(bundle))


def _now_by(principal: web.Principal) -> dict[str, Any]:
    return {"now": datetime.now(UTC), "actor": principal.actor}


portal = [offer_mine_to, list_mine, list_components, build, change]
