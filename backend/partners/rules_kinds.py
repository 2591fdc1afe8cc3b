"""Sub-types of partners, types of suppliers, and what follows from role and segment. Pure."""

from collections.abc import Iterable, Mapping
from typing import Literal

from backend.core import Money, Problem, at_rate

Kind = Literal[
    "software_house", "open_source_editor", "esn", "consulting", "integrator", "web_agency",
    "hoster", "distributor", "retailer", "manufacturer", "house_provider", "proprietary_editor",
    "open_source_community",
]  # fmt: skip
Ecosystem = Literal["supplier", "product"]
Per = Literal["once", "month", "quarter", "year", "unit"]

KINDS: Mapping[str, tuple[Kind, ...]] = {
    "isv": ("software_house", "open_source_editor"),
    "vai": ("esn", "consulting", "integrator", "web_agency", "hoster"),
    "wholesaler": ("distributor",),
    "reseller": ("esn", "consulting", "hoster", "web_agency", "retailer"),
    "supplier": ("manufacturer", "house_provider", "proprietary_editor", "open_source_community"),
}
"""What kinds each role has (seed rows P-07 and P-10); the other roles have none."""

SELLING = frozenset({"isv", "vai", "wholesaler", "reseller", "startup"})

CONSUMERS = frozenset({"individual"})
PUBLIC_BODIES = frozenset({"public_body", "local_authority"})


class KindUnfit(Problem):
    status = 422
    code = "kind-unfit"
    title = "This role has no such kind"


class ContractUnknown(Problem):
    status = 404
    code = "contract-unknown"
    title = "There is no such contract"


class ContractTaken(Problem):
    code = "contract-taken"
    title = "This supplier has a contract of that reference"


class ContractEnded(Problem):
    code = "contract-ended"
    title = "The contract has an end already"


class DayTaken(Problem):
    code = "day-taken"
    title = "Another row begins on that day"


def check_kind(role: str, kind: str) -> None:
    """Refuses a kind that organisations in this role are not of.

    Raises:
        KindUnfit: names those that exist.
    """
    if kind not in KINDS.get(role, ()):
        those = ", ".join(KINDS.get(role, ())) or "none"
        raise KindUnfit(f"kind: {kind!r} is none of a {role}'s: {those}.", field="kind")


def ecosystems(roles: Iterable[str]) -> list[Ecosystem]:
    """Where its roles put it: among suppliers, among partners with products, in both, in neither.

    The paper's two kinds of partner (seed row P-11).
    """
    held = set(roles)
    found: list[Ecosystem] = ["supplier"] if "supplier" in held else []
    return [*found, "product"] if held & SELLING else found


def is_consumer(segment: str) -> bool:
    """Whether consumer law and prices with VAT are for it (seed row P-09)."""
    return segment in CONSUMERS


def is_public_body(segment: str) -> bool:
    """Whether it is an administration or a local authority (seed row P-09)."""
    return segment in PUBLIC_BODIES


def supplier_share(revenue: Money, rate_bp: int) -> Money:
    """What a supplier has of the revenue of its base, half up (money rule n)."""
    return Money(at_rate(revenue.amount_minor, rate_bp), revenue.currency)
