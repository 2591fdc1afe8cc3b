"""Everything that pricing a batch of charges has to know, each read once."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from backend import ledger, network, programmes
from backend.charges.rules import Charge, midnight
from backend.charges.rules_contract import Agreed, ContractPrice
from backend.charges.rules_price import Rates
from backend.charges.rules_terms import Link, Party, Reign, Terms
from backend.core import PARIS, Month, fetch
from backend.programmes import ENVIRONMENTS

PARTIES = """
    SELECT o.id, o.vat_regime, ARRAY (SELECT r.role FROM partners.organisation_role r
                                      WHERE r.organisation_id = o.id) AS roles
    FROM partners.organisation o WHERE o.id = ANY ($1)
"""
# Of two that begin on one day the later one counts.
PRICES = """
    SELECT DISTINCT ON (organisation_id, parent_id, starts_on) organisation_id, parent_id,
           starts_on, start_bp, enterprise_bp, critical_bp
    FROM charges.reseller_price WHERE organisation_id = ANY ($1) AND starts_on <= $2
    ORDER BY organisation_id, parent_id, starts_on, id DESC
"""
CONTRACTS = """
    SELECT c.id, c.organisation_id, c.starts_on, c.ends_on, c.signed_at, p.resource, p.discount_bp,
           p.unit_price, p.currency::text AS currency
    FROM charges.contract c LEFT JOIN charges.contract_price p ON p.contract_id = c.id
    WHERE c.organisation_id = ANY ($1) AND c.starts_on <= $2
    ORDER BY c.organisation_id, c.starts_on, c.id
"""


async def terms_for(charges: Sequence[Charge]) -> Terms:
    """Levels as far as they give a discount (R-03), rates, wholesalers and open months for
    `charges`, of which there is one at least.

    A close waits from here on until the transaction ends.
    """
    start = min(charge.used_from for charge in charges)
    end = max(charge.used_to for charge in charges)
    consumers = {charge.organisation_id for charge in charges}
    months = {Month.of(charge.used_from) for charge in charges}
    terms = await terms_between(consumers, start, end, {charge.resource for charge in charges})
    return terms._replace(
        months={month: await ledger.open_month(month) for month in sorted(months)}
    )


async def terms_between(
    consumers: set[UUID], start: datetime, end: datetime, resources: Collection[str] = ()
) -> Terms:
    """The same without months: enough to say what something costs, not to record it. Floors are
    those of `resources`.
    """
    levels: defaultdict[UUID, list[Reign]] = defaultdict(list)
    editors: defaultdict[UUID, list[Reign]] = defaultdict(list)
    for period in await programmes.levels_giving(
        "discount", programmes.RESELLER, consumers, start, end
    ):
        levels[period.organisation_id].append(_reign(period))
    for period in await programmes.levels_giving(
        "isv_rate", programmes.EDITOR, consumers, start, end
    ):
        editors[period.organisation_id].append(_reign(period))
    links = await _links(consumers, start, end)
    above = {reign.value.organisation_id for reigns in links.values() for reign in reigns}
    return Terms(
        parties=await _parties(consumers | above),
        levels=levels,
        editors=editors,
        links=links,
        matrices=await programmes.discount_matrices_between(start, end),
        months={},
        prices=await _prices(set(links), end),
        contracts=await _contracts(consumers, end),
        floors=await programmes.price_floors_until(resources, end),
    )


async def _prices(
    organisations: set[UUID], end: datetime
) -> dict[Link, list[tuple[datetime, Rates]]]:
    """What they were given by whoever stood above, from each moment before `end`."""
    prices: dict[Link, list[tuple[datetime, Rates]]] = {}
    for row in await fetch(PRICES, list(organisations), end.astimezone(PARIS).date()):
        rates = {
            environment: row[f"{environment}_bp"]
            for environment in ENVIRONMENTS
            if row[f"{environment}_bp"] is not None
        }
        link = row["organisation_id"], row["parent_id"]
        prices.setdefault(link, []).append((midnight(row["starts_on"]), rates))
    return prices


async def _contracts(organisations: set[UUID], end: datetime) -> dict[UUID, list[Reign]]:
    """Each holds from its first day on, until its last or until another one begins."""
    prices: dict[UUID, dict[str, ContractPrice]] = {}
    signed: dict[UUID, list[Reign]] = {}
    rows = await fetch(CONTRACTS, list(organisations), end.astimezone(PARIS).date())
    for row in rows:
        if row["resource"] is not None:
            price = ContractPrice(
                row["resource"], row["discount_bp"], row["unit_price"], row["currency"]
            )
            prices.setdefault(row["id"], {})[price.resource] = price
    for row in {row["id"]: row for row in rows}.values():
        ends = None if row["ends_on"] is None else midnight(row["ends_on"] + timedelta(days=1))
        agreed = Agreed(row["id"], prices.get(row["id"], {}), row["signed_at"])
        reign = Reign(midnight(row["starts_on"]), ends, agreed)
        signed.setdefault(row["organisation_id"], []).append(reign)
    return signed


def _reign(period: programmes.Giving) -> Reign:
    return Reign(period.starts_at, period.ends_at, period.level)


async def _links(
    organisations: set[UUID], start: datetime, end: datetime
) -> dict[UUID, list[Reign]]:
    """Who stood above each of them, and above those, and so on to the roots."""
    links: dict[UUID, list[Reign]] = {}
    asked = organisations
    while asked:
        rows = await network.memberships_between(list(asked), start, end)
        for row in rows:
            parent = network.Parent(row["parent_id"], row["billing"], row["starts_at"])
            links.setdefault(row["organisation_id"], []).append(
                Reign(row["starts_at"], row["ends_at"], parent)
            )
        asked = {row["parent_id"] for row in rows} - set(links)
    return links


async def _parties(organisations: set[UUID]) -> dict[UUID, Party]:
    rows = await fetch(PARTIES, list(organisations))
    return {row["id"]: Party(row["vat_regime"], frozenset(row["roles"])) for row in rows}
