"""What a partner does with its deals. Each function is one transaction."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from backend import partners
from backend.core import connection, fetch_value, operators_work, transaction
from backend.deals import changing, letters
from backend.deals.queries import conflicts_of, setting_at
from backend.deals.rules import (
    FIELDS,
    BadCustomerNumber,
    DealFacts,
    DealIncomplete,
    DealListingUnknown,
    Lost,
    NotADealPartner,
    PublicMailDomain,
    Stage,
    check_changes,
    check_move,
    check_renewal,
    check_step,
    customer_keys,
    missing,
    normal_domain,
)
from backend.deals.rules_close import check_close


@operators_work
async def create_deal(
    organisation_id: UUID, facts: DealFacts, *, now: datetime, actor: str
) -> UUID:
    """A draft that only the partner works on; answers its id (seed row D-08).

    Raises:
        NotADealPartner: the organisation sells nothing.
        BadDomain, BadCustomerNumber: what names the customer cannot be right.
        DealListingUnknown: the listing is not on sale.
    """
    deal_id = await _draft(organisation_id, facts, None, now, actor)
    assert deal_id is not None, "only a row of a file is known already"
    return deal_id


@operators_work
async def draft_of_row(
    organisation_id: UUID, facts: DealFacts, row_key: str, *, now: datetime, actor: str
) -> UUID | None:
    """As `create_deal`, of a row of a file; None: the row has made a deal that was not withdrawn.

    Raises:
        NotADealPartner, BadDomain, BadCustomerNumber, DealListingUnknown: as for `create_deal`.
    """
    return await _draft(organisation_id, facts, row_key, now, actor)


async def _draft(
    organisation_id: UUID, facts: DealFacts, row_key: str | None, now: datetime, actor: str
) -> UUID | None:
    values = await _checked(facts, organisation_id)
    async with transaction():
        await check_partner(organisation_id)
        names = ["organisation_id", *FIELDS, "created_at", "row_key"]
        places = ", ".join(f"${place}" for place in range(1, len(names) + 1))
        row = await connection().fetchrow(
            f"INSERT INTO deals.deal ({', '.join(names)}) VALUES ({places}) "  # noqa: S608
            "ON CONFLICT (organisation_id, row_key) WHERE review <> 'withdrawn' DO NOTHING "
            "RETURNING *",
            organisation_id,
            *values.values(),
            now,
            row_key,
        )
        if row is None:
            return None
        await changing.record(row, "draft", {}, by="partner", now=now, actor=actor)
    deal_id: UUID = row["id"]
    return deal_id


@operators_work
async def change_deal(
    deal_id: UUID,
    facts: DealFacts,
    *,
    revision: int,
    organisation_id: UUID,
    now: datetime,
    actor: str,
) -> None:
    """The deal says what `facts` say, as far as its state lets it (locked during review).

    Raises:
        DealUnknown, DealChanged: it is not the one that was read.
        DealLocked: names the fields that are not free now.
        BadDomain, BadCustomerNumber, DealListingUnknown: as for `create_deal`.
    """
    async with transaction():
        deal = await changing.lock(deal_id, organisation_id, revision)
        # What it was about when it was registered it stays about, also where that is sold to fewer.
        values = await _checked(facts, organisation_id, named=deal["listing_id"])
        changes = {name: value for name, value in values.items() if deal[name] != value}
        if not changes:
            return
        check_changes(deal["review"], deal["asked_fields"], changes)
        await changing.record(deal, "change", changes, by="partner", now=now, actor=actor)


@operators_work
async def submit_deal(
    deal_id: UUID, *, revision: int, organisation_id: UUID, now: datetime, actor: str
) -> None:
    """The office reads the deal; the partner learns whether it meets another, not which.

    Raises:
        DealUnknown, DealChanged, DealStepRefused: it is not a draft, or not the one that was read.
        DealIncomplete, CloseDayPast: `errors` name what is missing; it closes before today.
        PublicMailDomain: the customer is known by nothing else.
        NotADealPartner: nobody has checked the organisation.
    """
    async with transaction():
        deal = await changing.lock(deal_id, organisation_id, revision)
        after = check_step("submit", deal["review"])
        await check_partner(organisation_id, verified=True)
        keys = customer_keys(deal["customer_siren"], deal["customer_vat"], deal["customer_domain"])
        if deal["customer_domain"] is not None and not keys:
            raise PublicMailDomain(
                f"customer_domain: Everybody may have an address at {deal['customer_domain']}. "
                "Give the customer's SIREN or VAT number, or a domain of its own.",
                field="customer_domain",
            )
        lacks = missing(dict(deal))
        if lacks:
            raise DealIncomplete(
                f"Missing: {', '.join(lacks)}.",
                missing=lacks,
                errors=[{"message": "It is missing", "field": name} for name in lacks],
            )
        check_close(deal["target_close_on"], now)
        meets = any(one.blocks for one in await conflicts_of(deal_id, now))
        changes: dict[str, Any] = {
            "review": after,
            "asked_fields": [],
            "submitted_at": now,
            "reason": "",
            "has_conflict": meets,
        }
        await changing.record(deal, "submit", changes, by="partner", now=now, actor=actor)


@operators_work
async def take_back_deal(
    deal_id: UUID, *, organisation_id: UUID, now: datetime, actor: str
) -> None:
    """The deal is a draft again, and nobody reads it. Raises: DealUnknown, DealStepRefused."""
    async with transaction():
        deal = await changing.lock(deal_id, organisation_id)
        changes = {"review": check_step("take_back", deal["review"]), "has_conflict": False}
        await changing.record(deal, "take_back", changes, by="partner", now=now, actor=actor)


@operators_work
async def withdraw_deal(
    deal_id: UUID, *, reason: str, organisation_id: UUID, now: datetime, actor: str
) -> None:
    """The deal is given up before it was decided. Raises: DealUnknown, DealStepRefused."""
    async with transaction():
        deal = await changing.lock(deal_id, organisation_id)
        changes: dict[str, Any] = {
            "review": check_step("withdraw", deal["review"]),
            "asked_fields": [],
        }
        await changing.record(
            deal, "withdraw", changes, reason=reason, by="partner", now=now, actor=actor
        )


@operators_work
async def move_deal(
    deal_id: UUID,
    stage: Stage,
    *,
    because: Lost | None = None,
    reason: str = "",
    revision: int | None = None,
    organisation_id: UUID,
    now: datetime,
    actor: str,
) -> None:
    """The deal stands at `stage`. A lost one protects nobody from `now` on.

    Raises:
        DealUnknown, DealChanged: it is not the one that was read.
        DealStepRefused: it is not approved, or it has ended.
    """
    async with transaction():
        deal = await changing.lock(deal_id, organisation_id, revision)
        check_move(deal["review"], deal["stage"], stage, because)
        changes: dict[str, Any] = {"stage": stage}
        if stage == "closed_lost":
            changes |= {"lost_because": because}
            if deal["protected_until"] is not None and deal["protected_until"] > now:
                changes |= {"protected_until": now}
            await changing.end_protection(deal_id, now)
        await changing.record(
            deal, "move", changes, reason=reason, by="partner", now=now, actor=actor
        )


@operators_work
async def renew_deal(
    deal_id: UUID, *, reason: str, organisation_id: UUID, now: datetime, actor: str
) -> None:
    """The customer is protected for as long again, from the end of the first time on; once.

    Raises:
        DealUnknown: there is none.
        NotRenewable: it was renewed, is over, or its protection has ended.
    """
    async with transaction():
        deal = await changing.lock(deal_id, organisation_id)
        ends_at = deal["protected_until"]
        check_renewal(deal["review"], deal["stage"], ends_at, deal["renewed_at"] is not None, now)
        until = ends_at + timedelta(days=await setting_at("protection_days", now))
        await connection().execute(
            "INSERT INTO deals.protection (deal_id, organisation_id, customer_key, product_scope, "
            "turn, during, granted_at) SELECT deal_id, organisation_id, customer_key, "
            "product_scope, 1, tstzrange($2, $3), $4 FROM deals.protection "
            "WHERE deal_id = $1 AND turn = 0",
            deal_id, ends_at, until, now,
        )  # fmt: skip
        changes = {"protected_until": until, "renewed_at": now}
        await changing.record(
            deal, "renew", changes, reason=reason, by="partner", now=now, actor=actor
        )
        letter = letters.approved(deal["customer_name"], until)
        await changing.write_to(organisation_id, letter, now)


async def check_partner(organisation_id: UUID, *, verified: bool = False) -> None:
    """Raises: NotADealPartner."""
    row = await partners.organisation_with_roles(organisation_id)
    if not set(row["roles"]) - {"buyer", "supplier"}:
        raise NotADealPartner("Only partners register deals: apply for a programme first.")
    if verified and row["verification"] != "verified":
        raise NotADealPartner("Your file is being checked: the draft is kept until then.")


async def _checked(
    facts: DealFacts, organisation_id: UUID, *, named: UUID | None = None
) -> dict[str, Any]:
    """The values of `FIELDS`; `named` is the listing that the deal is about already.

    Raises: BadDomain, BadCustomerNumber, DealListingUnknown."""
    values = msgspec.structs.asdict(facts)
    values["customer_domain"] = normal_domain(facts.customer_domain)
    try:
        partners.check_numbers(
            siren=facts.customer_siren, siret=None, vat_number=facts.customer_vat
        )
    except partners.NumberWrong as wrong:
        raise _of_customer(wrong) from None
    if facts.listing_id not in (None, named) and not await fetch_value(
        "SELECT true FROM catalogue.listing l WHERE id = $1 AND status IN ('published', 'paused') "
        "AND catalogue.shown_to(l, $2, false)",
        facts.listing_id,
        organisation_id,
    ):
        raise DealListingUnknown("Choose a listing that is on sale.")
    return {name: values[name] for name in FIELDS}


def _of_customer(wrong: partners.NumberWrong) -> BadCustomerNumber:
    """The same, at the field of the form."""
    named = {"siren": "customer_siren", "vat_number": "customer_vat"}
    field = named.get(str(wrong.facts.get("field")), "customer_siren")
    message = "This number cannot be right"
    return BadCustomerNumber(wrong.detail, errors=[{"field": field, "message": message}])


async def protect(deal: asyncpg.Record, until: datetime, *, now: datetime) -> None:
    """Every key of the deal's customer is this deal's from `now` until `until`.

    PostgreSQL refuses it while another deal protects one of them, whoever looked before.
    """
    keys = customer_keys(deal["customer_siren"], deal["customer_vat"], deal["customer_domain"])
    await connection().executemany(
        "INSERT INTO deals.protection (deal_id, organisation_id, customer_key, product_scope, "
        "turn, during, granted_at) VALUES ($1, $2, $3, $4, 0, tstzrange($5, $6), $5)",
        [
            (deal["id"], deal["organisation_id"], key, deal["product_scope"], now, until)
            for key in keys
        ],
    )
