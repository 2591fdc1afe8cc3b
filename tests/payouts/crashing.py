"""A world that can be killed: its own PostgreSQL, a served Stripe sandbox, workers, an API.

Every process comes from a fork server that has imported everything, so that thousands can die.
"""

import asyncio
import multiprocessing
import os
import random
import shutil
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from backend import core, ledger, payments, payouts, stripe_sandbox
from backend.core import Money, Month, points
from backend.payments import actions, rules
from backend.payouts import rules as payout_rules
from backend.postgres import OWNER, Server
from tests import given
from tests.given.partners import SYSTEM
from tests.ports import free_port

PARTNERS = 2
AMOUNT_MINOR = 70_00
TIMEOUT_S = 1.0
"""Of the gateway: a slow answer of the sandbox takes longer."""
LONGEST_S = 60.0
"""After a restart everything is finished within this."""

POSTS = "/v1/(transfers|payouts)"
FAULTS = ["lost", "slow", "500_before", "500_after", "429", "key_forgotten"]
FORGOTTEN_S = 25 * 3600
LEASE_S = 10
"""A claim of a killed worker is over after so long, by the business's clock."""

SETTINGS = {"fsync": "off", "full_page_writes": "off", "max_connections": "60"}
"""Not synchronous_commit: what was committed has to survive a kill of the server."""


def context() -> ForkServerContext:
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(["tests.payouts.crashing", "uvicorn", "backend.app"])
    return made


# What runs in the processes ---------------------------------------------------------------------


def serve_sandbox(dsn: str, port: int) -> None:
    import uvicorn

    async def serve() -> None:
        await core.open_database(dsn, organisation=core.OPERATOR, max_size=8)
        app = stripe_sandbox.build_app(base_url=f"http://127.0.0.1:{port}")
        server = uvicorn.Server(
            uvicorn.Config(app, port=port, log_level="critical", lifespan="off")
        )
        async with httpx.AsyncClient() as client:
            delivering = asyncio.create_task(deliver(client))
            await server.serve()
            delivering.cancel()

    async def deliver(client: httpx.AsyncClient) -> None:
        while True:
            try:
                if not await stripe_sandbox.deliver_due(client):
                    await asyncio.sleep(0.05)
            except Exception:  # Its database was killed.
                await asyncio.sleep(0.5)

    asyncio.run(serve())


def serve_api(dsn: str, port: int, crash_at: int) -> None:
    import uvicorn

    from backend.app import build_app

    points.crash_at(crash_at)
    app = build_app(base_url=f"http://127.0.0.1:{port}", database_url=dsn, database_role=None)
    uvicorn.run(app, port=port, log_level="critical")


def work(
    dsn: str, sandbox: str, month: str, crash_at: int, kill: int | None, told: Any, quick: bool
) -> None:
    """`maillage pay MONTH --wait` in a process that dies, or kills another, at one point.

    `quick`: waits less than in production, so that a thousand crashes take minutes.
    """

    async def pay() -> None:
        if quick:
            actions.SEND_WITHIN_S = 0.5
            rules.AFTER_REPLAY = rules.FIRST_PAUSE = timedelta(seconds=0.1)
            rules.SETTLE = timedelta(seconds=2.5 * TIMEOUT_S)
            payout_rules.TAKEN_FOR = timedelta(seconds=0.3)
        plain, turn = await asyncpg.connect(dsn), asyncio.Lock()
        points.crash_at(crash_at, None if kill is None else lambda: kill_soon(kill))
        await core.open_database(dsn, organisation=core.OPERATOR, max_size=10)
        payments.open_gateway(
            api_key="sk_test_x", api_base=sandbox, rate_per_s=1000 if quick else 20,
            timeout_s=TIMEOUT_S if quick else 30,
        )  # fmt: skip

        async def clock() -> datetime:
            # Not through the pool: reading the time is no point of a payout.
            async with turn:
                return await sandbox_time(plain)

        async def advance(seconds: int) -> int:
            moment: int = await control(sandbox, "advance", seconds=seconds)
            return moment

        await payouts.pay(
            Month.parse(month), actor=SYSTEM, wait=True, advance_clock=advance, clock=clock
        )
        told.value = points.passed()
        # Gone as a finished command is gone; no clean-up hides a missing commit.
        os._exit(0)

    asyncio.run(pay())


def kill_soon(process: int) -> None:
    """At this point, or while the statement or call after it is under way."""
    delay_s = random.choice([0, 0, random.uniform(0, 0.004)])
    if delay_s == 0:
        os.kill(process, signal.SIGKILL)
    else:
        threading.Timer(delay_s, lambda: os.kill(process, signal.SIGKILL)).start()


async def sandbox_time(plain: "asyncpg.Connection[asyncpg.Record]") -> datetime:
    moment: datetime = await plain.fetchval(
        "SELECT clock_timestamp() + make_interval(secs => "
        "coalesce((SELECT clock_offset_s FROM stripe_sandbox.world), 0))"
    )
    return moment.astimezone(UTC)


async def control(sandbox: str, verb: str, **arguments: Any) -> Any:
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{sandbox}/_sandbox/{verb}", json=arguments, timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.json().get("result")


# What the tests see -----------------------------------------------------------------------------


class World:
    def __init__(self, server: Server) -> None:
        self.server = server
        self.context = context()
        self.port = free_port()
        self.sandbox = f"http://127.0.0.1:{self.port}"
        self.api_port = free_port()
        self.month = Month.parse("2001-01")
        self.partners: list[Any] = []
        self.paying = PARTNERS
        """How many of them a month owes something."""
        self._processes: list[ForkServerProcess] = []

    @property
    def dsn(self) -> str:
        return self.server.url("maillage_app")

    def start(self, target: Callable[..., None], *arguments: Any) -> ForkServerProcess:
        process = self.context.Process(target=target, args=arguments, daemon=True)
        process.start()
        self._processes.append(process)
        return process

    def stop(self) -> None:
        for process in self._processes:
            process.kill()
            process.join()

    def run(self, coroutine: Any) -> Any:
        """On a pool of its own, as a command would; the tests' own pool is put aside meanwhile."""
        engine = core.engine()
        aside = engine.pool, engine.config, engine.pool_organisation
        engine.pool = None

        async def opened() -> Any:
            await core.open_database(self.server.url(OWNER), organisation=core.OPERATOR, max_size=4)
            try:
                return await coroutine
            finally:
                await core.close_database()

        try:
            return asyncio.run(opened())
        finally:
            engine.pool, engine.config, engine.pool_organisation = aside

    def begin(self) -> None:
        """Schema, sandbox, partners that may be paid, more money than they will need."""
        self.run(core.migrate())
        self.start(serve_sandbox, self.dsn, self.port)
        wait_for_port(self.port)
        self.run(self._make_partners())

    async def _make_partners(self) -> None:
        payments.open_gateway(api_key="sk_test_x", api_base=self.sandbox, rate_per_s=1000)
        for _ in range(PARTNERS):
            partner = await given.partner()
            await payouts.verify_in_sandbox(partner, now=datetime.now(UTC), actor=SYSTEM)
            self.partners.append(partner)
        await stripe_sandbox.fund(10**11, "eur")
        await payments.close_gateway()

    def next_month(self) -> Month:
        """A closed month that owes each partner something."""
        self.month = self.month.next
        self.run(self._close(self.month))
        return self.month

    async def _close(self, month: Month) -> None:
        now = datetime.now(UTC)
        async with core.transaction():
            await core.connection().execute(
                "INSERT INTO settlement.month_close VALUES ($1, $2, 'system:test', 0, $3, 0)",
                month.first_day, now, self.paying,
            )  # fmt: skip
            for number, partner in enumerate(self.partners[: self.paying]):
                await core.connection().execute(
                    "INSERT INTO settlement.statement (number, organisation_id, month, currency, "
                    "opening_minor, sales_minor, refunds_minor, vat_minor, due_minor, "
                    "closing_minor, net_minor, operator_minor, line_count, closed_at) VALUES "
                    "($1, $2, $3, 'EUR', 0, $4, 0, 0, $4, 0, $4, 0, 1, $5)",
                    f"S-{month}-{number}", partner, month.first_day, AMOUNT_MINOR, now,
                )  # fmt: skip
                await ledger.post(
                    f"given:{month}:{partner}",
                    *ledger.move(
                        ledger.OPERATOR_BANK, ledger.payable(partner), Money(AMOUNT_MINOR, "EUR")
                    ),
                    month=Month.parse("2026-08"), effective_at=now,
                )  # fmt: skip

    def control(self, verb: str, **arguments: Any) -> Any:
        return asyncio.run(control(self.sandbox, verb, **arguments))

    def work(
        self,
        month: Month,
        crash_at: int = 0,
        kill: int | None = None,
        *,
        quick: bool = True,
        kill_after_s: float = LONGEST_S,
    ) -> tuple[int, int]:
        """Exit code of a worker, -9 if it was killed, and how many points it passed."""
        told = self.context.Value("i", 0)
        facts = (self.dsn, self.sandbox, str(month), crash_at, kill, told, quick)
        worker = self.start(work, *facts)
        worker.join(kill_after_s)
        if worker.exitcode is None and kill_after_s < LONGEST_S:
            worker.kill()
            worker.join()
        if worker.exitcode is None:
            worker.kill()
            worker.join()
            raise AssertionError(f"{month} is not finished after {LONGEST_S} s")
        self._processes.remove(worker)
        return worker.exitcode, told.value

    def inject(self, fault: str | None, nth: int) -> None:
        self.control("clear_faults")
        if fault is not None and fault != "key_forgotten":
            facts = {"seconds": 2 * TIMEOUT_S} if fault == "slow" else {}
            self.control("fault", method="POST", path=POSTS, kind=fault, nth=nth, **facts)

    def finish(self, month: Month, fault: str | None) -> float:
        """Restarted after a crash, all of the month is final; answers the seconds it took."""
        self.control("advance", seconds=FORGOTTEN_S if fault == "key_forgotten" else LEASE_S)
        started = time.monotonic()
        code, _ = self.work(month)
        assert code == 0, f"{month}: the restarted worker ended with {code}"
        took = time.monotonic() - started
        assert took < LONGEST_S
        return took

    def check(self, month: Month) -> None:
        """0 double, 0 lost, 0 wrong amount; books and Stripe agree."""
        self.run(self._check(month))

    async def _check(self, month: Month) -> None:
        rows = await core.fetch(
            """
            SELECT p.id, p.state, p.amount_minor,
              (SELECT array_agg((s.body->>'amount')::bigint) FROM stripe_sandbox.object s
               JOIN payments.operation o ON s.body->>'transfer_group' = o.id::text
               WHERE s.kind = 'transfer' AND o.subject = 'payout:' || p.id) AS transfers,
              (SELECT array_agg((s.body->>'amount')::bigint) FROM stripe_sandbox.object s
               JOIN payments.operation o ON s.body->'metadata'->>'op' = o.id::text
               WHERE s.kind = 'payout' AND o.subject = 'payout:' || p.id) AS bank_payouts
            FROM payouts.payout p JOIN settlement.statement s ON s.id = p.statement_id
            WHERE s.month = $1
            """,
            month.first_day,
        )
        assert len(rows) == self.paying
        for row in rows:
            found = (row["state"], row["transfers"], row["bank_payouts"])
            assert found == ("final", [AMOUNT_MINOR], [AMOUNT_MINOR]), f"{month}: {found}"
        left = await core.fetch(
            "SELECT a.code, sum(b.credit_minor - b.debit_minor)::bigint AS minor "
            "FROM ledger.account a JOIN ledger.balance b ON b.account_id = a.id "
            "WHERE a.code ~ '^partner:|stripe_connected$' GROUP BY 1 "
            "HAVING sum(b.credit_minor - b.debit_minor) <> 0"
        )
        assert [dict(row) for row in left] == []
        connected = await core.fetch(
            "SELECT account FROM stripe_sandbox.balance "
            "WHERE account <> 'acct_platform' AND available_minor + pending_minor <> 0"
        )
        assert [dict(row) for row in connected] == []
        assert await ledger.drifted_balances() == []

    def history(self, seed: int, points_of_one: int) -> float:
        """One to three crashes with faults at random; answers the seconds of the last restart."""
        chance = random.Random(seed)
        month = self.next_month()
        fault = None
        for _ in range(chance.randint(1, 3)):
            fault = chance.choice([None, *FAULTS])
            self.inject(fault, chance.randint(1, 2 * PARTNERS))
            self.work(month, chance.randint(1, points_of_one))
            self.control("advance", seconds=FORGOTTEN_S if fault == "key_forgotten" else LEASE_S)
        took = self.finish(month, None)
        self.inject(None, 0)
        self.check(month)
        return took


def wait_for_port(port: int) -> None:
    for _ in range(1200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"nobody listens on {port}")


@contextmanager
def world() -> Iterator[World]:
    home = Path(tempfile.mkdtemp(prefix="maillage-crash-"))
    home.chmod(0o755)
    try:
        with Server(home, SETTINGS).running() as server:
            made = World(server)
            try:
                made.begin()
                yield made
            finally:
                made.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)
