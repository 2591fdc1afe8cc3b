"""The operator's overview, revenue flow, chain check; names; a partner's account at Stripe."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import asyncpg
from litestar import Request, get
from litestar.params import FromPath, FromQuery, QueryParameter

from backend import audit, partners, payments, web
from backend.core import BadMonth, Money, Month
from backend.office import queries
from backend.office.rules import MonthsReversed
from backend.office.views import (
    BrokenLink,
    ChainCheck,
    Flow,
    FlowRow,
    InfrastructureUse,
    MonthSold,
    Overview,
    PartnerAccount,
    PartnerAccountFound,
    ReceiverRow,
    Staff,
    StaffMember,
)

MONTHS_BEFORE = 5
RECEIVERS = 8
FlowMonth = Annotated[str, QueryParameter(max_length=7, description="the first month: 2026-08")]
LastMonth = Annotated[
    str | None, QueryParameter(max_length=7, description="the last one; absent: only the first")
]


@get(
    "/overview",
    operation_id="read_office_overview",
    guards=[web.requires("office:report:read")],
    responses=web.problems(web.BadRequest),
)
async def read_overview(
    request: Request[Any, Any, Any],
    principal: web.Caller,
    role: FromQuery[partners.Role | None] = None,
) -> Overview:
    """What needs the operator now, and the last months' sales; with a role, of the partners that
    play it. Leads, months, alarms and `used` are always everybody's.
    """
    now = datetime.now(UTC)
    needs = await queries.read_needs(now, role)
    return Overview(
        organisations_unverified=needs["unverified"],
        evidence_waiting=needs["evidence"],
        declarations_open=needs["declared"],
        applications_open=needs["applied"],
        deals_to_review=needs["deals"],
        leads_open=needs["leads"],
        funds_to_decide=needs["funds"],
        listings_submitted=needs["submitted"],
        listings_changed=needs["changed"],
        payouts_failed=needs["failed"],
        payouts_held=needs["held"],
        payouts_moving=needs["moving"],
        contests_waiting=needs["contests"],
        segments_to_confirm=needs["segments"],
        joint_changes_waiting=needs["joint_changes"],
        approvals_asked=needs["approvals"],
        receipts_to_approve=needs["receipts"],
        order_alarms=needs["alarms"],
        has_sandbox=bool(request.app.state.get("sandbox", False)),
        months_to_close=[str(Month(day)) for day in needs["months"]],
        sold=[_sold(row) for row in await queries.sold_by_month(MONTHS_BEFORE, now, role)],
        month=str(Month.of(now)),
        used=await _used(Month.of(now), Month.of(now), "EUR"),
    )


@get(
    "/flows",
    operation_id="read_office_flow",
    guards=[web.requires("office:report:read")],
    responses=web.problems(BadMonth, MonthsReversed, web.BadRequest),
)
async def read_flow(
    principal: web.Caller,
    month: FlowMonth,
    through: LastMonth = None,
    currency: FromQuery[web.CurrencyCode] = "EUR",
) -> Flow:
    """From whom revenue came, through which channel, and who received it; refunds taken off."""
    first = Month.parse(month)
    last = first if through is None else Month.parse(through)
    if last < first:
        raise MonthsReversed(f"{last} is before {first}.")
    rows = await queries.revenue_flow(first, last, currency)
    largest = await queries.largest_receivers(first, last, currency, RECEIVERS)
    return Flow(
        month=str(first),
        through=str(last),
        currency=currency,
        rows=[_flow(row, currency) for row in rows],
        receivers=[
            ReceiverRow(
                row["organisation_id"],
                row["name"],
                row["channel"],
                row["lines"],
                Money(row["partner_minor"], currency),
            )
            for row in largest
        ],
        infrastructure=await _used(first, last, currency),
    )


@get(
    "/audit/check",
    operation_id="check_office_audit",
    guards=[web.requires("office:audit:read")],
)
async def check_audit(principal: web.Caller) -> ChainCheck:
    """Compute every hash of the audit log anew, and say where one does not follow."""
    counted = await queries.count_changes()
    broken = [BrokenLink(**link) for link in await audit.broken_links()]
    return ChainCheck(not broken, counted["chains"], counted["changes"], broken, datetime.now(UTC))


@get(
    "/staff",
    operation_id="list_office_staff",
    guards=[web.requires("office:report:read")],
)
async def list_staff(principal: web.Caller) -> Staff:
    """The operator's people, present and past, by name."""
    return Staff([StaffMember(row["id"], row["name"]) for row in await queries.list_staff()])


@get(
    "/organisations/{organisation_id:uuid}/account",
    operation_id="read_office_partner_account",
    guards=[web.requires("office:payout:read")],
)
async def read_account(
    organisation_id: FromPath[UUID], principal: web.Caller
) -> PartnerAccountFound:
    """A partner's account at Stripe, as it was last read."""
    try:
        found = await payments.read_connected_account(organisation_id)
    except payments.AccountUnknown:
        return PartnerAccountFound(None)
    account = PartnerAccount(
        stripe_account=found.stripe_account,
        payable=found.payable,
        closed=found.closed,
        transfers_status=found.transfers_status,
        payouts_status=found.payouts_status,
        requirements=found.requirements,
        iban_last4=found.iban_last4,
        holder=found.holder,
        checked_at=found.checked_at,
    )
    return PartnerAccountFound(account)


def _sold(row: asyncpg.Record) -> MonthSold:
    return MonthSold(
        month=str(Month(row["month"])),
        sales=row["sales"],
        net=Money(row["net_minor"], row["currency"]),
        partners=Money(row["partner_minor"], row["currency"]),
        operator=Money(row["operator_minor"], row["currency"]),
    )


async def _used(first: Month, last: Month, currency: str) -> InfrastructureUse:
    row = await queries.infrastructure_of(first, last, currency)
    names = ("list", "discount", "credit", "payable", "margin")
    return InfrastructureUse(
        row["lines"], *(Money(row[f"{name}_minor"], currency) for name in names)
    )


def _flow(row: asyncpg.Record, currency: str) -> FlowRow:
    return FlowRow(
        segment=row["buyer_segment"],
        channel=row["channel"],
        lines=row["lines"],
        gross=Money(row["net_minor"] + row["vat_minor"], currency),
        partners=Money(row["partner_minor"], currency),
        operator=Money(row["operator_minor"] - row["fee_minor"], currency),
        vat=Money(row["vat_minor"], currency),
        fee=Money(row["fee_minor"], currency),
    )


office = [read_overview, read_flow, check_audit, list_staff, read_account]
