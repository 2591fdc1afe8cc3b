"""The value mesh of a month for the office: parties, edges, and that they sum to the ledger."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get
from litestar.params import FromQuery, QueryParameter
from litestar.response import Stream

from backend import web
from backend.core import BadMonth, Money, Month
from backend.reports import queries_mesh, rules_mesh
from backend.reports.documents_mesh import mesh_report
from backend.reports.routes_charges import Locale, file_answer

READ = [web.requires("office:ledger:read")]
NAMED = 8
"""Parties with an edge of their own in the graph; the others are together, by group."""
LISTED = 50
MeshMonth = Annotated[str, QueryParameter(max_length=7, description="posted in a month: 2026-08")]
AccountKind = Annotated[
    str, QueryParameter(max_length=60, description="`operator:revenue`, `partner:earned`")
]
Without = Annotated[
    list[UUID] | None, QueryParameter(max_items=NAMED, description="parties that are left out")
]


class MeshEdge(msgspec.Struct):
    """What `giver` gave `receiver`: `amount` is `forward` less what was reversed.

    `party` is whose edge it is; null: of all the others of the group. `debit` and `credit` are the
    kinds of accounts that its postings stand on.
    """

    what: rules_mesh.What
    figure: rules_mesh.Figure
    giver: rules_mesh.Group
    receiver: rules_mesh.Group
    party: UUID | None
    party_name: str | None
    debit: str
    credit: str
    forward: Money
    reversed: Money
    amount: Money
    postings: int


class MeshParty(msgspec.Struct):
    """One organisation: what it gave and received in the month."""

    organisation_id: UUID
    name: str
    group: rules_mesh.Group
    gave: Money
    received: Money


class MeshOthers(msgspec.Struct):
    """The organisations that are not listed, together."""

    parties: int
    gave: Money
    received: Money


class MeshAccount(msgspec.Struct):
    """One kind of account: the sum of the edges, the ledger's own balances, and the difference."""

    account: str
    edges_debit: Money
    edges_credit: Money
    ledger_debit: Money
    ledger_credit: Money
    difference: Money


class Mesh(msgspec.Struct):
    """`difference` is zero: every posting of the month is on an edge, and on one only."""

    month: str
    currency: web.CurrencyCode
    currencies: list[str]
    edges: list[MeshEdge]
    parties: list[MeshParty]
    others: MeshOthers
    accounts: list[MeshAccount]
    difference: Money


class MeshPosting(msgspec.Struct):
    """One posting of an edge; `reversed`: it takes back."""

    entry_id: int
    line: int
    reference: str
    effective_at: datetime
    debit: str
    credit: str
    amount: Money
    reversed: bool


@get(
    "/mesh",
    operation_id="read_office_mesh",
    guards=READ,
    responses=web.problems(BadMonth, web.BadRequest),
)
async def read_mesh(
    principal: web.Caller,
    month: MeshMonth,
    currency: FromQuery[web.CurrencyCode] = "EUR",
    party: FromQuery[UUID | None] = None,
) -> Mesh:
    """Who gave value to whom in a month, read off the postings; the edges of one party if named."""
    wanted = Month.parse(month)
    every = await queries_mesh.read_edges(wanted, currency)
    sums = rules_mesh.sums_of(every, await queries_mesh.read_balances(wanted, currency))
    parties = rules_mesh.parties_of(every)
    named = {one.party for one in parties[:NAMED]} if party is None else {party}
    shown = every if party is None else [edge for edge in every if edge.party == party]
    return Mesh(
        month=str(wanted),
        currency=currency,
        currencies=await queries_mesh.read_currencies(wanted),
        edges=[_edge(edge, currency) for edge in rules_mesh.together(shown, named)],
        parties=[_party(one, currency) for one in parties[:LISTED]],
        others=_others(parties[LISTED:], currency),
        accounts=[_account(one, currency) for one in sums],
        difference=Money(sum(one.difference_minor for one in sums), currency),
    )


@get(
    "/mesh/postings",
    operation_id="list_office_mesh_postings",
    guards=READ,
    responses=web.problems(BadMonth, web.BadCursor, web.BadRequest),
)
async def list_postings(
    principal: web.Caller,
    month: MeshMonth,
    debit: AccountKind,
    credit: AccountKind,
    currency: FromQuery[web.CurrencyCode] = "EUR",
    party: FromQuery[UUID | None] = None,
    without: Without = None,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[MeshPosting]:
    """The postings that an edge is made of, oldest first; of one party, or without some."""
    rows = await queries_mesh.read_postings(
        Month.parse(month),
        currency,
        (debit, credit),
        party=party,
        without=without or (),
        after=web.read_cursor(after, int, int),
        limit=limit + 1,
    )
    return web.page(
        rows,
        limit,
        lambda row: (row["entry_id"], row["line"]),
        lambda row: MeshPosting(
            row["entry_id"], row["line"], row["reference"], row["effective_at"], row["debit"],
            row["credit"], Money(row["amount_minor"], currency),
            not _is_of(row["debit"], debit),
        ),
    )  # fmt: skip


@get(
    "/mesh/export",
    operation_id="download_office_mesh",
    guards=READ,
    media_type="text/csv",
    responses=web.problems(BadMonth, web.BadRequest),
)
async def download(
    principal: web.Caller, month: MeshMonth, locale: Locale = "international"
) -> Stream:
    """Every edge of every party in the month, in all currencies, as a CSV."""
    return await file_answer(await mesh_report(Month.parse(month), locale=locale))


def _is_of(code: str, kind: str) -> bool:
    owner, _, rest = code.partition(":")
    return kind == (code if owner == "operator" else f"{owner}:{rest.rpartition(':')[2]}")


def _edge(edge: rules_mesh.Edge, currency: str) -> MeshEdge:
    return MeshEdge(
        what=edge.what,
        figure=edge.figure,
        giver=edge.giver,  # type: ignore[arg-type]
        receiver=edge.receiver,  # type: ignore[arg-type]
        party=edge.party,
        party_name=edge.name,
        debit=edge.debit,
        credit=edge.credit,
        forward=Money(edge.forward_minor, currency),
        reversed=Money(edge.reversed_minor, currency),
        amount=Money(edge.amount_minor, currency),
        postings=edge.postings,
    )


def _party(one: rules_mesh.PartySum, currency: str) -> MeshParty:
    return MeshParty(
        one.party,
        one.name,
        one.group,  # type: ignore[arg-type]
        Money(one.gave_minor, currency),
        Money(one.received_minor, currency),
    )


def _others(rest: list[rules_mesh.PartySum], currency: str) -> MeshOthers:
    return MeshOthers(
        len(rest),
        Money(sum(one.gave_minor for one in rest), currency),
        Money(sum(one.received_minor for one in rest), currency),
    )


def _account(one: rules_mesh.AccountSum, currency: str) -> MeshAccount:
    return MeshAccount(
        one.account,
        Money(one.edges_debit_minor, currency),
        Money(one.edges_credit_minor, currency),
        Money(one.ledger_debit_minor, currency),
        Money(one.ledger_credit_minor, currency),
        Money(one.difference_minor, currency),
    )


office = [read_mesh, list_postings, download]
