"""At which prices a network buys: by the matrix, or as its wholesalers set them."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec import Struct

from backend import core, network, programmes
from backend.charges.rules import midnight
from backend.charges.rules_price import Standing, tier_rates
from backend.charges.rules_reseller import GivenRates, SetPrice
from backend.charges.terms import terms_between
from backend.core import PARIS
from backend.programmes import ENVIRONMENTS

PRICES_SET = """
    SELECT organisation_id, starts_on, start_bp, enterprise_bp, critical_bp, set_at
    FROM charges.reseller_price WHERE organisation_id = $1 AND parent_id = $2
"""
MOST = "SELECT {}".format(
    ", ".join(f"charges.most_given($1, '{name}', $2) AS {name}" for name in ENVIRONMENTS)
)
ALL_SET = """
    SELECT DISTINCT ON (organisation_id, starts_on) organisation_id, starts_on, start_bp,
           enterprise_bp, critical_bp
    FROM charges.reseller_price WHERE organisation_id = $1 AND parent_id = $2
    ORDER BY organisation_id, starts_on DESC, id DESC
"""


class ResellerPrices(Struct, frozen=True):
    """Discounts off the list price by environment, in basis points.

    `reseller_bp` is what the reseller has, but for environments in which somebody in between set
    a price: those two know it, and nobody above; `own_bp` what one has oneself for what it uses,
    `matrix_bp` what its level alone would give it. `may_set`: it stands right below; then `most_bp`
    is the most that it can be given, and `prices` are those set for it, the newest first, of which
    `current` counts today.
    """

    reseller_id: UUID
    level: str | None
    reseller_bp: Mapping[str, int]
    own_bp: Mapping[str, int]
    matrix_bp: Mapping[str, int]
    may_set: bool
    most_bp: Mapping[str, int]
    current: SetPrice | None
    prices: list[SetPrice]


class OwnPrice(Struct, frozen=True):
    """One's own discounts off list, in basis points, at whoever stands right above: since when and
    by whom they are set; `coming` is announced. Without `current` the level gives them.
    """

    level: str | None
    rates_bp: Mapping[str, int]
    current: SetPrice | None
    coming: list[SetPrice]


@core.operators_work
async def prices_of_resellers(organisation_id: UUID, at: datetime) -> list[ResellerPrices]:
    """At which discounts everybody below buys, and the organisation for each (decision 0041)."""
    below = await network.read_downstream(organisation_id, at)
    standings = await _standings({one.organisation_id for one in below}, at)
    levels = await _levels([one.organisation_id for one in below], at)
    found = []
    for one in below:
        standing = standings[one.organisation_id]
        rates = {name: tier_rates(standing, name) for name in ENVIRONMENTS}
        bare = standing._replace(given=())
        between = standing.given[: one.depth - 1]
        mine = one.depth == 1
        prices = await prices_set(one.organisation_id, organisation_id) if mine else []
        tomorrow = at.astimezone(PARIS).date() + timedelta(days=1)
        most = await most_given(one.organisation_id, tomorrow) if mine else {}
        found.append(
            ResellerPrices(
                one.organisation_id,
                levels.get(one.organisation_id),
                {
                    name: each[0]
                    for name, each in rates.items()
                    if not any(name in given for given in between)
                },
                {name: each[one.depth] for name, each in rates.items()},
                {name: tier_rates(bare, name)[0] for name in ENVIRONMENTS},
                mine,
                most,
                current_of(prices, at),
                prices,
            )
        )
    return found


@core.operators_work
async def own_price(organisation_id: UUID, at: datetime) -> OwnPrice | None:
    """What the organisation has from its wholesaler, nothing of what that has; None: nobody stands
    above it (seed row D-10).
    """
    parent = await network.parent_at(organisation_id, at)
    if parent is None:
        return None
    standing = (await _standings({organisation_id}, at))[organisation_id]
    prices = await prices_set(organisation_id, parent.organisation_id)
    return OwnPrice(
        (await _levels([organisation_id], at)).get(organisation_id),
        {name: tier_rates(standing, name)[0] for name in ENVIRONMENTS},
        current_of(prices, at),
        [one for one in prices if one.starts_on > at.astimezone(PARIS).date()][::-1],
    )


@core.operators_work
async def most_given(organisation_id: UUID, on: date) -> dict[str, int]:
    """The best discounts that whoever stands right above the reseller has, on a day, of what it
    uses or others buy through it; as far as is known today. More it does not give (decision 0041).
    """
    row = await core.fetch_row(MOST, organisation_id, midnight(on))
    assert row is not None
    return {name: row[name] or 0 for name in ENVIRONMENTS}


async def prices_set(organisation_id: UUID, parent_id: UUID) -> list[SetPrice]:
    """What the one gave the other, the newest first; of those of one day the last that was set."""
    rows = await core.fetch(ALL_SET, organisation_id, parent_id)
    return [price_of(row) for row in rows]


def current_of(prices: list[SetPrice], at: datetime) -> SetPrice | None:
    """Of `prices`, the newest first, the one in force; None: none, or it gives all back to the
    matrix.
    """
    today = at.astimezone(PARIS).date()
    begun = next((one for one in prices if one.starts_on <= today), None)
    return begun if begun is not None and begun.rates.known() else None


def price_of(row: Any) -> SetPrice:
    day: date = row["starts_on"]
    return SetPrice(day, GivenRates(*(row[f"{name}_bp"] for name in ENVIRONMENTS)))


async def _levels(organisations: list[UUID], at: datetime) -> dict[UUID, str]:
    """The level that each holds, whether or not it gives a discount."""
    periods = await programmes.levels_between(
        organisations, programmes.RESELLER, at, at + timedelta(microseconds=1)
    )
    return {one.organisation_id: one.level for one in periods}


async def _standings(organisations: set[UUID], at: datetime) -> dict[UUID, Standing]:
    terms = await terms_between(organisations, at, at + timedelta(microseconds=1))
    return {one: terms.standing(one, at) for one in organisations}
