"""What held for whom, and when: everything that the price of a charge follows from. Pure."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from backend import network, programmes
from backend.charges.rules_contract import Agreed
from backend.charges.rules_price import Rates, Standing, Stretch, Upstream, cut
from backend.core import Month

Link = tuple[UUID, UUID]
"""A reseller, and whoever stands right above it."""


Sold = tuple[str, str]
"""A resource, and the currency it is sold in."""


class Party(NamedTuple):
    """What has to be known of an organisation to charge it."""

    vat_regime: str
    roles: frozenset[str]


class Reign(NamedTuple):
    """From `starts_at` on, until `ends_at` if that is told, this holds for an organisation."""

    starts_at: datetime
    ends_at: datetime | None
    value: Any


class Terms(NamedTuple):
    """What must be known to price any charge of a batch."""

    parties: Mapping[UUID, Party]
    levels: Mapping[UUID, Sequence[Reign]]
    editors: Mapping[UUID, Sequence[Reign]]
    links: Mapping[UUID, Sequence[Reign]]
    """To whoever stood right above, of the charged and of those above them."""
    matrices: Sequence[tuple[datetime, programmes.Matrix]]
    months: Mapping[Month, Month]
    prices: Mapping[Link, Sequence[tuple[datetime, Rates]]] = {}
    """What whoever stands above gives the one below, each from a moment on, oldest first."""
    contracts: Mapping[UUID, Sequence[Reign]] = {}
    """Of each organisation, oldest first; the last that has begun counts, while it lasts."""

    floors: Mapping[Sold, Sequence[programmes.Floor]] = {}
    """Of each resource, oldest first."""

    def changes(
        self, organisation_id: UUID, upstream: Sequence[Upstream] = (), sold: Sold | None = None
    ) -> list[datetime]:
        """Every moment from which on another standing may hold."""
        reigns = [
            reign
            for history in (self.levels, self.editors)
            for reign in history.get(organisation_id, ())
        ]
        reigns += self.contracts.get(organisation_id, ())
        edges = [reign.starts_at for reign in reigns]
        edges += [reign.ends_at for reign in reigns if reign.ends_at is not None]
        edges += [
            starts_at
            for link in links_of(organisation_id, upstream)
            for starts_at, _ in self.prices.get(link, ())
        ]
        edges += [floor.valid_from for floor in self.floors.get(sold, ())] if sold else []
        return edges + [starts_at for starts_at, _ in self.matrices]

    def standing(
        self, organisation_id: UUID, at: datetime, upstream: tuple[Upstream, ...] | None = None
    ) -> Standing:
        """What held for the organisation at a moment (money rule M10: the event's date).

        `upstream` is everybody above it if that is decided already.
        """
        place = bisect_right(self.matrices, at, key=lambda each: each[0]) - 1
        tiers = self.upstream(organisation_id, at) if upstream is None else upstream
        return Standing(
            level=_at(self.levels.get(organisation_id, ()), at),
            is_editor=_at(self.editors.get(organisation_id, ()), at) is not None,
            upstream=tiers,
            matrix=self.matrices[place][1],
            given=tuple(self._given(link, at) for link in links_of(organisation_id, tiers)),
        )

    def stretches(
        self, organisation_id: UUID, start: datetime, end: datetime, sold: Sold | None = None
    ) -> list[Stretch]:
        """`[start, end)` cut where terms change, of what is `sold`; who stood above at its start
        does all through.
        """
        upstream = self.upstream(organisation_id, start)
        return [
            Stretch(starts_at, ends_at, self.standing(organisation_id, starts_at, upstream))
            for starts_at, ends_at in cut(start, end, self.changes(organisation_id, upstream, sold))
        ]

    def floor(
        self, sold: Sold, at: datetime, known_at: datetime | None = None
    ) -> programmes.Floor | None:
        """The floor in force at a moment; of those announced by `known_at`, if it is told."""
        begun = [
            floor
            for floor in self.floors.get(sold, ())
            if floor.valid_from <= at and (known_at is None or floor.recorded_at <= known_at)
        ]
        return begun[-1] if begun else None

    def agreed(
        self, organisation_id: UUID, at: datetime, upstream: Sequence[Upstream]
    ) -> Agreed | None:
        """What its contract says; None while it has none, or buys from the wholesaler `upstream`,
        who stands above all through what is priced.
        """
        if upstream:
            return None
        begun = [one for one in self.contracts.get(organisation_id, ()) if one.starts_at <= at]
        found: Agreed | None = _at(begun[-1:], at)
        return found

    def upstream(self, organisation_id: UUID, at: datetime) -> tuple[Upstream, ...]:
        """Everybody who stood above, the nearest first.

        Tiers buy and resell up to the first link that the operator bills: who stands below that
        link is invoiced, and all above it are paid their margins (decision 0029).
        """
        tiers: list[Upstream] = []
        mode: programmes.BillingMode = "resale"
        link: network.Parent | None = _at(self.links.get(organisation_id, ()), at)
        while link is not None:
            mode = "commission" if link.billing == "operator" else mode
            tiers.append(Upstream(link.organisation_id, mode))
            link = _at(self.links.get(link.organisation_id, ()), at)
        return tuple(tiers)

    def _given(self, link: Link, at: datetime) -> Rates:
        known = self.prices.get(link, ())
        place = bisect_right(known, at, key=lambda each: each[0])
        return known[place - 1][1] if place else {}


def links_of(organisation_id: UUID, upstream: Sequence[Upstream]) -> list[Link]:
    """From the organisation up to the root: who stands below, who right above."""
    above = [tier.wholesaler_id for tier in upstream]
    return list(zip([organisation_id, *above], above, strict=False))


def _at(reigns: Sequence[Reign], at: datetime) -> Any:
    for reign in reigns:
        if reign.starts_at <= at and (reign.ends_at is None or at < reign.ends_at):
            return reign.value
    return None
