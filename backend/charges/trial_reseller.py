"""What another price for a reseller would have done to a month's real lines; nothing is written."""

from typing import Any
from uuid import UUID

from msgspec import Struct

from backend import core, network
from backend.charges.rules_price import (
    Rates,
    Stretch,
    floor_shares,
    joined,
    list_shares,
    tier_prices,
)
from backend.charges.rules_terms import Link, Terms, links_of
from backend.charges.terms import terms_between
from backend.core import Money, Month
from backend.programmes import Environment

LINES = """
    SELECT consumer_id, used_from, used_to, environment, currency::text AS currency, list_minor,
           resource, quantity
    FROM charges.charge_line
    WHERE consumer_id = ANY ($1) AND month = $2 AND kind = 'charge' ORDER BY id LIMIT $3
"""
MOST_LINES = 20_000
"""So many are tried, some seconds of work."""


class TrialRow(Struct, frozen=True):
    """Of one environment and currency, before VAT and credits: what the reseller buys at, as it was
    and as it would be; and the wholesaler's margin between that and its own price.
    """

    environment: Environment
    lines: int
    list: Money
    before: Money
    after: Money
    margin_before: Money
    margin_after: Money


class PriceTrial(Struct, frozen=True):
    """`is_whole`: no line of the month was left out."""

    month: str
    is_whole: bool
    rows: list[TrialRow]


@core.operators_work
async def try_price(
    organisation_id: UUID, parent_id: UUID, rates: Rates, month: Month
) -> PriceTrial:
    """The month's charges of the reseller and of all below it, had its wholesaler given it `rates`
    from the month's first day on. Who left in the month counts until then. Refunds are left out.
    """
    start, end = month.start, month.end
    consumers = {organisation_id, *await network.below_between(organisation_id, start, end)}
    lines = await core.fetch(LINES, list(consumers), month.first_day, MOST_LINES + 1)
    starts = min([start, *(line["used_from"] for line in lines)])
    ends = max([end, *(line["used_to"] for line in lines)])
    terms = await terms_between(consumers, starts, ends, {line["resource"] for line in lines})
    tried = terms._replace(prices={**terms.prices, (organisation_id, parent_id): [(starts, rates)]})
    sums: dict[tuple[Environment, str], list[int]] = {}
    for line in lines[:MOST_LINES]:
        before, after = (
            _sold_and_bought(line, each, (organisation_id, parent_id)) for each in (terms, tried)
        )
        if before is None or after is None:
            continue
        one = sums.setdefault((line["environment"], line["currency"]), [0] * 6)
        added = (1, line["list_minor"], before[0], after[0], before[0] - before[1],
                 after[0] - after[1])  # fmt: skip
        for place, amount in enumerate(added):
            one[place] += amount
    rows = [
        TrialRow(environment, lines, *(Money(minor, currency) for minor in minors))
        for (environment, currency), (lines, *minors) in sorted(sums.items())
    ]
    return PriceTrial(str(month), len(lines) <= MOST_LINES, rows)


def _sold_and_bought(line: Any, terms: Terms, link: Link) -> tuple[int, int] | None:
    """What the reseller buys the line at, and its wholesaler; None: it did not go through them."""
    consumer = line["consumer_id"]
    goods = line["resource"], line["currency"]
    stretches = terms.stretches(consumer, line["used_from"], line["used_to"], goods)
    links = links_of(consumer, stretches[0].standing.upstream)
    if link not in links:
        return None
    tier = links.index(link)

    def bought(minor: int, one: Stretch, floor_minor: int) -> tuple[tuple[int, int], ...]:
        return tier_prices(minor, line["environment"], one.standing, floor_minor)

    def whole(one: Stretch) -> tuple[tuple[int, int], ...]:
        floor = terms.floor(goods, one.starts_at)
        return bought(line["list_minor"], one, floor.of(line["quantity"]) if floor else 0)

    stretches = joined(stretches, whole)
    shares = list_shares(line["list_minor"], stretches)
    known = [terms.floor(goods, one.starts_at) for one in stretches]
    floors = floor_shares(shares, known, line["quantity"])
    prices = [
        bought(minor, one, floor.minor)
        for one, minor, floor in zip(stretches, shares, floors, strict=True)
    ]
    return sum(each[tier][1] for each in prices), sum(each[tier + 1][1] for each in prices)
