"""What is on sale follows from its partner's file, and comes back by itself."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from backend import catalogue, core, onboarding, orders, partners
from tests import given
from tests.given.orders import slug_of
from tests.given.partners import NOW, SYSTEM
from tests.onboarding.files import PDF, accept, agreement, organisation, sign

RESTRICTION: dict[str, Any] = {
    "kind": "restriction", "what": "x", "why": "x", "rule": "x", "actor": SYSTEM
}  # fmt: skip


async def seller() -> UUID:
    """A checked partner with a complete file."""
    made = await given.partner()
    await given.verified(made)
    return made


async def shown(listing: UUID) -> bool:
    """Whether every way into the store leads to it; none differs from the others."""
    slug = await slug_of(listing)
    ways = {
        any(one.id == listing for one in (await catalogue.find(catalogue.Wanted())).cards),
        bool(await catalogue.cards_of([listing])),
        bool(await catalogue.cards_at([slug])),
        slug in [address for address, _ in await catalogue.addresses(100)],
        any(row["id"] == listing for row in await catalogue.list_published(after=None, limit=100)),
        bool((await catalogue.find_sellers(catalogue.WantedPartners())).sellers),
        await found(slug),
    }
    assert len(ways) == 1, "one way shows what another does not"
    return ways.pop()


async def found(slug: str) -> bool:
    try:
        await catalogue.read_card(slug)
        await catalogue.read_published(slug)
    except catalogue.NoLongerSold:
        return False
    return True


async def expiring(acme: UUID, last_day: date) -> None:
    """Its extract holds through that day."""
    at = datetime.now(UTC)
    made = await onboarding.supply_evidence(
        acme,
        onboarding.Claim("register_extract", issued_on=at.date() - timedelta(days=9)),
        document=onboarding.Upload("extract.pdf", PDF),
        now=at,
        actor=SYSTEM,
    )
    await accept(made, until=last_day, now=datetime.now(UTC))


async def closes_at(acme: UUID) -> datetime | None:
    found: datetime | None = await core.fetch_value(
        "SELECT nullif(closes_at, 'infinity') FROM onboarding.shelf WHERE organisation_id = $1",
        acme,
    )
    return found


async def test_a_listing_leaves_the_store_with_the_mandate_and_comes_back_with_it(
    db: None,
) -> None:
    acme = await seller()
    listing = await given.listing(acme)
    assert await shown(listing)
    now = datetime.now(UTC)
    await onboarding.revoke_mandate(acme, reason=None, now=now, actor=SYSTEM)
    assert not await shown(listing)
    buyer = await given.buyer()
    with pytest.raises(catalogue.NoLongerSold):
        await orders.place_order(
            organisation_id=buyer, person_id=None, slug=await slug_of(listing), now=now,
            actor=SYSTEM,
        )  # fmt: skip
    await sign(acme, await agreement("self_billing", now), now=now + timedelta(seconds=1))
    assert await shown(listing)


async def test_it_leaves_the_store_when_evidence_expires_without_any_job(
    db: None, owner: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    acme = await seller()
    listing = await given.listing(acme)
    await expiring(acme, datetime.now(UTC).date() + timedelta(days=2))
    closes = await closes_at(acme)
    assert closes is not None and await shown(listing)
    assert (
        await core.fetch_value("SELECT onboarding.listing_bar($1, $2)", acme, closes)
        == "file_incomplete"
    )
    assert (
        await core.fetch_value(
            "SELECT onboarding.listing_bar($1, $2)", acme, closes - timedelta(seconds=1)
        )
        is None
    )
    await owner.execute(
        "UPDATE onboarding.shelf SET closes_at = now() WHERE organisation_id = $1", acme
    )
    assert not await shown(listing), "the clock of PostgreSQL closes it"


@pytest.mark.parametrize(
    ("scope", "hides"), [("listing", True), ("account", True), ("payout", False)]
)
async def test_a_restriction_of_selling_hides_it_until_it_is_lifted(
    db: None, scope: onboarding.rules.Scope, hides: bool
) -> None:
    acme = await seller()
    listing = await given.listing(acme)
    now = datetime.now(UTC)
    made = await onboarding.restrict_organisation(
        acme, scope=scope, notice_days=0, now=now, **RESTRICTION
    )
    assert await shown(listing) is not hides
    await onboarding.lift_restriction(made, why="x", now=datetime.now(UTC), actor=SYSTEM)
    assert await shown(listing)


async def test_a_restriction_with_notice_closes_the_shelf_on_its_day(db: None) -> None:
    acme = await seller()
    listing = await given.listing(acme)
    now = datetime.now(UTC)
    made = await onboarding.restrict_organisation(
        acme, scope="listing", notice_days=15, now=now, **RESTRICTION
    )
    (decision,) = await onboarding.decisions_of(acme)
    assert await shown(listing) and await closes_at(acme) == decision.starts_at
    await onboarding.lift_restriction(made, why="x", now=datetime.now(UTC), actor=SYSTEM)
    assert await closes_at(acme) != decision.starts_at


async def test_a_listing_is_not_approved_before_the_file_is_complete_and_says_what_is_missing(
    db: None,
) -> None:
    acme = await given.partner()
    await partners.mark_verified(acme, actor=SYSTEM)
    facts = catalogue.Facts(category="backup", summary_fr="Un clic.", summary_en="One click.")
    listing = await given.listing(acme, published=False)
    await catalogue.describe_listing(listing, facts, now=NOW, actor=SYSTEM)
    await catalogue.submit_listing(listing, now=NOW, actor=SYSTEM)
    revision = await core.fetch_value("SELECT revision FROM catalogue.listing")
    told: dict[str, Any] = {
        "revision": revision, "reason": "x", "now": NOW, "actor": SYSTEM, "base_url": "http://x"
    }  # fmt: skip
    with pytest.raises(onboarding.FileIncomplete, match="Register extract") as refused:
        await catalogue.approve_listing(listing, **told)
    assert "bank_holder" not in refused.value.facts["missing"], "the account may come later"
    await given.complete_file(acme)
    await onboarding.restrict_organisation(
        acme, scope="listing", notice_days=0, now=NOW, **RESTRICTION
    )
    with pytest.raises(onboarding.SellingRestricted):
        await catalogue.approve_listing(listing, **told)
    (decision,) = await onboarding.decisions_of(acme)
    await onboarding.lift_restriction(decision.id, why="x", now=NOW, actor=SYSTEM)
    await catalogue.approve_listing(listing, **told)
    assert await shown(listing)


async def test_a_paused_listing_is_not_resumed_while_something_is_missing(db: None) -> None:
    acme = await seller()
    listing = await given.listing(acme)
    now = datetime.now(UTC)
    await catalogue.pause_listing(listing, now=now, actor=SYSTEM)
    await onboarding.revoke_mandate(acme, reason=None, now=now, actor=SYSTEM)
    with pytest.raises(onboarding.FileIncomplete, match="Self-billing mandate"):
        await catalogue.resume_listing(listing, now=now, actor=SYSTEM)


async def test_an_imported_organisation_has_no_file_and_its_shelf_is_open(db: None) -> None:
    made = await partners.import_organisations(
        ["old"], vat_regime="fr_registered", now=NOW, actor=SYSTEM
    )
    await onboarding.check_selling(made["old"], NOW)
    assert await core.fetch_value("SELECT count(*) FROM onboarding.open_shelf") == 1
    await onboarding.restrict_organisation(
        made["old"], scope="listing", notice_days=0, now=NOW, **RESTRICTION
    )
    assert await core.fetch_value("SELECT count(*) FROM onboarding.open_shelf") == 0


async def test_a_role_more_asks_for_more(db: None) -> None:
    made = await organisation("buyer")
    assert await core.fetch_value("SELECT count(*) FROM onboarding.open_shelf") == 1
    await partners.add_role(made, "isv", actor=SYSTEM)
    assert await core.fetch_value("SELECT count(*) FROM onboarding.open_shelf") == 0
    await given.complete_file(made)
    assert await core.fetch_value("SELECT count(*) FROM onboarding.open_shelf") == 1


async def test_a_new_version_closes_the_shelf_once_its_notice_is_over(db: None) -> None:
    acme = await seller()
    begins = datetime.now(UTC) + timedelta(days=20)
    await onboarding.announce_agreement(
        "partner", text_fr="x", text_en="x", valid_from=begins, notice_days=15,
        now=datetime.now(UTC), actor=SYSTEM,
    )  # fmt: skip
    closes = await closes_at(acme)
    assert closes is not None
    assert timedelta(days=35) <= closes - datetime.now(UTC) <= timedelta(days=37)


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO onboarding.shelf SELECT id, 'infinity' FROM partners.organisation",
        "UPDATE onboarding.shelf SET closes_at = 'infinity'",
        "DELETE FROM onboarding.shelf",
    ],
)
async def test_nobody_writes_a_shelf_by_hand(db: None, sql: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await core.fetch(sql)


async def test_requirements_that_ended_open_the_shelf_by_the_daily_job(
    db: None, owner: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    acme = await seller()
    await owner.execute("DELETE FROM onboarding.shelf")
    await onboarding.renew_shelves(datetime.now(UTC))
    assert await core.fetch_value("SELECT count(*) FROM onboarding.open_shelf") == 1
    assert await closes_at(acme) is not None
