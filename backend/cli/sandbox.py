"""The Stripe sandbox from the command line: serve it, fund it, turn its clock."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime

import click
import httpx
import uvicorn

from backend import office, stripe_sandbox
from backend.cli.place import ACTOR, Result, command, serve_until_stopped, uses_sandbox
from backend.core import Money, Problem
from backend.settings import Settings

DAY_S = 86_400
PLATFORM = "acct_platform"


class NotTheSandbox(Problem):
    code = "not-the-sandbox"
    title = "This needs the Stripe sandbox"


@click.group("stripe-sandbox", invoke_without_command=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8020, show_default=True)
@click.pass_context
def sandbox(context: click.Context, host: str, port: int) -> None:
    """Serve the Stripe sandbox (no real money); or fund it, or turn its clock."""
    if context.invoked_subcommand is None:
        context.invoke(serve_sandbox, host=host, port=port, as_json=False)


@sandbox.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8020, show_default=True)
@command
async def serve_sandbox(settings: Settings, host: str, port: int) -> Result:
    """Serve it until Ctrl-C, and deliver its events."""
    await serve_sandbox_on(host, port)
    return Result({}, "", silent=True)


async def serve_sandbox_on(host: str, port: int) -> None:
    """The sandbox's API, pages and webhooks, on an open database."""
    app = stripe_sandbox.build_app(base_url=f"http://{host}:{port}")
    server = uvicorn.Server(
        uvicorn.Config(app, host=host, port=port, log_level="warning", lifespan="off")
    )
    async with httpx.AsyncClient() as client:
        delivering = asyncio.create_task(stripe_sandbox.deliver_forever(client))
        try:
            await serve_until_stopped(server)
        finally:
            delivering.cancel()
            with suppress(asyncio.CancelledError):
                await delivering


@sandbox.command()
@click.argument("amount", required=False)
@click.option("--currency", default="EUR", show_default=True)
@command
async def fund(settings: Settings, amount: str | None, currency: str) -> Result:
    """Top up the platform's balance by AMOUNT (such as 1500.00), or by what payouts still need."""
    check_sandbox(settings)
    money = Money.parse(amount, currency) if amount else await missing(currency)
    booked = await top_up(money)
    return Result(
        {"funded": booked.decimal(), "currency": currency},
        f"{booked} went from operator:bank to operator:stripe (sandbox top-up).",
    )


async def missing(currency: str) -> Money:
    """As `office.missing_at_stripe`."""
    return await office.missing_at_stripe(currency)


async def top_up(money: Money) -> Money:
    """As `office.top_up`, by a command."""
    return await office.top_up(money, now=datetime.now(UTC), actor=ACTOR)


@sandbox.command()
@click.option("--days", type=click.IntRange(0, 365), default=7, show_default=True)
@command
async def advance(settings: Settings, days: int) -> Result:
    """Turn the sandbox's clock forward; what was due in between happens."""
    check_sandbox(settings)
    moment = await stripe_sandbox.advance_clock(days * DAY_S)
    return Result({"clock": moment}, f"The sandbox's clock went {days} days forward.")


@sandbox.command()
@command
async def state(settings: Settings) -> Result:
    """Balances and objects of the sandbox."""
    facts = dict(await stripe_sandbox.describe())
    lines = [f"clock: {datetime.fromtimestamp(facts['clock_s'], UTC):%Y-%m-%d %H:%M} UTC"]
    for name, rows in {
        "platform": [b for b in facts["balances"] if b["account"] == PLATFORM],
        "partners": [b for b in facts["balances"] if b["account"] != PLATFORM],
    }.items():
        for currency in sorted({row["currency"] for row in rows}):
            for bucket in ("available_minor", "pending_minor"):
                total = sum(row[bucket] for row in rows if row["currency"] == currency)
                money = Money(total, currency.upper())
                lines.append(f"{name}, {bucket.removesuffix('_minor')}: {money}")
    lines += [f"{kind}: {count}" for kind, count in facts["objects"].items()]
    return Result(facts, "\n".join(lines))


def check_sandbox(settings: Settings) -> None:
    """Raises NotTheSandbox where STRIPE_API_KEY points to Stripe itself."""
    if not uses_sandbox(settings):
        raise NotTheSandbox("STRIPE_API_KEY is set: money is at Stripe's test mode. Unset it.")
