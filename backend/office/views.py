"""What the office's own routes answer."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from backend import terms
from backend.core import Money


class MonthSold(msgspec.Struct):
    """Net of refunds. `net` = `partners` + `operator`."""

    month: str
    sales: int
    net: Money
    partners: Money
    operator: Money


class InfrastructureUse(msgspec.Struct):
    """Before VAT: `list` - `discount` - `credit` = `payable`, of which `margins` are paid on."""

    lines: int
    list: Money
    discount: Money
    credit: Money
    payable: Money
    margins: Money


class Overview(msgspec.Struct):
    """How much waits for somebody, and what was sold of late (oldest month first).

    `segments_to_confirm`: of organisations that declared one for which something is sold apart.
    `used` of the infrastructure in `month`, the present one, in euros.
    """

    organisations_unverified: int
    evidence_waiting: int
    declarations_open: int
    applications_open: int
    deals_to_review: int
    leads_open: int
    funds_to_decide: int
    listings_submitted: int
    listings_changed: int
    payouts_failed: int
    payouts_held: int
    payouts_moving: int
    contests_waiting: int
    segments_to_confirm: int
    joint_changes_waiting: int
    approvals_asked: int
    receipts_to_approve: int
    order_alarms: int
    has_sandbox: bool
    months_to_close: list[str]
    sold: list[MonthSold]
    month: str
    used: InfrastructureUse


class FlowRow(msgspec.Struct):
    """Paid by customers of one segment through one channel: `gross` = all the others together.

    `operator` is what is left to it after the fee of the payment service.
    """

    segment: str
    channel: str
    lines: int
    gross: Money
    partners: Money
    operator: Money
    vat: Money
    fee: Money


class ReceiverRow(msgspec.Struct):
    organisation_id: UUID
    name: str
    channel: str
    lines: int
    amount: Money


class Flow(msgspec.Struct):
    """`receivers` are the partners that received most; the others are in the rows' totals.

    What was used of the infrastructure is beside the sales, in no row.
    """

    month: str
    through: str
    currency: str
    rows: list[FlowRow]
    receivers: list[ReceiverRow]
    infrastructure: InfrastructureUse


class ShareRuleView(msgspec.Struct):
    """In force from `valid_from` on, for whom and what it names; None is any."""

    id: UUID
    name: str
    organisation_id: UUID | None
    channel: str | None
    brought_by: str | None
    partner_bp: int
    operator_bp: int
    valid_from: datetime


class TermView(msgspec.Struct):
    """`value` from `valid_from` on: hundredths for `payout_minimum`, days for `hold_days`."""

    id: UUID
    name: terms.Name
    value: int
    valid_from: datetime
    note: str
    actor: str
    recorded_at: datetime


class InForce(msgspec.Struct):
    """`since` is None for the installation's own value."""

    name: terms.Name
    value: int
    since: datetime | None


class TermsView(msgspec.Struct):
    in_force: list[InForce]
    announced: list[TermView]
    share_rules: list[ShareRuleView]


class StatementSums(msgspec.Struct):
    """`share` is the partner's part before VAT; `due` is paid, `carried` goes to the next month."""

    share: Money
    operator: Money
    vat: Money
    due: Money
    carried: Money
    hold_until: datetime | None


class PreviewRow(msgspec.Struct):
    organisation_id: UUID
    name: str
    before: StatementSums
    after: StatementSums


class PreviewTotal(msgspec.Struct):
    """All partners in one currency; `changed` of `statements` would have been others."""

    currency: str
    statements: int
    changed: int
    before: StatementSums
    after: StatementSums


class Preview(msgspec.Struct):
    """`rows` are those that differ most, at most 100."""

    month: str
    totals: list[PreviewTotal]
    rows: list[PreviewRow]


class BrokenLink(msgspec.Struct):
    chain: str
    number: int
    fault: str


class ChainCheck(msgspec.Struct):
    """Every hash was computed anew."""

    is_whole: bool
    chains: int
    changes: int
    broken: list[BrokenLink]
    checked_at: datetime


class StaffMember(msgspec.Struct):
    id: UUID
    name: str


class Staff(msgspec.Struct):
    items: list[StaffMember]


class PartnerAccount(msgspec.Struct):
    """A partner's account at Stripe; `payable`: Stripe may be asked to pay it."""

    stripe_account: str | None
    payable: bool
    closed: bool
    transfers_status: str
    payouts_status: str
    requirements: list[str]
    iban_last4: str | None
    holder: str | None
    checked_at: datetime | None


class PartnerAccountFound(msgspec.Struct):
    """None: the partner has not opened one."""

    account: PartnerAccount | None


class SandboxBalance(msgspec.Struct):
    """`owner`: the platform, or all partners together."""

    owner: Literal["platform", "partners"]
    available: Money
    pending: Money


class SandboxFault(msgspec.Struct):
    """The next `times` calls of this method and path go wrong, after `skip` that do not."""

    id: int
    method: str
    path: str
    kind: str
    skip: int
    times: int


class SandboxView(msgspec.Struct):
    clock: datetime
    balances: list[SandboxBalance]
    objects: dict[str, int]
    deliveries: dict[str, int]
    faults: list[SandboxFault]
