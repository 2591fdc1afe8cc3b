"""Everything that pricing a batch of charges has to know, each read once."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from backend import ledger, network, programmes
from backend.charges.lines import Party, Reign, Terms
from backend.charges.rules import Charge
from backend.core import Month, connection

PARTIES = """
    SELECT o.id, o.vat_regime, ARRAY (SELECT r.role FROM partners.organisation_role r
                                      WHERE r.organisation_id = o.id) AS roles
    FROM partners.organisation o WHERE o.id = ANY ($1)
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
        months={month: await ledger.open_month(month) for month in sorted(months)},
    )


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
    rows = await connection().fetch(PARTIES, list(organisations))
    return {row["id"]: Party(row["vat_regime"], frozenset(row["roles"])) for row in rows}
