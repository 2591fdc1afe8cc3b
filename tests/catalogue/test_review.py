"""What is on sale was read by the office first, and its partner was told why or why not."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from backend import catalogue, core, identity, orders, partners
from backend.catalogue.rules import STEPS
from tests import clients, given
from tests.given.orders import slug_of

WHOLE = catalogue.Facts(category="backup", summary_fr="Un clic.", summary_en="One click.")
WHY = "Hébergé en France, et décrit dans les deux langues."
BASE = "https://store.example"


async def draft(organisation: UUID, facts: catalogue.Facts = WHOLE) -> UUID:
    listing = await given.listing(organisation, published=False)
    await catalogue.describe_listing(listing, facts, now=given.NOW, actor=given.SYSTEM)
    return listing


async def checked(name: str = "Acme Éditions") -> UUID:
    """A partner whose identity was checked."""
    organisation = await given.partner(name)
    await given.verified(organisation)
    return organisation


async def submitted(organisation: UUID) -> UUID:
    listing = await draft(organisation)
    await catalogue.submit_listing(listing, now=given.NOW, actor=given.SYSTEM)
    return listing


async def approve(listing: UUID, revision: int | None = None) -> None:
    known = await facts(listing)
    await catalogue.approve_listing(
        listing,
        revision=revision or known["revision"],
        reason=WHY,
        now=given.NOW,
        actor=given.SYSTEM,
        base_url=BASE,
    )


async def on_sale(organisation: UUID | None = None) -> UUID:
    listing = await submitted(organisation or await checked())
    await approve(listing)
    return listing


async def ask_change(listing: UUID, reason: str = "Dites où sont les données.") -> None:
    await catalogue.ask_change(
        listing, reason=reason, now=given.NOW, actor=given.SYSTEM, base_url=BASE
    )


async def withdraw(listing: UUID, reason: str = "Le service ne répond plus.") -> None:
    await catalogue.withdraw_listing(
        listing, reason=reason, now=given.NOW, actor=given.SYSTEM, base_url=BASE
    )


async def facts(listing: UUID) -> asyncpg.Record:
    row = await core.fetch_row("SELECT * FROM catalogue.listing WHERE id = $1", listing)
    assert row is not None
    return row


async def status(listing: UUID) -> str:
    found: str = (await facts(listing))["status"]
    return found


async def letters() -> list[asyncpg.Record]:
    return await core.fetch("SELECT * FROM mail.message ORDER BY id")


async def test_V_13_nothing_is_on_sale_before_the_office_approved_it_and_why_is_kept(
    db: None,
) -> None:
    listing = await draft(await checked())
    slug = await slug_of(listing)
    for step in (None, catalogue.submit_listing):
        if step is not None:
            await step(listing, now=given.NOW, actor=given.SYSTEM)
        with pytest.raises(catalogue.ListingUnknown):
            await catalogue.read_card(slug)
    await approve(listing)
    assert (await catalogue.read_card(slug)).id == listing
    rows = await core.fetch("SELECT verb, reason FROM catalogue.review ORDER BY id")
    assert [tuple(row) for row in rows] == [("submit", ""), ("approve", WHY)]


async def test_R_04_a_listing_is_accepted_or_refused_and_the_reasons_are_sent(db: None) -> None:
    acme = await checked()
    owner = await clients.person("owner", acme)
    await clients.person("finance", acme)
    listing = await submitted(acme)
    await ask_change(listing, "Dites où sont\n\nles données.")
    (letter,) = await letters()
    assert (letter["recipient"], letter["language"]) == (owner, "fr"), "who manages listings"
    assert letter["subject"] == "À modifier\u00a0: Sauvegarde Sereine"
    for words in ("Dites où sont\n\nles données.", f"{BASE}/portal/listings?listing={listing}"):
        assert words in letter["body_text"]
    await catalogue.submit_listing(listing, now=given.NOW, actor=given.SYSTEM)
    await approve(listing)
    await withdraw(listing)
    told = [(one["subject"], one["body_text"]) for one in await letters()][1:]
    assert told[0][0] == "En vente\u00a0: Sauvegarde Sereine" and WHY in told[0][1]
    assert told[1][0] == "Retrait de la vente\u00a0: Sauvegarde Sereine"
    assert "Le service ne répond plus." in told[1][1]


async def test_a_partner_without_people_is_told_at_its_own_address_in_its_language(
    db: None,
) -> None:
    acme = await partners.create_organisation(
        reference="acme", name="Acme", country="FR", segment="pme", roles=["isv"],
        email="hello@acme.example", language="en", now=given.NOW, actor=given.SYSTEM,
    )  # fmt: skip
    await given.verified(acme)
    await on_sale(acme)
    (letter,) = await letters()
    assert (letter["recipient"], letter["subject"]) == (
        "hello@acme.example",
        "On sale: Sauvegarde Sereine",
    )


async def test_nobody_who_left_or_proved_no_mailbox_is_written_to(db: None) -> None:
    acme = await checked()
    for verified in (True, False):
        person = await identity.create_person(
            email=f"{verified}@acme.example", name="x", password=None, now=given.NOW,
            actor=given.SYSTEM, verified=verified,
        )  # fmt: skip
        told: dict[str, Any] = {"organisation_id": acme, "role": "member"}
        await identity.add_membership(person, **told, now=given.NOW, actor=given.SYSTEM)
        if verified:
            await identity.end_membership(person, **told, now=given.NOW, actor=given.SYSTEM)
    await on_sale(acme)
    assert [one["recipient"] for one in await letters()] == ["finance@acme.example"]


async def test_what_is_missing_is_said_field_by_field_before_anybody_reads(db: None) -> None:
    listing = await draft(await checked(), catalogue.Facts(summary_fr="Un clic."))
    with pytest.raises(catalogue.ListingIncomplete) as refused:
        await catalogue.submit_listing(listing, now=given.NOW, actor=given.SYSTEM)
    assert refused.value.facts["missing"] == ["category", "summary_en"]
    assert await status(listing) == "draft"


async def test_the_listing_of_a_partner_that_nobody_checked_waits(db: None) -> None:
    acme = await given.partner()
    listing = await submitted(acme)
    with pytest.raises(catalogue.PartnerUnverified, match="Acme Éditions"):
        await approve(listing)
    await given.verified(acme)
    await approve(listing)
    assert await status(listing) == "published"


async def test_what_was_not_read_is_not_approved(db: None) -> None:
    """Taken back, changed and submitted again while the office has it open."""
    listing = await submitted(await checked())
    read = (await facts(listing))["revision"]
    await catalogue.take_back_listing(listing, now=given.NOW, actor=given.SYSTEM)
    with pytest.raises(catalogue.StepRefused) as gone:
        await approve(listing, read)
    assert gone.value.facts == {"status": "draft"}
    await catalogue.describe_listing(
        listing,
        catalogue.Facts(category="ai", summary_fr="Autre.", summary_en="Other."),
        now=given.NOW,
        actor=given.SYSTEM,
    )
    await catalogue.submit_listing(listing, now=given.NOW, actor=given.SYSTEM)
    with pytest.raises(catalogue.ListingChanged):
        await approve(listing, read)
    await approve(listing)


async def test_of_two_steps_at_once_one_is_taken(db: None) -> None:
    for _ in range(5):
        listing = await submitted(await checked())
        ended = await asyncio.gather(
            approve(listing),
            catalogue.take_back_listing(listing, now=given.NOW, actor=given.SYSTEM),
            ask_change(listing),
            return_exceptions=True,
        )
        refused = [one for one in ended if one is not None]
        assert [type(one) for one in refused] == [catalogue.StepRefused] * 2
        verbs = await core.fetch("SELECT verb FROM catalogue.review WHERE listing_id = $1", listing)
        assert len(verbs) == 2, "submitted, and one step more"


async def test_a_paused_listing_comes_back_as_it_was_read_and_else_is_read_again(
    db: None,
) -> None:
    listing = await on_sale()
    slug = await slug_of(listing)
    step: dict[str, Any] = {"now": given.NOW, "actor": given.SYSTEM}
    await catalogue.pause_listing(listing, **step)
    with pytest.raises(catalogue.NoLongerSold):
        await catalogue.read_card(slug)
    await catalogue.resume_listing(listing, **step)
    assert (await catalogue.read_card(slug)).id == listing
    await catalogue.pause_listing(listing, **step)
    await catalogue.describe_listing(
        listing, catalogue.Facts(category="ai", summary_fr="A", summary_en="B"), **step
    )
    with pytest.raises(catalogue.ListingChanged):
        await catalogue.resume_listing(listing, **step)
    await catalogue.submit_listing(listing, **step)
    await approve(listing)
    assert (await catalogue.read_card(slug)).summary["fr"] == "A"


async def test_what_was_withdrawn_is_ordered_no_more_and_orders_placed_stay(db: None) -> None:
    listing = await on_sale()
    slug = await slug_of(listing)

    async def order() -> orders.Order:
        return await orders.place_order(
            organisation_id=await given.buyer(), person_id=None, slug=slug,
            now=given.NOW, actor=given.SYSTEM,
        )  # fmt: skip

    placed = await order()
    await withdraw(listing)
    with pytest.raises(catalogue.ListingUnknown):
        await order()
    assert (await orders.read_order(placed.id)).state == "placed"
    await catalogue.submit_listing(listing, now=given.NOW, actor=given.SYSTEM)
    assert await status(listing) == "submitted", "mended, it is read anew"


Act = Callable[[UUID], Awaitable[None]]
ACTS: dict[str, Act] = {
    "submit": lambda one: catalogue.submit_listing(one, now=given.NOW, actor=given.SYSTEM),
    "take_back": lambda one: catalogue.take_back_listing(one, now=given.NOW, actor=given.SYSTEM),
    "pause": lambda one: catalogue.pause_listing(one, now=given.NOW, actor=given.SYSTEM),
    "resume": lambda one: catalogue.resume_listing(one, now=given.NOW, actor=given.SYSTEM),
    "approve": approve,
    "ask_change": ask_change,
    "withdraw": withdraw,
}
WAYS: dict[str, list[str]] = {
    "draft": [],
    "submitted": ["submit"],
    "action_required": ["submit", "ask_change"],
    "published": ["submit", "approve"],
    "paused": ["submit", "approve", "pause"],
    "withdrawn": ["submit", "approve", "withdraw"],
}


@pytest.mark.parametrize("verb", ACTS)
@pytest.mark.parametrize("begun", WAYS)
async def test_each_step_is_taken_from_where_it_leads_and_from_nowhere_else(
    db: None, begun: str, verb: str
) -> None:
    listing = await draft(await checked())
    for way in WAYS[begun]:
        await ACTS[way](listing)
    known: Any = (begun, verb)
    if known in STEPS:
        await ACTS[verb](listing)
        assert await status(listing) == STEPS[known]
    else:
        with pytest.raises(catalogue.StepRefused):
            await ACTS[verb](listing)
        assert await status(listing) == begun
