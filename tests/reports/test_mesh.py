"""The value mesh: who gave value to whom, and that the edges sum to the ledger."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from hypothesis import given as drawn
from hypothesis import strategies as st

from backend import core, ledger, reports
from backend.core import Money, Month, uuid7
from backend.reports.queries_mesh import read_balances, read_currencies, read_edges
from backend.reports.rules_mesh import Moved, edges_of, kinds_of, parties_of, sums_of, together
from tests import clients, given
from tests.reports import history

OPERATORS = sorted(value for name, value in vars(ledger).items() if name.startswith("OPERATOR_"))
PARTNERS = [f"partner:{kind}" for kind in ("earned", "payable", "in_transit", "at_stripe", "owed")]
PARTIES = [uuid7() for _ in range(3)]


@st.composite
def postings(draw: st.DrawFn) -> Moved:
    """Any posting that the chart of accounts allows, whether or not anybody makes it."""
    debit, credit = draw(
        st.tuples(st.sampled_from(OPERATORS + PARTNERS), st.sampled_from(OPERATORS + PARTNERS))
    )
    of_one = debit.startswith("partner:") or credit.startswith("partner:")
    party = draw(st.sampled_from(PARTIES)) if of_one else None
    amount = draw(st.integers(1, 10**12))
    two = of_one and debit.startswith("partner:") and credit.startswith("partner:")
    return Moved(
        debit, credit, party, draw(st.sampled_from(["editors", "wholesalers", None])), "Acme",
        two and draw(st.booleans()), amount, 1,
    )  # fmt: skip


def balances_of(moved: list[Moved]) -> list[tuple[str, int, int]]:
    sides = [(one.debit, one.amount_minor, 0) for one in moved]
    return sides + [(one.credit, 0, one.amount_minor) for one in moved]


@drawn(st.lists(postings(), max_size=60))
def test_P_12_edges_of_any_postings_sum_to_the_ledger(moved: list[Moved]) -> None:
    edges = edges_of(moved)
    assert all(one.difference_minor == 0 for one in sums_of(edges, balances_of(moved)))
    # However many parties are shown by name, nothing gets lost.
    few = together(edges, PARTIES[:1])
    assert all(one.difference_minor == 0 for one in sums_of(few, balances_of(moved)))
    assert sum(edge.amount_minor for edge in few) == sum(edge.amount_minor for edge in edges)


def test_a_posting_that_is_missed_shows_as_a_difference() -> None:
    moved = [Moved("operator:bank", "operator:revenue", None, None, None, False, 30_00, 1)]
    sums = sums_of([], balances_of(moved))
    assert [one.difference_minor for one in sums] == [30_00, 30_00]


def pairs_posted() -> Iterator[tuple[str, str]]:
    """The pairs that our packages post, as their code says (`ledger.move`)."""
    yield from (("operator:bank", "partner:earned"), ("operator:stripe", "operator:vat"))
    yield from (("operator:iaas", "operator:credits"), ("partner:earned", "operator:margins"))
    yield from (("operator:suppliers", "partner:earned"), ("partner:payable", "partner:owed"))
    yield from (("operator:stripe_connected", "operator:stripe"), ("operator:bank", "partner:owed"))


def test_whatever_we_post_has_its_kind_of_edge() -> None:
    for pair in pairs_posted():
        kinds, _ = kinds_of(*pair)
        assert all(kind.what != "unplaced" for kind in kinds), pair


def test_every_account_of_the_chart_has_its_place() -> None:
    """A new account is first shown as not placed: say there what its postings are."""
    for account in OPERATORS:
        kinds = [kinds_of(account, other)[0] for other in OPERATORS + PARTNERS if other != account]
        assert any(kind.what != "unplaced" for each in kinds for kind in each), account


async def proven(month: Month, currency: str) -> dict[str, int]:
    """Every kind of edge with its amount, after its sum was held against the ledger."""
    edges = await read_edges(month, currency)
    sums = sums_of(edges, await read_balances(month, currency))
    assert sums and all(one.difference_minor == 0 for one in sums)
    found: dict[str, int] = {}
    for edge in edges:
        assert edge.what != "unplaced", edge
        found[edge.what] = found.get(edge.what, 0) + edge.amount_minor
    return found


async def test_P_12_every_month_of_a_history_sums_to_the_ledger(db: None) -> None:
    """Sales in two currencies, refunds, a late sale, statements with VAT, a debt."""
    await history.history()
    months = await core.fetch("SELECT DISTINCT month FROM ledger.balance ORDER BY 1")
    assert len(months) >= 3
    for row in months:
        month = Month(row["month"])
        for currency in await read_currencies(month):
            found = await proven(month, currency)
            shares = await core.fetch_row(
                "SELECT coalesce(sum(partner_minor), 0)::bigint AS partner, "
                "coalesce(sum(operator_minor), 0)::bigint AS operator "
                "FROM sales.sale_line WHERE month = $1 AND currency = $2",
                row["month"],
                currency,
            )
            assert shares is not None
            assert found.get("sale_share", 0) == shares["partner"]
            assert found.get("sale_revenue", 0) == shares["operator"]


async def book(party: UUID) -> None:
    """One posting of each kind that partners' money moves by, and some taken back."""
    bank, earned, owed = ledger.OPERATOR_BANK, ledger.earned(party), ledger.owed(party)
    euros = [
        ("sale:1", bank, earned, 70_00), ("sale:1b", bank, ledger.OPERATOR_REVENUE, 30_00),
        ("refund:1", earned, bank, 7_00), ("award:r", ledger.OPERATOR_REBATES, owed, 5_00),
        ("award:r2", owed, ledger.OPERATOR_REBATES, 2_00),
        (f"charge:{party}:1", ledger.OPERATOR_CREDITS, ledger.OPERATOR_IAAS, 11_00),
        (f"charge_refund:{party}:1", ledger.OPERATOR_IAAS, ledger.OPERATOR_CREDITS, 1_00),
        ("award:m", ledger.OPERATOR_CO_MARKETING, earned, 3_00),
        ("award:s", ledger.OPERATOR_SUPPLIERS, earned, 4_00),
        ("receipt:1", bank, owed, 9_00), ("receipt:2", owed, bank, 9_00),
    ]  # fmt: skip
    for reference, debit, credit, amount in euros:
        await ledger.post(
            reference, ledger.Line(debit, credit, Money(amount, "EUR")),
            month=Month(date(2026, 11, 1)), effective_at=given.NOW,
        )  # fmt: skip


async def test_P_12_the_office_reads_the_mesh_and_each_edge_opens_its_postings(db: None) -> None:
    party = await given.partner("Acme Éditions")
    await book(party)
    assert await proven(Month(date(2026, 11, 1)), "EUR") == {
        "sale_share": 63_00, "sale_revenue": 30_00, "rebate": 3_00, "credit": 10_00,
        "credit_used": 10_00, "co_marketing": 3_00, "supplier_share": 4_00, "receipt": 0,
    }  # fmt: skip
    async with await clients.signed_in("finance") as office:
        mesh: dict[str, Any] = (await office.get("/api/office/mesh?month=2026-11")).json()
        assert mesh["difference"]["amount_minor"] == 0
        assert [one["name"] for one in mesh["parties"]] == ["Acme Éditions"]
        (edge,) = [one for one in mesh["edges"] if one["what"] == "rebate"]
        assert (edge["figure"], edge["giver"], edge["receiver"]) == ("cost", "operator", "editors")
        assert (edge["forward"]["amount_minor"], edge["reversed"]["amount_minor"]) == (500, 200)
        where = {"month": "2026-11", "debit": edge["debit"], "credit": edge["credit"]}
        rows = (await office.get("/api/office/mesh/postings", params=where)).json()["items"]
        assert [(one["reference"], one["reversed"]) for one in rows] == [
            ("award:r", False), ("award:r2", True)
        ]  # fmt: skip
        alone = await office.get(
            "/api/office/mesh", params={"month": "2026-11", "party": str(uuid7())}
        )
        assert alone.json()["edges"] == []
        file = (await office.get("/api/office/mesh/export?month=2026-11")).text
    assert "2026-11,rebate,cost,operator,editors," in file
    assert file == (await (await reports.mesh_report(Month.parse("2026-11"))).whole()).decode()
    (one,) = parties_of(await read_edges(Month.parse("2026-11"), "EUR"))
    # Shares of sales, the rebate, the credit, co-marketing, the supplier's share; what it used.
    assert (one.received_minor, one.gave_minor) == (63_00 + 3_00 + 10_00 + 3_00 + 4_00, 10_00)
