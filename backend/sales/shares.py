"""What a sale of several parts would give to whom, before it is made (seed row P-03)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from backend.core import Money, operators_work
from backend.sales.actions import rules_for
from backend.sales.lines import rule_for
from backend.sales.rules import BroughtBy, Channel
from backend.sales.rules_share import share


class PartShare(Struct, frozen=True):
    """`partner` and `operator` sum to the net of the part."""

    partner: Money
    operator: Money


@operators_work
async def shares_of(
    parts: Sequence[tuple[UUID, Money]], *, channel: Channel, brought_by: BroughtBy, at: datetime
) -> list[PartShare]:
    """What the owner of each part and the operator would have of it, by the rules in force `at`.

    Raises:
        NoShareRule: none is in force.
    """
    known = await rules_for({owner for owner, _ in parts})
    shares = []
    for owner, net in parts:
        rule = rule_for(known, owner, channel, brought_by, at)
        got = share(net.amount_minor, rule.rates)
        shares.append(
            PartShare(
                Money(got.partner_minor, net.currency), Money(got.operator_minor, net.currency)
            )
        )
    return shares
