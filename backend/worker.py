"""The worker: runs every package's jobs until it is told to stop."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from backend import (
    awards,
    charges,
    deals,
    dues,
    funds,
    identity,
    mail,
    onboarding,
    payments,
    programmes,
    scorecards,
    settlement,
    startups,
    web,
    webhooks,
)
from backend.core import Clock, for_each, jobs
from backend.orders import jobs as orders
from backend.payouts import jobs as payouts
from backend.reports import jobs as reports

log = logging.getLogger("maillage.worker")

PAUSE_S = 2.0
"""Between a broken run (the database was away) and the next."""

OFTEN = "* * * * * */2"
SOMETIMES = "*/5 * * * *"
DAILY = "17 3 * * *"
NIGHTLY = "43 3 * * *"

ON_CALL: list[jobs.Job] = [
    payouts.run_due,
    settlement.run_closings,
    charges.run_files,
    webhooks.deliver_due,
    scorecards.run_requests,
]
"""Jobs that others put; they also run by the clock, should a wake-up be lost."""


class Hold:
    """Days that sales recorded by the worker are held; a setting."""

    days = 14


class Letters:
    """The mail server of the worker's settings; without one letters stay in the outbox."""

    post: mail.Post | None = None


class Registers:
    """Who is asked about VAT numbers: VIES, the simulator in the sandbox, or nobody."""

    vies: onboarding.Vies = onboarding.NoVies()


async def ask_vies(_: Clock) -> None:
    """VAT numbers that are new, or were asked about long ago, are asked about.

    Files are dated by the machine's clock, also in the sandbox.

    Raises:
        ExceptionGroup: what failed.
    """
    await onboarding.ask_vies(Registers.vies, payouts.machine_clock)


async def take_events(clock: Clock) -> None:
    """What Stripe told is applied: accounts, payments, refunds, disputes, payouts.

    Raises:
        ExceptionGroup: what failed; one kind of event holds no other.
    """
    takers: list[Callable[[], Awaitable[object]]] = [
        lambda: payments.take_account_events(clock),
        lambda: orders.take_payments(
            payouts.machine_clock,
            hold_days=Hold.days,
            elsewhere=dues.payment_taker(payouts.machine_clock),
        ),
        lambda: orders.take_refunds(
            payouts.machine_clock, elsewhere=dues.refund_taker(payouts.machine_clock)
        ),
        lambda: orders.take_disputes(
            payouts.machine_clock, elsewhere=dues.dispute_taker(payouts.machine_clock)
        ),
        lambda: payouts.take_events(clock),
    ]
    await _all(takers)


async def sweep(clock: Clock) -> None:
    """What Stripe could not tell, or a lost job left, is found.

    Raises:
        ExceptionGroup: what failed.
    """
    sweepers: list[Callable[[], Awaitable[object]]] = [
        lambda: payouts.sweep(clock),
        lambda: orders.look_for_lost_payments(payouts.machine_clock, hold_days=Hold.days),
        lambda: orders.look_for_lost_refunds(payouts.machine_clock),
        lambda: dues.look_for_lost_payments(payouts.machine_clock),
    ]
    await _all(sweepers)


async def send_refunds(clock: Clock) -> None:
    """Refunds go on. Sales and refunds are dated by the machine's clock, also in the sandbox.

    Raises:
        ExceptionGroup: what failed.
    """
    await orders.send_refunds(clock, dated_by=payouts.machine_clock)


async def _all(works: Sequence[Callable[[], Awaitable[object]]]) -> None:
    async def do(one: Callable[[], Awaitable[object]]) -> None:
        await one()

    await for_each(works, do)


async def send_letters(_: Clock) -> None:
    """Letters go to the mail server, by the machine's clock.

    Raises:
        ExceptionGroup: what failed other than the server.
    """
    if Letters.post is not None:
        await mail.send_due(Letters.post, datetime.now(UTC))


async def tidy(_: Clock) -> None:
    """Sessions that ended and answers that nobody will ask for again are gone."""
    now = datetime.now(UTC)  # They are of the real world, also in the sandbox.
    await identity.forget_ended_sessions(now)
    await identity.forget_expired(now)
    await mail.forget_old(now)
    await mail.forget_notices(now)
    await web.forget_old(now)


async def work(
    *,
    clock: Clock = payouts.machine_clock,
    hold_days: int = 14,
    post: mail.Post | None = None,
    secret_key: str | None = None,
    local_webhooks: bool = False,
    base_url: str | None = None,
    vies: onboarding.Vies | None = None,
    stop: asyncio.Event | None = None,
) -> None:
    """Run the jobs on the open database and gateway until SIGTERM, SIGINT or `stop`.

    What runs at that moment ends first; what a kill interrupts is found again. With the sandbox,
    `clock` is `payouts.sandbox_clock`: keys and payouts age by it. Webhooks are signed with
    secrets sealed under `secret_key`; with `local_webhooks` they may also go to this machine.
    Without `vies` VAT numbers wait.
    """
    Hold.days = hold_days
    Letters.post = post
    Registers.vies = vies or onboarding.NoVies()
    webhooks.Sending.secret_key, webhooks.Sending.loopback = secret_key, local_webhooks
    webhooks.Sending.base_url, webhooks.Sending.clock = base_url, payouts.machine_clock
    stop = webhooks.Sending.stop = stop or asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(RuntimeError):  # Not the main thread: `stop` it is.
            loop.add_signal_handler(name, stop.set)
    jobs.schedule(payouts.run_due, OFTEN)
    jobs.schedule(take_events, OFTEN)
    jobs.schedule(send_refunds, OFTEN)
    jobs.schedule(settlement.run_closings, OFTEN)
    jobs.schedule(send_letters, OFTEN)
    jobs.schedule(webhooks.deliver_due, OFTEN)
    jobs.schedule(ask_vies, SOMETIMES)
    jobs.schedule(scorecards.run_requests, SOMETIMES)
    jobs.schedule(sweep, SOMETIMES)
    jobs.schedule(programmes.follow_calendar, SOMETIMES)
    jobs.schedule(deals.follow_deals, SOMETIMES)
    jobs.schedule(startups.follow_startups, SOMETIMES)
    jobs.schedule(tidy, DAILY)
    jobs.schedule(scorecards.evaluate_levels, DAILY)
    jobs.schedule(programmes.warn_partners, DAILY)
    jobs.schedule(onboarding.follow_files, DAILY)
    jobs.schedule(charges.warn_holders, DAILY)
    jobs.schedule(awards.follow_awards, DAILY)
    jobs.schedule(funds.follow_funds, DAILY)
    jobs.schedule(dues.remind, DAILY)
    jobs.schedule(reports.reconcile_balances, NIGHTLY)
    try:
        await _run(clock, stop)
    finally:
        webhooks.Sending.stop = None
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(name)


async def _run(clock: Clock, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await jobs.run(ON_CALL, clock=clock, stop=stop)
        except jobs.Interrupted as interrupted:
            log.warning("%s; the jobs start again in %s s", interrupted, PAUSE_S)
        except Exception:
            log.exception("the jobs stopped; they start again in %s s", PAUSE_S)
        if not stop.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), PAUSE_S)
