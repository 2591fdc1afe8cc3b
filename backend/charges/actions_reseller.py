"""A wholesaler prices the resellers right below it: one transaction."""

from datetime import date, datetime
from uuid import UUID

from backend import audit, core, network
from backend.charges.queries_reseller import PRICES_SET, most_given, price_of
from backend.charges.rules_reseller import SetPrice, check_price
from backend.core import PARIS, connection, fetch_row, transaction

INSERT = """
    INSERT INTO charges.reseller_price (organisation_id, parent_id, starts_on, start_bp,
      enterprise_bp, critical_bp, actor, set_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""


@core.operators_work
async def set_reseller_price(
    organisation_id: UUID, parent_id: UUID, price: SetPrice, *, now: datetime, actor: str
) -> None:
    """From the day on, the reseller buys at these discounts, in both billing modes; margins of what
    was used before stay as they are. The same again changes nothing. (Seed row D-10.)

    Raises:
        NotInNetwork: the reseller does not stand right below `parent_id`.
        PriceTooSoon: the day is not to come.
        PriceAboveOwn: more than the wholesaler has itself.
    """
    async with transaction():
        await check_reseller_price(organisation_id, parent_id, price, now=now)
        # Two at once would both read what stands before them.
        await connection().execute(
            "SELECT pg_advisory_xact_lock(hashtextextended($1, 41))", str(organisation_id)
        )
        before = await _stands(organisation_id, parent_id, price.starts_on)
        if before == price:
            return
        rates = price.rates
        await connection().execute(
            INSERT, organisation_id, parent_id, price.starts_on, rates.start, rates.enterprise,
            rates.critical, actor, now,
        )  # fmt: skip
        subject = f"organisation:{organisation_id}"
        await audit.write(
            parent_id, actor, "set_reseller_price", subject, _said(before), _said(price)
        )


@core.operators_work
async def check_reseller_price(
    organisation_id: UUID, parent_id: UUID, price: SetPrice, *, now: datetime
) -> None:
    """Nothing, if the price could be set now.

    Raises: what `set_reseller_price` raises.
    """
    parent = await network.parent_at(organisation_id, now)
    if parent is None or parent.organisation_id != parent_id:
        raise network.NotInNetwork("Only whoever stands right above it sets its price.")
    most = await most_given(organisation_id, price.starts_on)
    check_price(price, most, now.astimezone(PARIS).date())


async def _stands(organisation_id: UUID, parent_id: UUID, starts_on: date) -> SetPrice | None:
    """The price that was set for exactly this day, if one was."""
    row = await fetch_row(
        f"{PRICES_SET} AND starts_on = $3 ORDER BY id DESC LIMIT 1",
        organisation_id, parent_id, starts_on,
    )  # fmt: skip
    return None if row is None else price_of(row)


def _said(price: SetPrice | None) -> dict[str, object] | None:
    if price is None:
        return None
    return {"starts_on": price.starts_on, **{f"{k}_bp": v for k, v in price.rates.known().items()}}
