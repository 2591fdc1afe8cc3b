"""Deals: registered, read, protected, moved on; what PostgreSQL refuses whoever asks."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from backend import catalogue, core, deals, network, partners
from backend.core import uuid7
from backend.deals.queries import conflicts_of
from backend.deals.rules import DealListingUnknown, PublicMailDomain
from backend.deals.rules_close import CloseDayPast
from tests import given as world
from tests.given import deals as given
from tests.given.partners import NOW, SYSTEM

DAY = timedelta(days=1)


async def state(deal_id: UUID) -> tuple[str, str, int]:
    row = await core.fetch_row("SELECT * FROM deals.deal WHERE id = $1", deal_id)
    assert row is not None
    return row["review"], row["stage"], row["revision"]


async def verbs(deal_id: UUID) -> list[str]:
    rows = await core.fetch("SELECT verb FROM deals.event WHERE deal_id = $1 ORDER BY id", deal_id)
    return [row["verb"] for row in rows]


async def letters(kind: str) -> list[str]:
    rows = await core.fetch("SELECT recipient FROM mail.message WHERE kind = $1", kind)
    return [row["recipient"] for row in rows]


async def test_an_approved_deal_protects_its_customer_for_ninety_days(db: None) -> None:
    integra = await given.integrator()
    deal_id = await given.approved(integra)
    assert await state(deal_id) == ("approved", "prospect", 3)
    assert await verbs(deal_id) == ["draft", "submit", "approve"]
    row = await deals.read_deal(deal_id, integra)
    assert row["protected_until"] == NOW + 90 * DAY
    keys = await core.fetch("SELECT customer_key FROM deals.protection")
    assert [one["customer_key"] for one in keys] == [f"siren:{given.SIRENS[0]}"]
    assert await letters("deal_approved") == ["contact@integra.example"]


async def test_a_deal_needs_who_what_and_how_much_before_it_is_submitted(db: None) -> None:
    integra = await given.integrator()
    bare = given.plan(customer_siren=None, contact_name="", environment=None, amount_minor=0)
    deal_id = await deals.create_deal(integra, bare, now=NOW, actor=SYSTEM)
    with pytest.raises(deals.DealIncomplete) as refused:
        await deals.submit_deal(deal_id, revision=1, organisation_id=integra, now=NOW, actor=SYSTEM)
    assert refused.value.facts["missing"] == [
        "customer_siren", "contact_name", "environment", "amount_minor"
    ]  # fmt: skip


async def test_a_deal_is_expected_to_be_signed_today_or_later(db: None) -> None:
    integra = await given.integrator()
    today = NOW.date()
    late = given.plan(target_close_on=today - DAY)
    deal_id = await deals.create_deal(integra, late, now=NOW, actor=SYSTEM)
    told: dict[str, Any] = {"organisation_id": integra, "now": NOW, "actor": SYSTEM}
    with pytest.raises(CloseDayPast, match=f"choose {today} or later"):
        await deals.submit_deal(deal_id, revision=1, **told)
    await deals.change_deal(deal_id, given.plan(target_close_on=today), revision=1, **told)
    await deals.submit_deal(deal_id, revision=2, **told)


async def test_nobody_names_a_listing_that_is_not_offered_to_them(db: None) -> None:
    listing = await world.listing(await world.partner())
    await catalogue.offer_to(listing, ["public_body"], now=NOW, actor=SYSTEM)
    with pytest.raises(DealListingUnknown):
        await deals.create_deal(
            await given.integrator(), given.plan(listing_id=listing), now=NOW, actor=SYSTEM
        )


async def test_a_deal_whose_listing_is_sold_to_fewer_by_now_still_changes_its_other_fields(
    db: None,
) -> None:
    listing = await world.listing(await world.partner())
    integra = await given.integrator()
    step: dict[str, Any] = {"now": NOW, "actor": SYSTEM}
    deal_id = await deals.create_deal(integra, given.plan(listing_id=listing), **step)
    await catalogue.offer_to(listing, ["public_body"], **step)
    told: dict[str, Any] = {"organisation_id": integra, **step}
    more = given.plan(listing_id=listing, amount_minor=77)
    await deals.change_deal(deal_id, more, revision=1, **told)
    other = await world.listing(await world.partner())
    await catalogue.offer_to(other, ["public_body"], **step)
    with pytest.raises(DealListingUnknown):
        await deals.change_deal(deal_id, given.plan(listing_id=other), revision=2, **told)


async def test_nothing_is_changed_while_the_office_reads(db: None) -> None:
    integra = await given.integrator()
    deal_id = await given.submitted(integra)
    with pytest.raises(deals.DealLocked, match="amount_minor"):
        await deals.change_deal(
            deal_id, given.plan(amount_minor=9), revision=2, organisation_id=integra, now=NOW,
            actor=SYSTEM,
        )  # fmt: skip
    with pytest.raises(asyncpg.PostgresError, match="cannot be changed"):
        await core.fetch("UPDATE deals.deal SET amount_minor = 9 WHERE id = $1", deal_id)
    await deals.take_up_deal(deal_id, revision=2, now=NOW, actor=SYSTEM)
    with pytest.raises(deals.DealStepRefused):
        await deals.take_back_deal(deal_id, organisation_id=integra, now=NOW, actor=SYSTEM)


async def test_only_what_was_asked_for_is_changed_then(db: None) -> None:
    integra = await given.integrator()
    deal_id = await given.submitted(integra)
    await deals.ask_of_deal(
        deal_id, ["plan", "amount_minor"], reason="Combien de serveurs ?", revision=2, now=NOW,
        actor=SYSTEM,
    )  # fmt: skip
    other_name = given.plan(customer_name="Autre", plan="120 serveurs")
    with pytest.raises(deals.DealLocked, match="customer_name"):
        await deals.change_deal(
            deal_id, other_name, revision=3, organisation_id=integra, now=NOW, actor=SYSTEM
        )
    with pytest.raises(asyncpg.PostgresError, match="customer_name"):
        await core.fetch("UPDATE deals.deal SET customer_name = 'x' WHERE id = $1", deal_id)
    await deals.change_deal(
        deal_id, given.plan(plan="120 serveurs"), revision=3, organisation_id=integra, now=NOW,
        actor=SYSTEM,
    )  # fmt: skip
    await deals.submit_deal(deal_id, revision=4, organisation_id=integra, now=NOW, actor=SYSTEM)
    assert (await state(deal_id))[0] == "submitted"
    assert await letters("deal_asked") == ["contact@integra.example"]


async def test_who_read_an_older_deal_decides_nothing(db: None) -> None:
    integra = await given.integrator()
    deal_id = await given.submitted(integra)
    with pytest.raises(deals.DealChanged):
        await deals.approve_deal(deal_id, reason="", revision=1, now=NOW, actor=SYSTEM)


async def test_a_rejection_says_why_and_by_which_rule(db: None) -> None:
    integra = await given.integrator()
    deal_id = await given.submitted(integra)
    await deals.reject_deal(
        deal_id, reason="Déjà client", rule="Affaires, 2", revision=2, now=NOW, actor=SYSTEM
    )
    text = await core.fetch_value("SELECT body_text FROM mail.message WHERE kind = 'deal_rejected'")
    for words in ("Déjà client", "Affaires, 2", "une autre personne"):
        assert words in " ".join(text.split())
    with pytest.raises(asyncpg.PostgresError, match="does not go"):
        await core.fetch("UPDATE deals.deal SET review = 'approved' WHERE id = $1", deal_id)


@pytest.mark.parametrize(
    "rival",
    [
        {"customer_siren": given.SIRENS[0]},
        {"customer_siren": None, "customer_vat": "FR96552100554"},
    ],
)
async def test_no_two_partners_have_one_customer_and_product(
    db: None, rival: dict[str, Any]
) -> None:
    """The VAT number of a French company meets its SIREN."""
    await given.approved(await given.integrator())
    second = await given.submitted(await given.integrator("Rivale"), **rival)
    with pytest.raises(deals.CustomerProtected):
        await deals.approve_deal(second, reason="", revision=2, now=NOW + DAY, actor=SYSTEM)
    assert (await state(second))[0] == "submitted"
    # Once the first protection is over, the customer is free.
    await deals.approve_deal(second, reason="", revision=2, now=NOW + 90 * DAY, actor=SYSTEM)


async def test_another_product_of_the_same_customer_is_another_deal(db: None) -> None:
    listing = await world.listing(await world.partner())
    await given.approved(await given.integrator())
    other = await given.approved(await given.integrator("Rivale"), listing_id=listing)
    assert (await state(other))[0] == "approved"


async def test_two_approvals_at_once_protect_one(db: None) -> None:
    rivals = [await given.submitted(await given.integrator(f"R{n}")) for n in range(4)]
    done = await asyncio.gather(
        *(deals.approve_deal(one, reason="", revision=2, now=NOW, actor=SYSTEM) for one in rivals),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in done) == ["CustomerProtected"] * 3 + ["NoneType"]
    assert await core.fetch_value("SELECT count(*) FROM deals.protection") == 1


async def test_postgresql_refuses_two_protections_whoever_writes_them(db: None) -> None:
    integra, rival = await given.integrator(), await given.integrator("Rivale")
    await given.approved(integra)
    other = await given.submitted(rival)
    with pytest.raises(asyncpg.ExclusionViolationError):
        await core.fetch(
            "INSERT INTO deals.protection VALUES ($1, $2, $3, 'infrastructure', 0, "
            "tstzrange($4, $5), $4)",
            other, rival, f"siren:{given.SIRENS[0]}", NOW + 10 * DAY, NOW + 20 * DAY,
        )  # fmt: skip


async def test_a_protection_is_renewed_once(db: None) -> None:
    integra = await given.integrator()
    deal_id = await given.approved(integra)
    renewing: dict[str, Any] = {
        "reason": "Appel d’offres en mars",
        "organisation_id": integra,
        "actor": SYSTEM,
    }
    await deals.renew_deal(deal_id, now=NOW + 80 * DAY, **renewing)
    row = await deals.read_deal(deal_id, integra)
    assert row["protected_until"] == NOW + 180 * DAY
    with pytest.raises(deals.NotRenewable):
        await deals.renew_deal(deal_id, now=NOW + 81 * DAY, **renewing)
    late = await given.approved(await given.integrator("B"), customer_siren=given.SIRENS[1])
    with pytest.raises(deals.NotRenewable):
        await deals.renew_deal(
            late, reason="x", organisation_id=(await deals.read_deal(late))["organisation_id"],
            now=NOW + 90 * DAY, actor=SYSTEM,
        )  # fmt: skip


async def test_a_lost_deal_protects_nobody_any_more(db: None) -> None:
    integra = await given.integrator()
    deal_id = await given.approved(integra)
    await deals.renew_deal(
        deal_id, reason="x", organisation_id=integra, now=NOW + DAY, actor=SYSTEM
    )
    moving: dict[str, Any] = {"organisation_id": integra, "actor": SYSTEM, "now": NOW + 2 * DAY}
    with pytest.raises(deals.DealStepRefused):
        await deals.move_deal(deal_id, "closed_lost", **moving)
    await deals.move_deal(deal_id, "qualified", **moving)
    await deals.move_deal(deal_id, "closed_lost", because="price", reason="Trop cher", **moving)
    with pytest.raises(deals.DealStepRefused):
        await deals.move_deal(deal_id, "prospect", **moving)
    second = await given.submitted(await given.integrator("Rivale"))
    await deals.approve_deal(second, reason="", revision=2, now=NOW + 2 * DAY, actor=SYSTEM)


async def test_the_history_of_a_deal_never_changes(db: None) -> None:
    deal_id = await given.submitted(await given.integrator())
    for statement in (
        "UPDATE deals.event SET reason = 'x'", "DELETE FROM deals.event", "DELETE FROM deals.deal",
    ):  # fmt: skip
        with pytest.raises(asyncpg.PostgresError):
            await core.fetch(statement)
    assert await verbs(deal_id) == ["draft", "submit"]


async def test_the_partner_learns_that_something_meets_its_deal_and_no_more(db: None) -> None:
    await given.approved(await given.integrator())
    rival = await given.integrator("Rivale")
    deal_id = await given.submitted(rival, customer_name="DETAIL-OUEST s.a.s.")
    assert (await deals.read_deal(deal_id, rival))["has_conflict"] is True
    free = await given.submitted(rival, customer_siren=given.SIRENS[1], customer_name="Autre")
    assert (await deals.read_deal(free, rival))["has_conflict"] is False


async def test_the_office_sees_what_a_deal_meets(db: None) -> None:
    await given.approved(await given.integrator())
    await partners.create_organisation(
        reference="direct", name="Détail Ouest", country="FR", segment="eti", roles=["buyer"],
        siren=given.SIRENS[0], now=NOW, actor=SYSTEM,
    )  # fmt: skip
    rival = await given.integrator("Rivale")
    deal_id = await given.submitted(rival, customer_domain="https://www.Ouest.example/x")
    by_name = await given.submitted(
        await given.integrator("Tierce"), customer_name="détail ouest", customer_siren=None,
        customer_domain="ailleurs.example",
    )  # fmt: skip
    met = await conflicts_of(deal_id, NOW)
    assert [(one.kind, one.matched, one.blocks) for one in met] == [
        ("protected", "siren", True), ("registered", "name", False), ("customer", "siren", True),
    ]  # fmt: skip
    assert met[1].id == by_name
    assert (await deals.read_deal(deal_id, rival))["customer_domain"] == "ouest.example"


async def test_the_end_of_a_protection_is_told_before_and_after_once(db: None) -> None:
    integra = await given.integrator()
    deal_id = await given.approved(integra)
    for days in (70, 77, 78, 89):
        await deals.carry_on(NOW + days * DAY)
    assert await letters("deal_ends_soon") == ["contact@integra.example"]
    for _ in range(2):
        await deals.carry_on(NOW + 90 * DAY)
    assert await letters("deal_expired") == ["contact@integra.example"]
    assert await verbs(deal_id) == ["draft", "submit", "approve", "warn", "expire"]


async def test_a_renewed_protection_is_warned_of_again(db: None) -> None:
    integra = await given.integrator()
    deal_id = await given.approved(integra)
    await deals.carry_on(NOW + 80 * DAY)
    await deals.renew_deal(
        deal_id, reason="x", organisation_id=integra, now=NOW + 81 * DAY, actor=SYSTEM
    )
    await deals.carry_on(NOW + 100 * DAY)
    await deals.carry_on(NOW + 170 * DAY)
    assert (await verbs(deal_id)).count("warn") == 2


async def test_an_accepted_deal_is_evidence_while_it_protects(db: None) -> None:
    customer = await partners.create_organisation(
        reference="client", name="Client", country="FR", segment="eti", roles=["buyer"],
        siren=given.SIRENS[0], now=NOW, actor=SYSTEM,
    )  # fmt: skip
    integra = await given.integrator()
    deal_id = await given.approved(integra, customer_siren=None, customer_vat="FR96552100554")
    for at, found in ((NOW - DAY, None), (NOW, integra), (NOW + 90 * DAY, None)):
        evidence = await deals.evidence_for(customer, at)
        assert (None if evidence is None else evidence.organisation_id) == found
    evidence = await deals.evidence_for(customer, NOW)
    assert evidence is not None
    assert (evidence.deal_id, evidence.product_scope) == (deal_id, "infrastructure")
    assert await deals.evidence_for(customer, NOW, listing_id=uuid7()) is None


async def test_a_deadline_that_changes_touches_no_protection_that_runs(db: None) -> None:
    await deals.announce_deal_setting(
        "protection_days", 30, valid_from=NOW + DAY, note="", now=NOW, actor=SYSTEM
    )
    integra = await given.integrator()
    first = await given.approved(integra)
    second = await given.approved(integra, now=NOW + 2 * DAY, customer_siren=given.SIRENS[1])
    assert (await deals.read_deal(first))["protected_until"] == NOW + 90 * DAY
    assert (await deals.read_deal(second))["protected_until"] == NOW + 32 * DAY


async def test_D_11_a_customer_is_seen_by_its_partner_and_the_operator_alone(db: None) -> None:
    """Each customer of a deal has a named contact, and neither rival nor wholesaler sees it."""
    integra = await given.integrator("Intégra", "reseller")
    gros, rival = await given.integrator("Gros", "wholesaler"), await given.integrator("Rivale")
    await network.join(integra, gros, "operator", now=NOW, actor=SYSTEM)
    deal_id = await given.approved(integra)
    tables = ("deal", "protection", "event")
    for other in (gros, rival, uuid7()):
        with core.acting_for(other):
            for table in tables:
                assert await core.fetch(f"SELECT * FROM deals.{table}") == []
        with pytest.raises(deals.DealUnknown):
            await deals.read_deal(deal_id, other)
    with core.acting_for(integra):
        (row,) = await core.fetch("SELECT * FROM deals.deal")
        assert (row["contact_name"], row["contact_email"]) == ("Awa Diallo", "awa@integra.example")
        assert await core.fetch("UPDATE deals.deal SET next_steps = 'x' RETURNING 1") == []
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await core.fetch(
                "INSERT INTO deals.protection SELECT deal_id, organisation_id, 'domain:x.fr', "
                "product_scope, 1, during, granted_at FROM deals.protection"
            )


async def test_a_deal_that_was_taken_back_is_the_partners_alone_again(db: None) -> None:
    integra = await given.integrator()
    deal_id = await given.submitted(integra)
    assert (await deals.read_deal(deal_id))["review"] == "submitted"
    await deals.take_back_deal(deal_id, organisation_id=integra, now=NOW, actor=SYSTEM)
    with pytest.raises(deals.DealUnknown):
        await deals.read_deal(deal_id)
    assert (await deals.read_deal(deal_id, integra))["review"] == "draft"


async def test_a_domain_of_mail_that_everybody_may_have_names_no_customer(db: None) -> None:
    """Alone it is refused with the remedy; beside a SIREN it neither meets nor protects."""
    first, second = await given.integrator(), await given.integrator("Autre")
    mail: Any = {"customer_domain": "anna@gmail.com"}
    with pytest.raises(PublicMailDomain, match="SIREN or VAT number"):
        await given.submitted(first, customer_siren=None, **mail)
    await given.approved(first, **mail)
    await given.approved(second, customer_siren=given.SIRENS[1], customer_name="Une autre", **mail)
    rows = await core.fetch("SELECT customer_key FROM deals.protection ORDER BY 1")
    assert [row["customer_key"] for row in rows] == [
        f"siren:{one}" for one in sorted(given.SIRENS[:2])
    ]
