"""Imports beside each other and beside a close."""

import asyncio
import importlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from backend import charges, core, ledger, reports
from backend.core import Month
from tests import given
from tests.charges.test_import import HEADER, acme, bring_in
from tests.given import charges as made
from tests.given.programmes import organisation

SEPTEMBER = Month.parse("2026-09")


async def once(action: Callable[[], Awaitable[Any]]) -> Any:
    """In the place of `core.retrying`, which would hide a deadlock."""
    return await action()


async def test_the_same_charges_in_opposite_order_do_not_deadlock(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        await acme(reference=f"p{number}")
    rows = [f"p{number % 5},mairie,2026-11-10,start,vm,1,1.00,u{number}" for number in range(600)]
    files = [tmp_path / name for name in ("forth.csv", "back.csv")]
    for path, lines in zip(files, (rows, rows[::-1]), strict=True):
        path.write_text("\n".join([HEADER, *lines, ""]))
    module = importlib.import_module("backend.charges.import_charges")
    monkeypatch.setattr(module, "retrying", once)
    monkeypatch.setattr(module, "CHUNK_ROWS", 100)
    first, second = await asyncio.gather(*map(bring_in, files))
    assert first.recorded + second.recorded == 600
    assert (first.refused, second.refused) == (0, 0)
    assert await ledger.drifted_balances() == []
    assert (await ledger.balance(ledger.OPERATOR_IAAS, "EUR")).amount_minor == 600_00


async def test_charges_recorded_beside_a_close_are_on_one_statement_or_the_next(db: None) -> None:
    org = await organisation("isv")
    await made.charge(org, charged_on=SEPTEMBER.first_day)

    async def use(number: int) -> None:
        await asyncio.sleep(number / 200)
        await made.charge(org, charged_on=SEPTEMBER.last_day)

    await asyncio.gather(given.closed(SEPTEMBER), *map(use, range(10)))
    await given.closed(SEPTEMBER.next)
    assert await reports.run_checks() == []
    counted = await core.fetch_value("SELECT sum(charge_count) FROM settlement.statement")
    assert counted == 11


async def test_an_import_that_is_tried_dry_leaves_a_credit_as_it_was(
    db: None, tmp_path: Path
) -> None:
    org = await organisation("startup")
    grant = await made.grant(org, 10_00)
    reference = await core.fetch_value("SELECT reference FROM partners.organisation")
    path = tmp_path / "iaas.csv"
    path.write_text(f"{HEADER}\n{reference},,2026-11-10,start,vm,1,7.00,u1\n")
    tried = await bring_in(path, dry_run=True)
    assert tried.totals == {"EUR": charges.Total(7_00, 0, 7_00, 0)}
    assert await made.left(grant) == 10_00
