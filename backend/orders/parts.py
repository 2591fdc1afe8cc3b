"""The parts of an order of several (seed row P-03): of whom each is, what it is sold as, what goes
back of it.
"""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from msgspec import Struct

from backend import catalogue, sales
from backend.core import Money, connection, fetch, split
from backend.orders.copies import facts_of, sale_of
from backend.orders.tables import Order


class OrderPart(Struct, frozen=True, kw_only=True):
    """At 0 is the own service of who combined them; amounts in minor units of the order's."""

    position: int
    listing_id: UUID
    owner_id: UUID
    name: str
    net_minor: int
    vat_minor: int


def parts_of(bundle: catalogue.Bundle, vat_minor: int, language: str) -> list[OrderPart]:
    """The bundle as it is now. VAT is that of the whole (money rule M6), split by largest remainder
    in the declared order: the others first, who combined them last (M3).
    """
    service = bundle.service_fr if language == "fr" else bundle.service_en
    lines = [
        *((part.component_id, part.owner_id, part.name, part.price) for part in bundle.parts),
        (bundle.listing_id, bundle.organisation_id, service, bundle.service),
    ]
    vat = split(vat_minor, [price.amount_minor for _, _, _, price in lines])
    positions = [*range(1, len(lines)), 0]
    return sorted(
        (
            OrderPart(
                position=position,
                listing_id=listing_id,
                owner_id=owner_id,
                name=name,
                net_minor=price.amount_minor,
                vat_minor=part_vat,
            )
            for position, (listing_id, owner_id, name, price), part_vat in zip(
                positions, lines, vat, strict=True
            )
        ),
        key=lambda part: part.position,
    )


async def write_parts(order: Order, parts: Sequence[OrderPart]) -> None:
    """In the transaction that places the order; PostgreSQL refuses what is not the whole of it."""
    await connection().executemany(
        "INSERT INTO orders.part VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        [(order.id, order.organisation_id, *msgspec.structs.astuple(part)) for part in parts],
    )


async def read_parts(order_id: UUID) -> list[OrderPart]:
    """In their order; none of an order of one listing."""
    rows = await fetch(
        "SELECT position, listing_id, owner_id, name, net_minor, vat_minor FROM orders.part "
        "WHERE order_id = $1 ORDER BY position",
        order_id,
    )
    return [OrderPart(**dict(row)) for row in rows]


def sales_of(order: Order, parts: Sequence[OrderPart]) -> list[sales.Sale]:
    """A sale of each owner: together the order, to the cent. That of one listing is one."""
    whole = sale_of(order)
    if not parts:
        return [whole]
    return [
        msgspec.structs.replace(
            whole,
            reference=sale_reference(order, part),
            organisation_id=part.owner_id,
            listing_id=part.listing_id,
            net=Money(part.net_minor, order.currency),
            vat_minor=part.vat_minor,
            bundle_reference=whole.reference,
        )
        for part in parts
    ]


def refunds_of_parts(
    order: Order, parts: Sequence[OrderPart], net: Money, reference: str
) -> list[sales.Asked]:
    """What comes off each sale of the order: all of each part, or `net` of the only one."""
    if not parts:
        return [sales.Asked(f"order:{order.id}", net, reference)]
    return [
        sales.Asked(
            sale_reference(order, part),
            Money(part.net_minor, order.currency),
            f"{reference}{_suffix(part)}",
        )
        for part in parts
    ]


def told_of(
    order: Order, parts: Sequence[OrderPart], owners: Sequence[UUID]
) -> list[tuple[UUID, dict[str, object]]]:
    """Who hears of the order, and what: of an order of several each owner hears of its own part,
    and the second owner of a joint offer the name of its own line.
    """
    facts = facts_of(order)
    if not parts:
        second = {**facts, "sale": sales.second_reference(f"order:{order.id}")}
        return [(owner, facts if owner == order.editor_id else second) for owner in owners]
    return [
        (
            part.owner_id,
            {
                **facts,
                "sale": sale_reference(order, part),
                "listing_id": part.listing_id,
                "listing_name": part.name,
                "net": Money(part.net_minor, order.currency),
                "vat": Money(part.vat_minor, order.currency),
                "gross": Money(part.net_minor + part.vat_minor, order.currency),
            },
        )
        for part in parts
    ]


def sale_reference(order: Order, part: OrderPart) -> str:
    """The name of the part's sale for ever; the own service has that of the order."""
    return f"order:{order.id}{_suffix(part)}"


def _suffix(part: OrderPart) -> str:
    return f"/{part.position}" if part.position else ""
