"""Imports beside each other, beside a close, and killed in the middle."""

import asyncio
import importlib
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from backend import audit, core, ledger
from backend.postgres import Server
from tests.sales.test_import import GOOD, HEADER, bring_in, recorded, write


def module() -> Any:
    """The package's front door has a function of the same name."""
    return importlib.import_module("backend.sales.import_sales")


async def once(action: Callable[[], Awaitable[Any]]) -> Any:
    """In the place of `core.retrying`, which would hide a deadlock."""
    return await action()


async def test_the_same_sales_in_opposite_order_do_not_deadlock(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [GOOD.replace("s1", f"s{n}").replace("acme", f"p{n % 50}") for n in range(1500)]
    files = [tmp_path / name for name in ("forth.csv", "back.csv")]
    for path, lines in zip(files, (rows, rows[::-1]), strict=True):
        path.write_text("\n".join([HEADER, *lines, ""]))
    monkeypatch.setattr(module(), "retrying", once)
    first, second = await asyncio.gather(*map(bring_in, files))
    assert first.recorded + second.recorded == 1500
    assert (first.refused, second.refused) == (0, 0)
    in_order = "SELECT array_agg(reference ORDER BY {}) FROM sales.sale_line"
    locked = await core.fetch_value(in_order.format("id"))
    assert locked == await core.fetch_value(in_order.format("reference"))
    assert await ledger.drifted_balances() == []


async def test_new_partners_and_a_close_do_not_wait_for_each_other(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once the import held the operator's audit chain while it waited for the close."""
    joined = module()._join

    async def join_slowly(*arguments: Any) -> Any:
        made = await joined(*arguments)
        await asyncio.sleep(0.3)
        return made

    async def close() -> None:
        async with core.transaction():
            await ledger.hold_close()
            await asyncio.sleep(0.5)
            await audit.write(None, "test", "close", "month:2026-08")

    monkeypatch.setattr(module(), "_join", join_slowly)
    monkeypatch.setattr(module(), "retrying", once)
    imported, _ = await asyncio.gather(bring_in(write(tmp_path, GOOD)), close())
    assert imported.recorded == 1


IMPORT_AND_DIE = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from backend import core, sales
import importlib
module = importlib.import_module('backend.sales.import_sales')

async def main():
    module.CHUNK_ROWS = 20
    await core.open_database(sys.argv[1], organisation=core.OPERATOR)
    options = sales.Options("fr_registered", None, 14, datetime(2026, 11, 23, tzinfo=UTC), "test")
    print(await sales.import_sales(Path(sys.argv[2]), options))

asyncio.run(main())
"""


@pytest.mark.parametrize("point", [12, 40, 55, pytest.param(0, marks=pytest.mark.long)])
async def test_an_import_that_was_killed_is_finished_by_the_next(
    db: None, tmp_path: Path, server: Server, point: int
) -> None:
    rows = [GOOD.replace("s1", f"s{n}").replace("acme", f"p{n % 7}") for n in range(60)]
    path = write(tmp_path, *rows, GOOD.replace("100.00", "0"))
    points = [point] if point else range(1, 90, 2)
    for crash_at in points:
        killed = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            IMPORT_AND_DIE,
            server.url("maillage_app"),
            str(path),
            env={**os.environ, "MAILLAGE_CRASH_AT": str(crash_at)},
        )
        code = await killed.wait()
        assert code in (0, -signal.SIGKILL)
        assert code != 0 or point == 0, "the import ended before the point"
    before = len(await recorded())
    assert before % 20 == 0
    assert (await bring_in(path, "fr_registered"))[:4] == (61, 60 - before, before, 1)
    assert await ledger.drifted_balances() == []
    bank = await ledger.balance(ledger.OPERATOR_BANK, "EUR")
    assert bank.amount_minor == -60 * 120_00


async def test_a_chunk_that_loses_a_deadlock_is_made_again(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = [asyncpg.DeadlockDetectedError("lost")]
    record_sales = module().record_sales

    async def record(*sold: Any, **terms: Any) -> Any:
        if turns:
            raise turns.pop()
        return await record_sales(*sold, **terms)

    monkeypatch.setattr(module(), "record_sales", record)
    assert (await bring_in(write(tmp_path, GOOD)))[:4] == (1, 1, 0, 0)
