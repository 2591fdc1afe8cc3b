"""Deals and leads as the API shows them."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

import asyncpg
import msgspec

from backend import core, partners, web
from backend.deals import rules
from backend.deals.importing import Imported
from backend.deals.queries import Conflict
from backend.programmes import Environment

Siren = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{9}$(?!\n)")]
VatNumber = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}[0-9A-Z]{2,18}$(?!\n)")]
Domain = Annotated[str, msgspec.Meta(max_length=253, pattern=core.ONE_LINE)]
Reason = Annotated[str, web.words(1000, lines=True)]
Words = Annotated[str, msgspec.Meta(max_length=2000, pattern=core.LINES)]
Csv = Annotated[str, msgspec.Meta(min_length=1, max_length=900_000)]
By = Literal["partner", "office", "calendar"]


class DealIn(msgspec.Struct, forbid_unknown_fields=True):
    """What is planned, for whom. A draft may be incomplete; `amount` is a month's, without VAT."""

    customer_name: web.Line
    customer_country: web.Country
    customer_segment: partners.Segment
    target_close_on: date
    amount: web.MoneyIn
    customer_siren: Siren | None = None
    customer_vat: VatNumber | None = None
    customer_domain: Domain | None = None
    contact_name: Annotated[str, msgspec.Meta(max_length=200, pattern=core.ONE_LINE)] = ""
    contact_email: web.Email | None = None
    listing_id: UUID | None = None
    environment: Environment | None = None
    plan: Words = ""
    next_steps: Words = ""

    def facts(self) -> rules.DealFacts:
        mine = DealIn.__struct_fields__
        values = {name: getattr(self, name) for name in mine if name != "amount"}
        values["contact_email"] = self.contact_email or ""
        return rules.DealFacts(
            amount_minor=self.amount.amount_minor, currency=self.amount.currency, **values
        )


class DealChange(DealIn, forbid_unknown_fields=True, kw_only=True):
    """As it shall be; `revision` is the one that was read."""

    revision: int


class DealStep(msgspec.Struct):
    """What happened, by whom; which person of the office, a partner does not read."""

    verb: rules.Verb
    review: rules.Review
    stage: rules.Stage
    reason: str
    by: By
    happened_at: datetime


class DealView(msgspec.Struct):
    """`has_conflict`: it meets something; a partner does not learn what."""

    id: UUID
    number: int
    organisation_id: UUID
    organisation: str
    customer_name: str
    customer_country: str
    customer_siren: str | None
    customer_vat: str | None
    customer_domain: str | None
    customer_segment: partners.Segment
    contact_name: str
    contact_email: str
    listing_id: UUID | None
    listing: str | None
    environment: Environment | None
    plan: str
    amount: web.MoneyView
    target_close_on: date
    next_steps: str
    review: rules.Review
    stage: rules.Stage
    lost_because: rules.Lost | None
    asked_fields: list[str]
    reason: str
    rule: str
    has_conflict: bool
    revision: int
    from_lead: bool
    created_at: datetime
    submitted_at: datetime | None
    decided_at: datetime | None
    protected_until: datetime | None
    renewed_at: datetime | None
    changeable: list[str]
    missing: list[str]


class DealOwn(msgspec.Struct):
    """A deal with what happened to it, oldest first."""

    deal: DealView
    steps: list[DealStep]


class ConflictView(msgspec.Struct):
    """Another deal (`id` is its), or an own direct customer (`id` is the organisation's)."""

    kind: Literal["protected", "registered", "customer"]
    matched: Literal["siren", "vat", "domain", "name"]
    blocks: bool
    id: UUID
    name: str
    organisation_id: UUID | None
    organisation: str | None
    review: str | None
    stage: str | None
    product_scope: str | None
    protected_until: datetime | None
    since: datetime


class DealRead(msgspec.Struct):
    """A deal for the office: with its history, and everything that it meets."""

    deal: DealView
    steps: list[DealStep]
    conflicts: list[ConflictView]


class RefusedLine(msgspec.Struct):
    """`line` counts from 1, the header included."""

    line: int
    column: str
    reason: str
    cells: list[str]


class ImportedLines(msgspec.Struct):
    """What a file came to, or, in a dry run, would come to."""

    rows: int
    made: int
    known: int
    refused: list[RefusedLine]
    ignored_columns: list[str]


def deal_view(row: asyncpg.Record) -> DealView:
    more: dict[str, Any] = {
        "amount": core.Money(row["amount_minor"], row["currency"]),
        "from_lead": row["lead_id"] is not None,
        "changeable": sorted(rules.changeable(row["review"], row["asked_fields"])),
        "missing": rules.missing(dict(row)),
    }
    return DealView(**named(DealView, row, more))


def step_view(row: asyncpg.Record) -> DealStep:
    return DealStep(**named(DealStep, row, {}))


def conflict_view(one: Conflict) -> ConflictView:
    return ConflictView(**msgspec.structs.asdict(one))


def imported_view(found: Imported) -> ImportedLines:
    refused = [
        RefusedLine(one.line, one.column, one.reason, list(one.row)) for one in found.refused
    ]
    return ImportedLines(found.rows, found.made, found.known, refused, list(found.ignored))


DEAL_COLUMNS = (
    "number", "customer_name", "customer_country", "customer_siren", "customer_vat",
    "customer_domain", "customer_segment", "contact_name", "contact_email", "listing",
    "environment", "plan", "amount", "currency", "target_close_on", "next_steps", "review", "stage",
    "lost_because", "reason", "submitted_at", "decided_at", "protected_until",
)  # fmt: skip


def cells(rows: Iterable[asyncpg.Record], columns: Iterable[str]) -> list[list[object]]:
    """The rows of an export, in the order of `columns`."""
    names = list(columns)
    return [[_value(row, name) for name in names] for row in rows]


def _value(row: asyncpg.Record, name: str) -> object:
    if name == "amount":
        return Decimal(core.Money(row["amount_minor"], row["currency"]).decimal())
    value = row[name]
    return value.isoformat() if isinstance(value, datetime) else value


def named(view: type[msgspec.Struct], row: asyncpg.Record, more: dict[str, Any]) -> dict[str, Any]:
    return {name: more[name] if name in more else row[name] for name in view.__struct_fields__}
