"""Killed at any point, with any fault of Stripe's: every payout is made once, and finished."""

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from backend import core, payments
from tests.payouts.crashing import (
    FAULTS,
    LONGEST_S,
    PARTNERS,
    POSTS,
    World,
    serve_api,
    wait_for_port,
    world,
)

FULL = os.environ.get("MAILLAGE_TORTURE") == "full"


@pytest.fixture(scope="module")
def crashing() -> Iterator[World]:
    with world() as made:
        yield made


@pytest.fixture(scope="module")
def point_count(crashing: World) -> int:
    """Points of a month without faults, first run and again (all is final: nothing is done)."""
    month = crashing.next_month()
    code, count = crashing.work(month)
    assert code == 0
    crashing.check(month)
    return count


def kill_worker(crashing: World, at: int, fault: str | None, nth: int) -> float:
    month = crashing.next_month()
    crashing.inject(fault, nth)
    code, _ = crashing.work(month, at)
    assert code in (-signal.SIGKILL, 0)
    took = crashing.finish(month, fault)
    crashing.inject(None, 0)
    crashing.check(month)
    return took


def test_a_payout_has_its_points(point_count: int) -> None:
    assert 100 < point_count < 600


def test_killed_at_a_sample_of_points_nothing_is_paid_twice_or_lost(
    crashing: World, point_count: int
) -> None:
    for at in range(7, point_count, max(point_count // 8, 1)):
        fault = FAULTS[at % len(FAULTS)]
        kill_worker(crashing, at, fault, at % (2 * PARTNERS) + 1)


@pytest.fixture(scope="module")
def alone(crashing: World, point_count: int) -> Iterator[tuple[World, int]]:
    """Months that owe one partner only, and their points."""
    crashing.paying = 1
    code, count = crashing.work(crashing.next_month())
    assert code == 0
    yield crashing, count
    crashing.paying = PARTNERS


@pytest.mark.long
@pytest.mark.parametrize("block", range(20))
def test_killed_at_every_point_nothing_is_paid_twice_or_lost(
    alone: tuple[World, int], block: int
) -> None:
    """One of the faults at each point; `make torture` takes every fault at every point."""
    crashing, point_count = alone
    crashing.paying = 1
    for at in range(1 + block, point_count + 1, 20):
        chosen = [None, *FAULTS] if FULL else [FAULTS[at % len(FAULTS)]]
        for fault in chosen:
            kill_worker(crashing, at, fault, at % 2 + 1)


@pytest.mark.long
@pytest.mark.parametrize("block", range(10))
def test_random_histories_of_crashes_end_with_each_payout_made_once(
    crashing: World, point_count: int, block: int
) -> None:
    crashing.paying = PARTNERS
    count = 50 if FULL else 10
    for seed in range(block * count, (block + 1) * count):
        crashing.history(seed, point_count)


@pytest.mark.long
def test_with_the_waits_of_production_all_is_finished_a_minute_after_the_restart(
    crashing: World, point_count: int
) -> None:
    """Killed while a request is under way: the claim has to end first, which takes the longest."""
    crashing.paying = PARTNERS
    month = crashing.next_month()
    crashing.control("fault", method="POST", path=POSTS, kind="slow", seconds=90)
    code, _ = crashing.work(month, quick=False, kill_after_s=3)
    assert code == -signal.SIGKILL
    crashing.inject(None, 0)
    started = time.monotonic()
    code, _ = crashing.work(month, quick=False)
    assert code == 0
    assert 20 < time.monotonic() - started < LONGEST_S
    crashing.check(month)


def kill_postgres(crashing: World, at: int, fault: str | None) -> None:
    crashing.paying = PARTNERS
    month = crashing.next_month()
    crashing.inject(fault, at % (2 * PARTNERS) + 1)
    postmaster = int((crashing.server.data / "postmaster.pid").read_text().splitlines()[0])
    code, _ = crashing.work(month, at, kill=postmaster)
    assert code == 1, "the worker noticed"
    started = time.monotonic()
    crashing.server.start()
    assert int((crashing.server.data / "postmaster.pid").read_text().splitlines()[0]) != postmaster
    while True:
        # A supervisor starts the worker again until it stays.
        try:
            crashing.finish(month, fault)
            break
        except (AssertionError, httpx.HTTPError):
            assert time.monotonic() - started < LONGEST_S
            time.sleep(0.5)
    crashing.inject(None, 0)
    crashing.check(month)


def test_postgresql_killed_loses_nothing(crashing: World, point_count: int) -> None:
    kill_postgres(crashing, point_count // 3, "lost")


@pytest.mark.long
@pytest.mark.parametrize("part", range(24))
def test_postgresql_killed_at_sampled_points_loses_nothing(
    crashing: World, point_count: int, part: int
) -> None:
    kill_postgres(crashing, 1 + part * point_count // 24, FAULTS[part % len(FAULTS)])


@pytest.mark.parametrize("at", range(2, 14, 3))
def test_the_api_killed_while_it_takes_webhooks_loses_none(
    crashing: World, point_count: int, at: int
) -> None:
    take_webhooks(crashing, at)


@pytest.mark.long
@pytest.mark.parametrize("at", range(1, 41))
def test_the_api_killed_at_any_point_of_a_webhook_loses_none(
    crashing: World, point_count: int, at: int
) -> None:
    take_webhooks(crashing, at)


def take_webhooks(crashing: World, at: int) -> None:
    """The API dies at that point, comes back, and has every event in the end."""
    crashing.paying = PARTNERS
    month = crashing.next_month()
    api = crashing.start(serve_api, crashing.dsn, crashing.api_port, at)
    wait_for_port(crashing.api_port)
    crashing.run(ensure_destinations(crashing))
    code, _ = crashing.work(month)
    assert code == 0
    crashing.control("advance", seconds=61)
    api.join(LONGEST_S)
    assert api.exitcode == -signal.SIGKILL
    api = crashing.start(serve_api, crashing.dsn, crashing.api_port, 0)
    wait_for_port(crashing.api_port)
    deadline = time.monotonic() + LONGEST_S
    while left := crashing.run(undelivered()):
        assert time.monotonic() < deadline, left
        crashing.control("advance", seconds=3 * 3600)  # Stripe tries again.
        time.sleep(0.2)
    api.kill()
    api.join()
    assert crashing.run(missing_in_inbox()) == []
    crashing.check(month)


async def ensure_destinations(crashing: World) -> None:

    payments.open_gateway(api_key="sk_test_x", api_base=crashing.sandbox, rate_per_s=1000)
    await payments.ensure_destinations(
        f"http://127.0.0.1:{crashing.api_port}/api/hooks/stripe", core_now()
    )
    await payments.close_gateway()


def core_now() -> datetime:

    return datetime.now(UTC)


async def undelivered() -> list[str]:
    rows = await core.fetch("SELECT event FROM stripe_sandbox.delivery WHERE status = 'due'")
    await asyncio.sleep(0)
    return [row["event"] for row in rows]


async def missing_in_inbox() -> list[str]:
    """Events that Stripe believes we have."""
    rows = await core.fetch(
        "SELECT d.event FROM stripe_sandbox.delivery d WHERE d.status = 'delivered' "
        "AND NOT EXISTS (SELECT FROM payments.stripe_event e WHERE e.id = d.event)"
    )
    return [row["event"] for row in rows]
