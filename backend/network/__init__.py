"""Network: wholesalers and the resellers below them, as a tree with dates.

Reads `partners` for the parts that organisations play and uses `identity` to invite a reseller's
first owner. `charges` asks who stood above whom at the moment of a charge.
"""

from backend.network.actions import end_membership, join
from backend.network.invitations import invite_reseller, send_again, withdraw_reseller
from backend.network.queries import (
    Link,
    Parent,
    below_between,
    chain_at,
    is_downstream,
    memberships_between,
    parent_at,
    read_downstream,
)
from backend.network.rules import (
    DEEPEST,
    Billing,
    InvitationEnded,
    NetworkCycle,
    NetworkTooDeep,
    NotANetworkRole,
    NotInNetwork,
    NotNow,
    ResellerInvited,
    ResellerKnown,
)

__all__ = [
    "DEEPEST",
    "Billing",
    "InvitationEnded",
    "Link",
    "NetworkCycle",
    "NetworkTooDeep",
    "NotANetworkRole",
    "NotInNetwork",
    "NotNow",
    "Parent",
    "ResellerInvited",
    "ResellerKnown",
    "below_between",
    "chain_at",
    "end_membership",
    "invite_reseller",
    "is_downstream",
    "join",
    "memberships_between",
    "parent_at",
    "read_downstream",
    "send_again",
    "withdraw_reseller",
]
