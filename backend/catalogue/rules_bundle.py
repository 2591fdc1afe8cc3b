"""What an offer of several parts is, and why one is refused. Pure."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from msgspec import Struct

from backend.core import Money, Problem

Bar = Literal["gone", "joint", "bundle", "price", "vat", "audience"]
"""Why a part keeps its bundle from the store: it is not on sale, belongs to two owners or is a
bundle itself, costs something else by now, has another rate of VAT, or is not offered to
everybody the bundle is offered to.
"""
MOST_PARTS = 10


class Part(Struct, frozen=True, kw_only=True):
    """A listing in a bundle, at the price that it had in the store when it was chosen."""

    component_id: UUID
    slug: str
    name: str
    owner_id: UUID
    owner: str
    owner_slug: str
    price: Money
    bar: Bar | None


class Bundle(Struct, frozen=True, kw_only=True):
    """The own service of its maker, and the parts in their order; the price is the sum of all."""

    listing_id: UUID
    organisation_id: UUID
    service_fr: str
    service_en: str
    service: Money
    parts: Sequence[Part]

    @property
    def price(self) -> Money:
        whole = self.service.amount_minor + sum(part.price.amount_minor for part in self.parts)
        return Money(whole, self.service.currency)

    @property
    def said(self) -> str:
        """As the office reads it, in the history of the listing."""
        told = [f"{self.service_en}: {self.service}"]
        return "; ".join(
            [*told, *(f"{part.name} ({part.owner}): {part.price}" for part in self.parts)]
        )


class NoIntegrator(Problem):
    status = 403
    code = "bundles-not-yours"
    title = "Only integrators combine offers"


class PartUnknown(Problem):
    status = 422
    code = "bundle-part-unknown"
    title = "One of the parts is not on sale"


class PartUnfit(Problem):
    """`bar` says why."""

    status = 422
    code = "bundle-part-unfit"
    title = "One of the parts cannot be combined"


class BundleBroken(Problem):
    """`parts` are the names of those that keep it from the store."""

    code = "bundle-broken"
    title = "A part of this offer has changed"


class BundleOnSale(Problem):
    code = "bundle-on-sale"
    title = "The offer is on sale, or being read"


class BundlePriced(Problem):
    code = "bundle-priced-by-parts"
    title = "The price of this offer is that of its parts"


class BundleJoint(Problem):
    code = "joint-offer-of-bundle"
    title = "An offer of several parts has their owners already"


def check_count(component_ids: Sequence[UUID]) -> None:
    """Raises PartUnknown: none, too many, or one twice."""
    if not 1 <= len(component_ids) <= MOST_PARTS or len(set(component_ids)) < len(component_ids):
        raise PartUnknown(f"components: From 1 to {MOST_PARTS}, each once.", field="components")
