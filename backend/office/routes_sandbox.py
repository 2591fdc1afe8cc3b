"""Controls of the Stripe sandbox, for administrators, where it runs."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, delete, get, post
from litestar.params import JSONBody

from backend import stripe_sandbox, web
from backend.core import EXPONENTS, Money
from backend.office import queries, sandbox
from backend.office.views import SandboxBalance, SandboxFault, SandboxView

USE = [web.requires("office:sandbox:use")]
PLATFORM = "acct_platform"


class FundIn(msgspec.Struct, forbid_unknown_fields=True):
    """`amount`, or what payouts still need where it is absent."""

    amount: web.MoneyIn | None = None


class ClockIn(msgspec.Struct, forbid_unknown_fields=True):
    days: Annotated[int, msgspec.Meta(ge=1, le=365)]


class FaultIn(msgspec.Struct, forbid_unknown_fields=True):
    """The next `times` calls to make a `target` go wrong."""

    target: sandbox.Target
    kind: sandbox.Kind
    times: Annotated[int, msgspec.Meta(ge=1, le=100)] = 1


@get(
    "/sandbox",
    operation_id="read_office_sandbox",
    guards=USE,
    responses=web.problems(sandbox.SandboxOff),
)
async def read(request: Request[Any, Any, Any], principal: web.Caller) -> SandboxView:
    """The sandbox's clock, balances, objects, deliveries and faults to come."""
    _check(request)
    return await _view()


@post(
    "/sandbox/funds",
    operation_id="fund_office_sandbox",
    status_code=200,
    guards=USE,
    responses=web.problems(sandbox.SandboxOff, sandbox.NothingToFund),
)
async def fund(
    data: JSONBody[FundIn], request: Request[Any, Any, Any], principal: web.Caller
) -> SandboxView:
    """Top up the platform's balance; no real money."""
    _check(request)
    money = None if data.amount is None else data.amount.money()
    if money is None or money.amount_minor == 0:
        money = await sandbox.missing_at_stripe("EUR" if money is None else money.currency)
    await sandbox.top_up(money, now=datetime.now(UTC), actor=principal.actor)
    return await _view()


@post(
    "/sandbox/clock",
    operation_id="advance_office_sandbox",
    status_code=200,
    guards=USE,
    responses=web.problems(sandbox.SandboxOff),
)
async def advance(
    data: JSONBody[ClockIn], request: Request[Any, Any, Any], principal: web.Caller
) -> SandboxView:
    """Turn the sandbox's clock forward; what was due in between happens."""
    _check(request)
    await sandbox.advance(data.days, actor=principal.actor)
    return await _view()


@post(
    "/sandbox/faults",
    operation_id="add_office_sandbox_fault",
    status_code=200,
    guards=USE,
    responses=web.problems(sandbox.SandboxOff),
)
async def add_fault(
    data: JSONBody[FaultIn], request: Request[Any, Any, Any], principal: web.Caller
) -> SandboxView:
    """Have Stripe's next answers go wrong."""
    _check(request)
    await sandbox.add_fault(data.target, data.kind, times=data.times, actor=principal.actor)
    return await _view()


@delete(
    "/sandbox/faults",
    operation_id="clear_office_sandbox_faults",
    status_code=200,
    guards=USE,
    responses=web.problems(sandbox.SandboxOff),
)
async def clear_faults(request: Request[Any, Any, Any], principal: web.Caller) -> SandboxView:
    """Every call goes well again."""
    _check(request)
    await sandbox.clear_faults(actor=principal.actor)
    return await _view()


def _check(request: Request[Any, Any, Any]) -> None:
    if not request.app.state.get("sandbox", False):
        raise sandbox.SandboxOff("STRIPE_API_KEY is set: money is at Stripe's test mode.")


async def _view() -> SandboxView:
    facts = await stripe_sandbox.describe()
    return SandboxView(
        clock=datetime.fromtimestamp(facts["clock_s"], UTC),
        balances=[
            balance
            for owner in ("platform", "partners")
            for balance in _balances(owner, facts["balances"])
        ],
        objects=facts["objects"],
        deliveries=facts["deliveries"],
        faults=[SandboxFault(**row) for row in await queries.list_faults()],
    )


def _balances(
    owner: Literal["platform", "partners"], rows: list[dict[str, Any]]
) -> list[SandboxBalance]:
    own = [row for row in rows if (row["account"] == PLATFORM) == (owner == "platform")]
    return [
        SandboxBalance(
            owner,
            Money(sum(row["available_minor"] for row in mine), currency.upper()),
            Money(sum(row["pending_minor"] for row in mine), currency.upper()),
        )
        for currency in sorted({row["currency"] for row in own})
        if currency.upper() in EXPONENTS
        for mine in [[row for row in own if row["currency"] == currency]]
    ]


office = [read, fund, advance, add_fault, clear_faults]
