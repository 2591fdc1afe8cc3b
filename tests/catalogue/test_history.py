"""What a listing said while it was on sale stays written down, whatever it says now."""

from typing import Any

import asyncpg
import pytest

from backend import catalogue, core
from backend.core import Money
from tests import clients, given
from tests.catalogue.test_review import WHOLE, approve, checked, letters, on_sale
from tests.given.orders import slug_of

BAIT = catalogue.Facts(
    category="backup", summary_fr="Payez ailleurs : evil.example", summary_en="Pay at evil.example"
)


async def test_a_change_of_what_is_on_sale_is_live_and_waits_to_be_read(db: None) -> None:
    acme = await checked()
    listing = await on_sale(acme)
    await catalogue.change_price(listing, Money(1, "EUR"), actor=given.SYSTEM)
    assert (await catalogue.list_listings(None, after=None, limit=9, status="changed")) == []
    told = catalogue.Facts(category="backup", summary_fr="Deux clics.", summary_en="One click.")
    await catalogue.describe_listing(listing, told, now=given.NOW, actor=given.SYSTEM)
    assert (await catalogue.read_card(await slug_of(listing))).summary["fr"] == "Deux clics."
    async with await clients.signed_in("auditor") as office:
        (found,) = (await office.get("/api/office/listings?status=changed")).json()["items"]
        shown = (await office.get(f"/api/office/listings/{listing}")).json()
    assert (found["id"], found["changed_since_review"]) == (str(listing), True)
    words, price = shown["changes"]
    assert words == {"field": "summary_fr", "before": "Un clic.", "after": "Deux clics."}
    assert (price["field"], price["after"]) == ("price", {"amount_minor": 1, "currency": "EUR"})
    await approve(listing)
    assert (await catalogue.list_listings(None, after=None, limit=9, status="changed")) == []
    assert len(await letters()) == 1, "nothing was decided that the partner has to know"


async def test_what_is_changed_and_changed_back_is_read_in_the_history(db: None) -> None:
    """Bait and switch: what a buyer could read for a minute, the office reads afterwards."""
    acme = await checked()
    listing = await on_sale(acme)
    step: dict[str, Any] = {"now": given.NOW, "actor": given.SYSTEM, "organisation_id": acme}
    await catalogue.describe_listing(listing, BAIT, **step)
    await catalogue.describe_listing(listing, WHOLE, **step)
    async with (
        await clients.signed_in("partner_manager") as office,
        await clients.signed_in("owner", acme) as owner,
    ):
        shown = (await office.get(f"/api/office/listings/{listing}")).json()
        own = (await owner.get(f"/api/portal/listings/{listing}")).json()
    assert (shown["changed_since_review"], shown["changes"]) == (True, [])
    back, bait, approved, _ = shown["steps"]
    assert [back["verb"], bait["verb"], approved["verb"]] == ["describe", "describe", "approve"]
    assert [one["verb"] for one in own["steps"]] == ["describe", "describe", "approve", "submit"]
    told = {"field": "summary_en", "before": "One click.", "after": "Pay at evil.example"}
    assert told in bait["changes"]
    assert {**told, "before": told["after"], "after": told["before"]} in back["changes"]
    assert approved["changes"] == []


async def test_a_draft_keeps_no_history_of_its_words(db: None) -> None:
    listing = await given.listing(await checked(), published=False)
    await catalogue.describe_listing(listing, WHOLE, now=given.NOW, actor=given.SYSTEM)
    assert await core.fetch_value("SELECT count(*) FROM catalogue.review") == 0


async def test_postgresql_lets_no_word_on_sale_that_the_history_does_not_hold(db: None) -> None:
    acme = await checked()
    listing = await on_sale(acme)
    change = "UPDATE catalogue.listing SET summary_fr = 'Autre' WHERE id = $1"
    with core.acting_for(acme):
        with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError, match="history first"):
            await core.fetch(change, listing)
        await core.fetch(
            "INSERT INTO catalogue.review (listing_id, organisation_id, verb, revision, said, "
            "actor, at) SELECT listing_id, organisation_id, 'describe', revision + 1, said, 'x', "
            "now() FROM catalogue.review WHERE verb = 'approve'"
        )
        with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError, match="history first"):
            await core.fetch(change, listing)
