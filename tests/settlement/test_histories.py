"""Random histories of sales, refunds and closes, against a plain model that shares no code."""

import asyncio
import os
from collections import defaultdict
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from math import floor
from typing import Any, ClassVar, NamedTuple, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from backend import core, ledger, sales, settlement
from backend.core import Money, Month
from tests import given
from tests.conftest import Owner, empty_tables

T = TypeVar("T")
VAT_OF_REGIME = {"fr_registered": 2000, "fr_franchise_293b": 0, "non_eu": 0}
MINIMUM = {"EUR": 25_00, "JPY": 25, "KWD": 25_000}
AMOUNTS = st.one_of(st.integers(1, 30), st.integers(1, 20_000), st.integers(1, 10**12))
PART = st.integers(1, 100)


def half_up(exact: Fraction) -> int:
    return floor(exact + Fraction(1, 2)) if exact >= 0 else -floor(-exact + Fraction(1, 2))


def month_of(moment: datetime) -> tuple[int, int]:
    local = moment.astimezone(ZoneInfo("Europe/Paris"))
    return local.year, local.month


def month_after(month: tuple[int, int]) -> tuple[int, int]:
    return (month[0] + 1, 1) if month[1] == 12 else (month[0], month[1] + 1)


class Sold(NamedTuple):
    sale: sales.Sale
    operator_tenths: int
    vat: tuple[str, int]
    month: tuple[int, int]
    refunds: list[tuple[str, int, datetime]]

    def parts(self, amount: int) -> tuple[int, int, int]:
        """Editor, operator, buyer's VAT; a tie goes to the editor."""
        editor = half_up(Fraction(amount * (10 - self.operator_tenths), 10))
        return editor, amount - editor, half_up(Fraction(amount * self.sale.vat_rate_bp, 10_000))


class Histories(RuleBasedStateMachine):
    """What the books must say is kept in three dictionaries of plain numbers."""

    loop: ClassVar[asyncio.AbstractEventLoop]
    owner: ClassVar[Owner]

    def run(self, action: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(action, self.loop).result(60)

    @initialize()
    def start(self) -> None:
        self.now = datetime(2026, 3, 20, 12, tzinfo=UTC)
        self.closed: tuple[int, int] | None = None
        self.sold: list[Sold] = []
        self.books: defaultdict[tuple[str, str], int] = defaultdict(int)
        self.bases: defaultdict[tuple[Any, ...], int] = defaultdict(int)
        self.carried: dict[tuple[UUID, str], int] = {}
        self.regimes = dict.fromkeys(
            [self.run(given.partner(vat_regime="fr_registered")) for _ in range(2)],
            "fr_registered",
        )
        self.listings = {partner: self.run(given.listing(partner)) for partner in self.regimes}

    def open(self, moment: datetime) -> tuple[int, int]:
        month = month_of(moment)
        return month if self.closed is None else max(month, month_after(self.closed))

    def post(self, sold: Sold, parts: tuple[int, ...], month: tuple[int, int]) -> None:
        partner, currency = sold.sale.organisation_id, sold.sale.net.currency
        cash = f"operator:{sold.sale.collected_in}"
        accounts = (ledger.earned(partner), "operator:revenue", "operator:vat")
        for account, part in zip(accounts, parts, strict=True):
            self.books[account, currency] += part
            self.books[cash, currency] -= part
        self.bases[month, partner, currency, sold.vat] += parts[0]

    @rule(
        which=st.integers(0, 1),
        net=AMOUNTS,
        currency=st.sampled_from(sorted(MINIMUM)),
        minutes_ago=st.integers(0, 60 * 24 * 70),
        vat_rate_bp=st.sampled_from([0, 550, 2000]),
        is_brought=st.booleans(),
        cash=st.sampled_from(["bank", "stripe"]),
    )
    def sell(
        self,
        which: int,
        net: int,
        currency: str,
        minutes_ago: int,
        vat_rate_bp: int,
        is_brought: bool,
        cash: str,
    ) -> None:
        partner = list(self.regimes)[which]
        facts = {"channel": "vai", "brought_by": "partner"} if is_brought else {}
        sale = self.run(
            given.a_sale(
                partner,
                net,
                currency=currency,
                listing_id=self.listings[partner],
                sold_at=self.now - timedelta(minutes=minutes_ago),
                vat_rate_bp=vat_rate_bp,
                collected_in=cash,
                **facts,
            )
        )
        regime = self.regimes[partner]
        month = self.open(sale.sold_at)
        vat = (regime, VAT_OF_REGIME[regime])
        self.sold.append(Sold(sale, 0 if is_brought else 3, vat, month, []))
        assert self.record(sale)
        self.post(self.sold[-1], self.sold[-1].parts(net), month)

    def record(self, sale: sales.Sale) -> bool:
        return self.run(sales.record_sale(sale, hold_days=14, now=self.now, actor="test"))

    def take_back(self, sold: Sold, name: str, amount: int, at: datetime) -> bool:
        refund = sales.refund_sale(
            sold.sale.reference,
            Money(amount, sold.sale.net.currency),
            reference=name,
            refunded_at=at,
            now=self.now,
            actor="test",
        )
        return self.run(refund)

    @precondition(lambda self: self.sold)
    @rule(
        which=st.integers(0, 10**6),
        hundredths=st.lists(PART, min_size=1, max_size=3),
        minutes_ago=st.integers(0, 60 * 24 * 50),
    )
    def refund(self, which: int, hundredths: list[int], minutes_ago: int) -> None:
        for part in hundredths:
            self.refund_part(self.sold[which % len(self.sold)], part, minutes_ago)

    def refund_part(self, sold: Sold, hundredths: int, minutes_ago: int) -> None:
        before = sum(amount for _, amount, _ in sold.refunds)
        left = sold.sale.net.amount_minor - before
        with pytest.raises(sales.RefundTooLarge):
            self.take_back(sold, "too much", left + 1, self.now)
        amount = left * hundredths // 100
        if amount == 0:
            return
        at = self.now - timedelta(minutes=minutes_ago)
        name = f"r-{core.uuid7()}"
        assert self.take_back(sold, name, amount, at)
        sold.refunds.append((name, amount, at))
        after, old = sold.parts(before + amount), sold.parts(before)
        month = self.open(max(at, sold.sale.sold_at))
        self.post(sold, tuple(o - n for n, o in zip(after, old, strict=True)), month)

    @precondition(lambda self: self.sold)
    @rule(which=st.integers(0, 10**6))
    def replay(self, which: int) -> None:
        sold = self.sold[which % len(self.sold)]
        assert not self.record(sold.sale)
        for name, amount, at in sold.refunds:
            assert not self.take_back(sold, name, amount, at)

    @rule(which=st.integers(0, 1), regime=st.sampled_from(sorted(VAT_OF_REGIME)))
    def change_regime(self, which: int, regime: str) -> None:
        partner = list(self.regimes)[which]
        update = "UPDATE partners.organisation SET vat_regime = $1 WHERE id = $2"
        self.run(core.fetch(update, regime, partner))
        self.regimes[partner] = regime

    @rule(days=st.integers(1, 45))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)

    @precondition(lambda self: self.sold)
    @rule(minimum=st.sampled_from([0, 2500]))
    def close(self, minimum: int) -> None:
        months = [month for month, *_ in self.bases]
        month = min(months) if self.closed is None else month_after(self.closed)
        name = Month.parse("{}-{:02}".format(*month))
        closing = settlement.close_month(
            name, minimum_hundredths=minimum, now=self.now, actor="test"
        )
        if month >= month_of(self.now):
            with pytest.raises(settlement.MonthStillOpen):
                self.run(closing)
            return
        assert self.run(closing).new
        self.closed = month
        self.check_statements(name, self.statements_of(month, minimum))
        again = settlement.close_month(name, minimum_hundredths=0, now=self.now, actor="test")
        assert not self.run(again).new

    def statements_of(self, month: tuple[int, int], minimum: int) -> dict[Any, tuple[int, ...]]:
        """Opening, share, VAT, due, closing; what was earned becomes payable."""
        keys = {key[1:3] for key in self.bases if key[0] == month} | set(self.carried)
        expected: dict[Any, tuple[int, ...]] = {}
        left: dict[tuple[UUID, str], int] = {}
        for partner, currency in keys:
            bases = {k[3]: v for k, v in self.bases.items() if k[:3] == (month, partner, currency)}
            share = sum(bases.values())
            vat = sum(half_up(Fraction(base * rate, 10_000)) for (_, rate), base in bases.items())
            opening = self.carried.get((partner, currency), 0)
            total = opening + share + vat
            is_due = total > 0 and total >= (MINIMUM[currency] if minimum else 0)
            due, closing = (total, 0) if is_due else (0, total)
            expected[partner, currency] = (opening, share, vat, due, closing)
            if closing:
                left[partner, currency] = closing
            self.books[ledger.earned(partner), currency] -= share
            self.books[ledger.payable(partner), currency] += share + vat
            self.books["operator:vat_input", currency] -= vat
        self.carried = left
        return expected

    def check_statements(self, month: Month, expected: dict[Any, tuple[int, ...]]) -> None:
        rows = self.run(settlement.list_statements(month=month))
        assert {
            (row["organisation_id"], row["currency"]): (
                row["opening_minor"],
                row["sales_minor"] + row["refunds_minor"],
                row["vat_minor"],
                row["due_minor"],
                row["closing_minor"],
            )
            for row in rows
        } == expected

    @invariant()
    def the_books_say_what_the_model_says(self) -> None:
        if not hasattr(self, "books"):
            return
        rows = self.run(
            core.fetch(
                "SELECT a.code, a.currency::text, sum(b.credit_minor - b.debit_minor)::bigint "
                "FROM ledger.account a JOIN ledger.balance b ON b.account_id = a.id GROUP BY 1, 2"
            )
        )
        stored = {(row[0], row[1]): row[2] for row in rows if row[2]}
        assert stored == {key: amount for key, amount in self.books.items() if amount}

    def teardown(self) -> None:
        try:
            assert self.run(ledger.drifted_balances()) == []
        finally:
            self.run(empty_tables(self.owner))


async def play(owner: Owner, examples: int) -> None:
    Histories.loop, Histories.owner = asyncio.get_running_loop(), owner
    chosen = settings(
        max_examples=examples,
        stateful_step_count=25,
        deadline=None,
        derandomize=os.environ.get("CI") == "true",
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    await asyncio.to_thread(run_state_machine_as_test, Histories, settings=chosen)


async def test_every_history_leaves_the_books_of_a_plain_model(db: None, owner: Owner) -> None:
    await play(owner, 15)


@pytest.mark.long
async def test_many_histories_leave_the_books_of_a_plain_model(db: None, owner: Owner) -> None:
    """Two thousand with MAILLAGE_TORTURE=full."""
    await play(owner, 2000 if os.environ.get("MAILLAGE_TORTURE") == "full" else 400)
