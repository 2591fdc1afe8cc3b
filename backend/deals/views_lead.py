"""Leads as the API shows them."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import msgspec

from backend import core, partners, web
from backend.deals import rules_lead, views


class LeadIn(msgspec.Struct, forbid_unknown_fields=True):
    """Somebody who may buy. `follows_on`: who declines or is late, the next in line is asked."""

    name: web.Line
    country: web.Country
    segment: partners.Segment
    kind: rules_lead.LeadKind
    need: Annotated[str, web.words(2000, lines=True)]
    amount: web.MoneyIn
    reference: web.Reference | None = None
    region: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}-[A-Z0-9]{1,3}$(?!\n)")] | None = None
    siren: views.Siren | None = None
    vat_number: views.VatNumber | None = None
    domain: views.Domain | None = None
    contact_name: Annotated[str, msgspec.Meta(max_length=200, pattern=core.ONE_LINE)] = ""
    contact_email: web.Email | None = None
    contact_phone: Annotated[str, msgspec.Meta(max_length=40, pattern=core.ONE_LINE)] = ""
    follows_on: bool = True


class LeadView(msgspec.Struct):
    """A lead for the office; `asked` has until `respond_by` to answer."""

    id: UUID
    number: int
    reference: str | None
    name: str
    country: str
    region: str | None
    segment: partners.Segment
    siren: str | None
    vat_number: str | None
    domain: str | None
    contact_name: str
    contact_email: str
    contact_phone: str
    kind: rules_lead.LeadKind
    need: str
    amount: web.MoneyView
    follows_on: bool
    state: rules_lead.LeadState
    reason: str
    asked_id: UUID | None
    asked: str | None
    respond_by: datetime | None
    accepted_by: UUID | None
    accepted: str | None
    deal_id: UUID | None
    created_at: datetime


class LeadOfferView(msgspec.Struct):
    organisation_id: UUID
    organisation: str
    state: rules_lead.OfferState
    score: int
    offered_at: datetime
    respond_by: datetime
    answered_at: datetime | None
    reason: str


class LeadPoints(msgspec.Struct):
    why: rules_lead.Why
    points: int


class LeadSuggestion(msgspec.Struct):
    """A partner that takes leads, its points and why; `was_asked`: it is not asked again."""

    organisation_id: UUID
    name: str
    level: str | None
    score: int
    why: list[LeadPoints]
    was_asked: bool


class LeadRead(msgspec.Struct):
    lead: LeadView
    offers: list[LeadOfferView]
    suggestions: list[LeadSuggestion]


class LeadForMe(msgspec.Struct):
    """What a partner knows of a lead: the person to talk to, only once it has accepted."""

    id: UUID
    number: int
    state: rules_lead.OfferState
    name: str | None
    country: str
    region: str | None
    segment: partners.Segment
    kind: rules_lead.LeadKind
    need: str
    amount: web.MoneyView
    score: int
    offered_at: datetime
    respond_by: datetime
    answered_at: datetime | None
    reason: str
    contact_name: str | None
    contact_email: str | None
    contact_phone: str | None
    deal_id: UUID | None


class LeadProfile(msgspec.Struct, forbid_unknown_fields=True):
    """Which leads a partner wants; regions are ISO 3166-2 such as FR-BRE."""

    takes_leads: bool
    segments: Annotated[list[partners.Segment], msgspec.Meta(max_length=7)]
    countries: Annotated[list[web.Country], msgspec.Meta(max_length=60)]
    regions: Annotated[
        list[Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}-[A-Z0-9]{1,3}$(?!\n)")]],
        msgspec.Meta(max_length=30),
    ]
    kinds: Annotated[list[rules_lead.LeadKind], msgspec.Meta(max_length=3)]
    email: web.Email | None = None


def lead_view(row: asyncpg.Record) -> LeadView:
    more: dict[str, Any] = {
        "amount": core.Money(row["amount_minor"], row["currency"]),
        "asked": row["asked_name"],
        "accepted": row["accepted_name"],
    }
    return LeadView(**views.named(LeadView, row, more))


def offer_view(row: asyncpg.Record) -> LeadOfferView:
    return LeadOfferView(**views.named(LeadOfferView, row, {}))


def mine_view(row: asyncpg.Record) -> LeadForMe:
    more = {"amount": core.Money(row["amount_minor"], row["currency"])}
    return LeadForMe(**views.named(LeadForMe, row, more))


def suggestion_view(one: rules_lead.Suggestion) -> LeadSuggestion:
    why = [LeadPoints(name, points) for name, points in one.why]
    return LeadSuggestion(one.organisation_id, one.name, one.level, one.score, why, one.asked)


LEAD_COLUMNS = (
    "number", "reference", "name", "country", "region", "segment", "siren", "vat_number", "domain",
    "contact_name", "contact_email", "contact_phone", "kind", "need", "amount", "currency", "state",
    "asked_name", "accepted_name", "reason", "created_at",
)  # fmt: skip
