"""A partner's front page, and the figures above its payouts."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from litestar import get
from litestar.params import FromQuery

from backend import payments, payouts, web
from backend.core import Money, Month
from backend.portal import partnership, queries

MONTHS = 12
UNPAID = 20


class Sold(msgspec.Struct):
    """Of one currency: refunds are taken off `net`, and off `partner`, which is the share of it."""

    sales: int
    refunds: int
    net: Money
    partner: Money


class Used(msgspec.Struct):
    """Of the infrastructure, in one currency: `net` - `credit` = `payable`, before VAT."""

    lines: int
    net: Money
    credit: Money
    payable: Money


class Account(msgspec.Struct):
    """The account at Stripe, as far as the front page speaks of it."""

    exists: bool
    payable: bool
    requirements: list[str]


class ComingPayout(msgspec.Struct):
    """A payout whose money is not on the account: not sent, on its way, or come back."""

    id: UUID
    statement_number: str
    month: str
    amount: Money
    state: payouts.State
    held_reason: str | None
    hold_until: datetime | None
    failure_code: str | None
    failure_message: str | None
    changed_at: datetime


class Home(msgspec.Struct):
    """`account`, `payouts` and `used` are null for those whose role may not read them.

    Nothing is older than `first_month`. Of listings: `submitted` wait for the operator,
    `to_change` for the partner.
    """

    verification: str
    drafts: int
    submitted: int
    to_change: int
    published: int
    account: Account | None
    month: str
    first_month: str
    so_far: list[Sold]
    before: list[Sold]
    used: list[Used] | None
    payouts: list[ComingPayout] | None


class StageTotal(msgspec.Struct):
    stage: payouts.Stage
    payouts: int
    amount: Money


class Earned(msgspec.Struct):
    """The partner's share of one month's sales through one channel, refunds taken off."""

    month: str
    channel: str
    partner: Money
    net: Money


class PayoutOverview(msgspec.Struct):
    """`earned` covers twelve months, those without sales left out."""

    currency: str
    stages: list[StageTotal]
    paid_this_year: Money
    earned: list[Earned]


@get(
    "/home",
    operation_id="read_portal_home",
    guards=[web.requires("portal:organisation:read")],
)
async def read_home(principal: web.Caller) -> Home:
    """What needs the partner now, what is on its way to it, and the month so far."""
    organisation_id = principal.organisation
    month = Month.of(datetime.now(UTC))
    needs = await queries.read_needs(organisation_id)
    account = await _account(principal)
    coming = None
    if principal.may("portal:payout:read"):
        coming = [_coming(row) for row in await queries.unpaid(organisation_id, UNPAID)]
    return Home(
        verification=needs["verification"],
        drafts=needs["drafts"],
        submitted=needs["submitted"],
        to_change=needs["to_change"],
        published=needs["published"],
        account=account,
        month=str(month),
        first_month=str(Month(needs["first_on"].replace(day=1))),
        so_far=[_sold(row) for row in await queries.sold_in(organisation_id, month)],
        before=[_sold(row) for row in await queries.sold_in(organisation_id, month.previous)],
        used=await _used(principal, month),
        payouts=coming,
    )


@get(
    "/home/partnership",
    operation_id="read_portal_partnership",
    guards=[web.requires("portal:organisation:read")],
)
async def read_partnership(principal: web.Caller) -> partnership.Partnership:
    """How the partnership stands: levels, leads, deals, credits, debts, network, joint offers."""
    return await partnership.read_partnership(principal, datetime.now(UTC))


@get(
    "/payouts/overview",
    operation_id="read_portal_payout_overview",
    guards=[web.requires("portal:payout:read")],
    responses=web.problems(web.BadRequest),
)
async def read_payout_overview(
    principal: web.Caller, currency: FromQuery[web.CurrencyCode] = "EUR"
) -> PayoutOverview:
    """How much is where, what was paid this year, what each month earned by channel."""
    month = Month.of(datetime.now(UTC))
    first = month
    for _ in range(MONTHS - 1):
        first = first.previous
    january = Month(month.first_day.replace(month=1))
    staged = await queries.payouts_by_stage(principal.organisation, currency, january.start)
    earned = await queries.earned_by_month(principal.organisation, currency, first, month)
    return PayoutOverview(
        currency=currency,
        stages=[
            StageTotal(row["stage"], row["payouts"], Money(row["amount_minor"], currency))
            for row in staged
        ],
        paid_this_year=Money(
            sum(row["since_minor"] or 0 for row in staged if row["stage"] == "paid"), currency
        ),
        earned=[
            Earned(
                str(Month(row["month"])),
                row["channel"],
                Money(row["partner_minor"], currency),
                Money(row["net_minor"], currency),
            )
            for row in earned
        ],
    )


async def _account(principal: web.Principal) -> Account | None:
    if not principal.may("portal:account:read"):
        return None
    try:
        found = await payments.read_connected_account(principal.organisation)
    except payments.AccountUnknown:
        return Account(exists=False, payable=False, requirements=[])
    return Account(
        exists=found.stripe_account is not None,
        payable=found.payable,
        requirements=found.requirements,
    )


async def _used(principal: web.Principal, month: Month) -> list[Used] | None:
    if not principal.may("portal:charge:read"):
        return None
    return [
        Used(
            row["lines"],
            *(
                Money(row[f"{name}_minor"], row["currency"])
                for name in ("net", "credit", "payable")
            ),
        )
        for row in await queries.used_in(principal.organisation, month)
    ]


def _sold(row: asyncpg.Record) -> Sold:
    currency = row["currency"]
    return Sold(
        row["sales"],
        row["refunds"],
        Money(row["net_minor"], currency),
        Money(row["partner_minor"], currency),
    )


def _coming(row: asyncpg.Record) -> ComingPayout:
    facts: dict[str, Any] = {
        **dict(row),
        "month": str(Month(row["month"])),
        "amount": Money(row["amount_minor"], row["currency"]),
    }
    return msgspec.convert(facts, ComingPayout)


portal = [read_home, read_partnership, read_payout_overview]
