"""Featured places: chosen among the eligible, for days, with a reason that everybody reads."""

import ast
import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from backend import catalogue, core, programmes
from backend.catalogue import letters_featured
from backend.core import fetch, fetch_value
from backend.mail import translator
from tests import clients, given
from tests.given.partners import NOW, SYSTEM

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)


async def member(name: str = "Acme Éditions", programme: str = "business_model") -> UUID:
    made = await given.partner(name)
    await given.verified(made)
    await programmes.enter(
        made, programme, reason="Aligned billing.", now=NOW - 9 * DAY, actor=SYSTEM
    )
    return made


async def feature(listing: UUID, **changes: Any) -> UUID:
    told: dict[str, Any] = {
        "slot": "home_1", "starts_on": TODAY, "ends_on": TODAY + 13 * DAY,
        "criterion": "sovereign", "reason_fr": "Données en France.",
        "reason_en": "Data in France.", "now": NOW, "actor": SYSTEM, **changes,
    }  # fmt: skip
    return await catalogue.feature_listing(told.pop("slot"), listing, **told)


async def shown(day: date, page: Any = "home") -> list[str]:
    return [each.card.name for each in await catalogue.featured_on(page, day)]


async def test_R_10_a_featured_place_has_dates_a_reason_and_expires_by_itself(db: None) -> None:
    listing = await given.listing(await member(), name="Coffre")
    place = await feature(listing, starts_on=TODAY + DAY)
    assert await shown(TODAY) == []
    assert await shown(TODAY + DAY) == await shown(TODAY + 13 * DAY) == ["Coffre"]
    assert await shown(TODAY + 14 * DAY) == []
    [featured] = await catalogue.featured_on("home", TODAY + DAY)
    assert featured.reason("fr") == "Données en France."
    [letter] = await fetch(
        "SELECT subject, body_text FROM mail.message WHERE kind = 'listing_featured'"
    )
    assert "Coffre" in letter["subject"] and "24/11/2026" in letter["body_text"]
    await catalogue.end_place(place, reason="It left the store.", now=NOW + 3 * DAY, actor=SYSTEM)
    assert await shown(TODAY + 2 * DAY) == ["Coffre"]
    assert await shown(TODAY + 3 * DAY) == []
    with pytest.raises(catalogue.PlaceOver):
        await catalogue.end_place(place, reason="x", now=NOW + 3 * DAY, actor=SYSTEM)


async def test_a_place_ends_with_the_level_that_gave_it(db: None) -> None:
    partner = await member()
    await feature(await given.listing(partner, name="Coffre"))
    await programmes.leave(
        partner, "business_model", reason="It ends.", now=NOW + 2 * DAY, actor=SYSTEM
    )
    assert await shown(TODAY + DAY) == ["Coffre"]
    assert await shown(TODAY + 2 * DAY) == await shown(TODAY + 3 * DAY) == []


async def test_no_two_stand_in_one_place_whoever_asks_at_once(db: None) -> None:
    one = await given.listing(await member("Un"), name="Un")
    two = await given.listing(await member("Deux"), name="Deux")
    answers = await asyncio.gather(feature(one), feature(two), return_exceptions=True)
    assert sorted(type(each).__name__ for each in answers) == ["PlaceTaken", "UUID"]
    [place] = [each for each in answers if isinstance(each, UUID)]
    with pytest.raises(catalogue.PlaceTaken, match="Another one"):
        await feature(one, starts_on=TODAY + 13 * DAY, ends_on=TODAY + 20 * DAY)
    await catalogue.end_place(place, reason="Swapped.", now=NOW, actor=SYSTEM)
    await feature(one)
    assert await shown(TODAY) == ["Un"]


async def test_a_partner_has_one_place_of_a_page_at_a_time(db: None) -> None:
    editor = await member()
    first, second = await given.listing(editor), await given.listing(editor, name="Autre")
    await feature(first)
    with pytest.raises(catalogue.PlaceTaken, match="Its partner"):
        await feature(second, slot="home_2")
    await feature(second, slot="directory_1")
    assert await shown(TODAY, "directory") == ["Autre"]


async def test_only_the_eligible_are_featured(db: None) -> None:
    outsider = await given.partner("Dehors")
    await given.verified(outsider)
    technical = await given.partner("Technique")
    on_sale = await given.listing(technical)  # Later its checklist is a gate.
    await programmes.enter(technical, "technical", reason="It fits.", now=NOW, actor=given.SYSTEM)
    draft = await given.listing(await member("Brouillon"), published=False)
    for listing in (await given.listing(outsider), on_sale, draft):
        with pytest.raises(catalogue.NotEligibleHere):
            await feature(listing)
    eligible = await given.listing(await member("Choisi", "software_editor"), name="Choisi")
    assert [each.listing_id for each in await catalogue.eligible_listings(NOW)] == [eligible]
    for changes in (
        {"starts_on": TODAY - DAY},
        {"ends_on": TODAY - DAY},
        {"ends_on": TODAY + 92 * DAY},
        {"starts_on": date(9999, 10, 31), "ends_on": date(9999, 12, 31)},
        {"slot": "moon_1"},
    ):
        with pytest.raises(catalogue.BadPlace):
            await feature(eligible, **changes)


async def test_what_is_not_on_sale_any_more_is_not_shown(db: None) -> None:
    listing = await given.listing(await member())
    await feature(listing)
    await catalogue.pause_listing(listing, now=NOW, actor=SYSTEM)
    assert await shown(TODAY) == []


async def test_a_partner_sees_its_own_dates_and_changes_none(db: None) -> None:
    mine, other = await member("Un"), await member("Deux")
    place = await feature(await given.listing(mine))
    await feature(await given.listing(other), slot="home_2")
    with core.acting_for(mine):
        assert [each.id for each in await catalogue.list_places()] == [place]
        changed = "UPDATE catalogue.featured_place SET ended_on = starts_on RETURNING 1"
        assert await fetch(changed) == []
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await fetch(
                "INSERT INTO catalogue.featured_place (slot, page, listing_id, organisation_id, "
                "starts_on, ends_on, criterion, reason_fr, reason_en, actor, recorded_at) "
                "SELECT 'home_3', 'home', listing_id, organisation_id, starts_on, ends_on, "
                "'need', 'x', 'x', 'x', recorded_at FROM catalogue.featured_place"
            )


async def test_featured_places_over_http_and_in_the_store(db: None) -> None:
    editor = await member()
    listing = await given.listing(editor, name="Coffre")
    today = datetime.now(UTC).astimezone(core.PARIS).date()
    body = {
        "slot": "home_1", "listing_id": str(listing), "starts_on": str(today),
        "ends_on": str(today + 6 * DAY), "criterion": "sovereign",
        "reason_fr": "Données en <b>France</b>.", "reason_en": "Data in France.",
    }  # fmt: skip
    async with (
        await clients.signed_in("partner_manager") as office,
        await clients.signed_in("owner", editor) as theirs,
        clients.visitor() as anybody,
    ):
        eligible = (await office.get("/api/office/featured-places/eligible")).json()
        assert [each["listing_name"] for each in eligible["items"]] == ["Coffre"]
        made = await office.post("/api/office/featured-places", json=body)
        assert made.status_code == 201, made.text
        await office.post("/api/office/featured-places", json={**body, "slot": "directory_1"})
        calendar = (await office.get(f"/api/office/featured-places?first={today}")).json()
        assert len(calendar["slots"]) == 5 and len(calendar["items"]) == 2
        mine = (await theirs.get("/api/portal/featured-places")).json()["items"]
        assert [each["is_shown"] for each in mine] == [True, True]
        home = (await anybody.get("/fr")).text
        assert "Données en &lt;b&gt;France&lt;/b&gt;." in home and "/fr/featured" in home
        assert "Data in France." in (await anybody.get("/en/partners")).text
        why = (await anybody.get("/en/featured")).text
        assert "cannot be bought" in why
        ended = await office.post(
            f"/api/office/featured-places/{made.json()['id']}/end", json={"reason": "Swapped."}
        )
        assert ended.json()["is_shown"] is False
        assert "Données en" not in (await anybody.get("/fr")).text
    assert await fetch_value("SELECT count(*) FROM catalogue.featured_place") == 2


async def test_the_technical_programme_is_a_public_page(db: None) -> None:
    async with clients.visitor() as anybody:
        for lang, said in (("fr", "Nécessaire de migration"), ("en", "Migration kit")):
            page = await anybody.get(f"/{lang}/technical-programme")
            assert page.status_code == 200 and said in page.text
            assert 'id="sandbox"' in page.text and 'id="migration"' in page.text


def test_every_word_of_a_letter_is_known_in_french() -> None:
    tree = ast.parse(Path(letters_featured.__file__).read_text())
    said = [
        ast.literal_eval(node.args[0])
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_"
    ]
    assert len(said) > 5
    assert [text for text in said if translator("fr")(text) == text] == []
