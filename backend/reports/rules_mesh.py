"""The value mesh: who gave value to whom, read off the accounts of each posting (seed row P-12).

A posting debits one account and credits another. The pair says what happened, and between whom;
the same pair swapped is its reverse: a refund, a bounced payment. Nothing is estimated: every
posting of the month is on exactly one edge, so the edges come to the ledger. Pure.
"""

from collections.abc import Collection, Iterable
from typing import Literal, NamedTuple
from uuid import UUID

What = Literal[
    "sale_share", "sale_revenue", "sale_vat", "psp_fee", "infrastructure", "infrastructure_vat",
    "credit", "credit_used", "margin", "rebate", "supplier_share", "co_marketing", "share_vat",
    "receipt", "payout", "moved", "cash_moved", "unplaced",
]  # fmt: skip
Figure = Literal["revenue", "cost", "share", "tax", "payment", "inside"]
"""What an edge is to the operator: what it earns; what it costs; the partner's part of a sale;
tax; money that settles what was owed; moves that stay inside one party.
"""
Group = Literal[
    "operator", "customers", "state", "bank", "editors", "integrators", "wholesalers", "resellers",
    "startups", "suppliers",
]  # fmt: skip
ENDS = frozenset({"operator", "state", "bank"})
"""Those that are no organisation of ours, with `customers` where nobody is named."""
ORGANISED = {
    "startup": "startups", "wholesaler": "wholesalers", "reseller": "resellers", "isv": "editors",
    "vai": "integrators", "supplier": "suppliers", "buyer": "customers",
}  # fmt: skip
"""The group of an organisation: that of the first of these roles that it has."""

PARTY = "party"
"""The organisation whose account, or whose credit, it is."""


class Kind(NamedTuple):
    """What a pair of accounts is; `legs`: which of its two sides this edge counts."""

    what: What
    figure: Figure
    giver: str
    receiver: str
    legs: tuple[bool, bool] = (True, True)


_CASH = ("operator:bank", "operator:stripe")
_COSTS: tuple[tuple[str, What], ...] = (
    ("operator:margins", "margin"),
    ("operator:rebates", "rebate"),
    ("operator:suppliers", "supplier_share"),
    ("operator:co_marketing", "co_marketing"),
)
_KINDS: dict[tuple[str, str], tuple[Kind, ...]] = {
    **{
        (cash, credit): (kind,)
        for cash in _CASH
        for credit, kind in (
            ("partner:earned", Kind("sale_share", "share", "customers", PARTY)),
            ("operator:revenue", Kind("sale_revenue", "revenue", "customers", "operator")),
            ("operator:vat", Kind("sale_vat", "tax", "customers", "state")),
            ("partner:owed", Kind("receipt", "payment", PARTY, "bank")),
        )
    },
    ("operator:psp_fees", "operator:stripe"): (Kind("psp_fee", "cost", "operator", "bank"),),
    ("partner:owed", "operator:iaas"): (Kind("infrastructure", "revenue", PARTY, "operator"),),
    ("partner:owed", "operator:vat"): (Kind("infrastructure_vat", "tax", PARTY, "state"),),
    # What a credit pays is given by the operator, and comes back as revenue: two edges, each with
    # one side of the posting.
    ("operator:credits", "operator:iaas"): (
        Kind("credit", "cost", "operator", PARTY, (True, False)),
        Kind("credit_used", "revenue", PARTY, "operator", (False, True)),
    ),
    **{
        (cost, place): (Kind(what, "cost", "operator", PARTY),)
        for cost, what in _COSTS
        for place in ("partner:earned", "partner:owed")
    },
    ("operator:vat_input", "partner:payable"): (Kind("share_vat", "tax", "state", PARTY),),
    ("partner:at_stripe", "operator:stripe_connected"): (Kind("payout", "payment", "bank", PARTY),),
}
_MONEY = frozenset({*_CASH, "operator:stripe_connected"})
_MOVED = (Kind("moved", "inside", PARTY, PARTY),)
_CASH_MOVED = (Kind("cash_moved", "inside", "bank", "bank"),)


class Moved(NamedTuple):
    """All postings of a month from one kind of account to another, of one party."""

    debit: str
    credit: str
    party: UUID | None
    """Whose account it is; None: neither side is a partner's."""
    group: str | None
    name: str | None
    two_parties: bool
    """Its sides are accounts of two organisations: of that there is no kind."""
    amount_minor: int
    postings: int


class Edge(NamedTuple):
    """What one party gave another. `amount_minor` is `forward_minor` less `reversed_minor`.

    It counts the debit side of its postings, the credit side, or both: `legs`.
    """

    what: What
    figure: Figure
    giver: str
    receiver: str
    party: UUID | None
    name: str | None
    debit: str
    credit: str
    legs: tuple[bool, bool]
    forward_minor: int
    reversed_minor: int
    postings: int

    @property
    def amount_minor(self) -> int:
        return self.forward_minor - self.reversed_minor


def kinds_of(debit: str, credit: str) -> tuple[tuple[Kind, ...], bool]:
    """What a posting of these two accounts is, and whether it is the reverse of it."""
    if found := _KINDS.get((debit, credit)):
        return found, False
    if found := _KINDS.get((credit, debit)):
        return found, True
    if debit.startswith("partner:") and credit.startswith("partner:"):
        return _MOVED, False
    if {debit, credit} <= _MONEY:
        return _CASH_MOVED, False
    return (Kind("unplaced", "inside", _owner(debit), _owner(credit)),), False


def edges_of(moved: Iterable[Moved]) -> list[Edge]:
    """Every posting on its edge: one edge for each kind, party and pair of accounts."""
    sums: dict[tuple[object, ...], Edge] = {}
    for one in moved:
        kinds, is_reverse = kinds_of(one.debit, one.credit)
        if one.two_parties:
            kinds, is_reverse = (Kind("unplaced", "inside", PARTY, PARTY),), False
        for kind in kinds:
            debit, credit = (one.credit, one.debit) if is_reverse else (one.debit, one.credit)
            fresh = Edge(
                kind.what, kind.figure, _node(kind.giver, one), _node(kind.receiver, one),
                one.party, one.name, debit, credit, kind.legs,
                0 if is_reverse else one.amount_minor, one.amount_minor if is_reverse else 0,
                one.postings,
            )  # fmt: skip
            _add(sums, fresh)
    return list(sums.values())


def together(edges: Iterable[Edge], named: Collection[UUID] = ()) -> list[Edge]:
    """The edges of every party that is not `named` as one edge of its group."""
    sums: dict[tuple[object, ...], Edge] = {}
    for edge in edges:
        _add(sums, edge if edge.party in named else edge._replace(party=None, name=None))
    return list(sums.values())


def _add(sums: dict[tuple[object, ...], Edge], fresh: Edge) -> None:
    key = (*fresh[:5], fresh.debit, fresh.credit)
    before = sums.get(key)
    sums[key] = (
        fresh
        if before is None
        else before._replace(
            forward_minor=before.forward_minor + fresh.forward_minor,
            reversed_minor=before.reversed_minor + fresh.reversed_minor,
            postings=before.postings + fresh.postings,
        )
    )


class PartySum(NamedTuple):
    """One organisation in a month: what it gave, what it received, moves inside it not counted."""

    party: UUID
    name: str
    group: str
    gave_minor: int
    received_minor: int
    edges: int

    @property
    def volume_minor(self) -> int:
        return abs(self.gave_minor) + abs(self.received_minor)


def parties_of(edges: Iterable[Edge]) -> list[PartySum]:
    """Every organisation of the mesh, the one that most went through first."""
    sums: dict[UUID, PartySum] = {}
    for edge in edges:
        if edge.party is None or edge.figure == "inside":
            continue
        gives = edge.giver not in ENDS and edge.figure != "share"
        group = edge.giver if gives else edge.receiver
        before = sums.get(edge.party) or PartySum(edge.party, edge.name or "", group, 0, 0, 0)
        sums[edge.party] = before._replace(
            gave_minor=before.gave_minor + (edge.amount_minor if gives else 0),
            received_minor=before.received_minor + (0 if gives else edge.amount_minor),
            edges=before.edges + 1,
        )
    return sorted(sums.values(), key=lambda one: (-one.volume_minor, one.name, one.party))


class AccountSum(NamedTuple):
    """One kind of account in a month: what the edges say, and what the ledger's balances say."""

    account: str
    edges_debit_minor: int
    edges_credit_minor: int
    ledger_debit_minor: int
    ledger_credit_minor: int

    @property
    def difference_minor(self) -> int:
        return abs(self.edges_debit_minor - self.ledger_debit_minor) + abs(
            self.edges_credit_minor - self.ledger_credit_minor
        )


def sums_of(edges: Iterable[Edge], balances: Iterable[tuple[str, int, int]]) -> list[AccountSum]:
    """The edges held against the ledger's balances (account, debit, credit), by account.

    Balances are kept by the ledger at each posting, and know nothing of edges.
    """
    found: dict[str, list[int]] = {}
    for edge in edges:
        for counts, account, out, back in (
            (edge.legs[0], edge.debit, edge.forward_minor, edge.reversed_minor),
            (edge.legs[1], edge.credit, edge.reversed_minor, edge.forward_minor),
        ):
            if counts:
                sums = found.setdefault(account, [0, 0, 0, 0])
                sums[0] += out
                sums[1] += back
    for account, debit_minor, credit_minor in balances:
        sums = found.setdefault(account, [0, 0, 0, 0])
        sums[2] += debit_minor
        sums[3] += credit_minor
    return [AccountSum(account, *found[account]) for account in sorted(found)]


def _node(name: str, one: Moved) -> str:
    if name != PARTY:
        return name
    return one.group or "customers"


def _owner(account: str) -> str:
    if account.startswith("partner:"):
        return PARTY
    if account in _MONEY:
        return "bank"
    return "state" if account in ("operator:vat", "operator:vat_input") else "operator"
