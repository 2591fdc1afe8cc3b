"""Who may stand above whom, and what is refused. Pure."""

import re
import secrets
import unicodedata
from collections.abc import Collection
from datetime import date
from typing import Literal

from backend.core import Problem

DEEPEST = 4
"""Organisations below the root of a tree, on one branch (seed rows P-04, P-05)."""

OLDEST = date(2000, 1, 1)

Billing = Literal["wholesaler", "operator"]
"""Who bills the reseller: its wholesaler, which buys from the operator, or the operator itself,
which owes the wholesaler its margin (money rule e, both modes).
"""

ABOVE = frozenset({"wholesaler", "reseller"})
BELOW = frozenset({"wholesaler", "reseller"})


class NetworkCycle(Problem):
    code = "network-cycle"
    title = "Nobody stands above itself"


class NetworkTooDeep(Problem):
    code = "network-too-deep"
    title = "The branch would be too long"


class NotANetworkRole(Problem):
    code = "not-a-network-role"
    title = "Only wholesalers and resellers stand in the network"


class NotInNetwork(Problem):
    status = 404
    code = "not-in-network"
    title = "There is nobody above this organisation"


class NotNow(Problem):
    code = "not-now"
    title = "The network changes forward only"


class ResellerInvited(Problem):
    code = "reseller-invited"
    title = "An invitation of this reseller waits already"


class ResellerKnown(Problem):
    code = "reseller-known"
    title = "This company sells through you already"


class InvitationEnded(Problem):
    code = "invitation-ended"
    title = "The invitation waits no more"


class NetworkDayWrong(Problem):
    status = 422
    code = "network-day-wrong"
    title = "The network is not known on that day"


def check_day(on: date, today: date) -> None:
    """Raises NetworkDayWrong: a day to come, or before there were any."""
    if not OLDEST <= on <= today:
        raise NetworkDayWrong(f"on: Give a day from {OLDEST} to {today}, not {on}.", field="on")


def check_roles(above: Collection[str], below: Collection[str]) -> None:
    """Raises NotANetworkRole: names which of the two lacks a role."""
    if not ABOVE & set(above):
        raise NotANetworkRole("Give the upper organisation the role wholesaler or reseller first.")
    if not BELOW & set(below):
        raise NotANetworkRole("Give the lower organisation the role reseller first.")


def reference_of(name: str) -> str:
    """A short name for a new reseller, with something random: two may be called alike."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")
    return f"{words or 'reseller'}-{secrets.token_hex(3)}"
