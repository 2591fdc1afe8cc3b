"""Who acts for a partner, too, decides on nothing of it."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from backend import (
    charges,
    checklists,
    core,
    funds,
    identity,
    programmes,
    receipts,
    relations,
    startups,
)
from backend.core import Money
from tests import clients, given
from tests.catalogue import test_featured as place
from tests.funds import test_funds as fund
from tests.given.partners import NOW, SYSTEM
from tests.given.programmes import organisation, reseller
from tests.startups.test_journey import NOW as STARTED
from tests.startups.test_journey import startup


async def both(of: UUID) -> str:
    """An actor of the operator's staff who is of `of`, too."""
    email = await clients.person("admin")
    person = await core.fetch_value("SELECT id FROM identity.person WHERE email = $1", email)
    await identity.add_membership(person, organisation_id=of, role="member", now=NOW, actor=SYSTEM)
    return f"person:{person}"


def levels(of: UUID, actor: str) -> list[Callable[[], Awaitable[object]]]:
    told: dict[str, Any] = {"reason": "x", "now": NOW, "actor": actor}
    reseller_, until = programmes.RESELLER, NOW + timedelta(days=9)
    return [
        lambda: programmes.promote(of, reseller_, "premium", **told),
        lambda: programmes.override_level(of, reseller_, "premium", until=until, **told),
        lambda: programmes.enter(of, reseller_, **told),
        lambda: charges.grant_credit(
            of, Money(1, "EUR"), granted_on=NOW.date(), expires_on=date(2030, 1, 1), **told
        ),
    ]


async def test_nobody_gives_their_own_organisation_a_level_or_credit(db: None) -> None:
    of = await reseller("registered")
    for give in levels(of, await both(of)):
        with pytest.raises(identity.OwnOrganisation):
            await give()


async def test_nobody_accepts_what_their_own_organisation_applied_for_or_declared(
    db: None,
) -> None:
    of = await organisation("reseller")
    actor = await both(of)
    told: dict[str, Any] = {"reason": "x", "now": NOW, "actor": actor}
    application = await programmes.apply_to(
        of, programmes.RESELLER, message="", now=NOW, actor=actor
    )
    with pytest.raises(identity.OwnOrganisation):
        await programmes.accept_application(application, **told)
    declaration = await programmes.declare_achievement(
        of,
        "training",
        "Cloud",
        achieved_on=NOW.date(),
        expires_on=None,
        evidence="e",
        now=NOW,
        actor=actor,
    )
    with pytest.raises(identity.OwnOrganisation):
        await programmes.accept_declaration(declaration, **told)


async def test_R_10_nobody_approves_their_own_organisations_co_marketing(db: None) -> None:
    of = await fund.partner()
    actor = await both(of)
    request = await fund.ask(of)
    with pytest.raises(identity.OwnOrganisation):
        await funds.approve_request(
            request, approved_minor=1, reason="x", now=fund.NOW, actor=actor
        )


async def test_nobody_accepts_their_own_checklist_graduates_or_features_themselves(
    db: None,
) -> None:
    grown = await startup()
    actor = await both(grown)
    told: dict[str, Any] = {"now": STARTED, "actor": actor}
    asked = await startups.ask_graduation(grown, words="We have grown.", **told)
    with pytest.raises(identity.OwnOrganisation):
        await startups.accept_graduation(asked, reason="x", effective_on=STARTED.date(), **told)
    steps = (grown, "startup_integration", "first_server")
    await checklists.mark_done(*steps, words="vm-1", **told)
    with pytest.raises(identity.OwnOrganisation):
        await checklists.accept_item(*steps, reason="x", **told)
    seller = await place.member()
    shown = await given.listing(seller, name="Coffre")
    with pytest.raises(identity.OwnOrganisation):
        await place.feature(shown, actor=await both(seller))


async def test_nobody_records_what_their_own_organisation_paid(db: None) -> None:
    of = await organisation("isv")
    with pytest.raises(identity.OwnOrganisation):
        await receipts.record_receipt(
            of, Money(1, "EUR"), reference="VIR-1", received_on=NOW.date(),
            means="bank_transfer", now=NOW, actor=await both(of),
        )  # fmt: skip


async def test_nobody_says_who_manages_their_own_organisation_or_by_it(db: None) -> None:
    of, other = await organisation("reseller"), await organisation("reseller")
    actor = await both(of)
    for customer, partner in ((of, None), (other, of)):
        with pytest.raises(identity.OwnOrganisation):
            await relations.decide_relation(
                customer, "partner_managed" if partner else "self_service", partner_id=partner,
                starts_at=NOW, reason="x", now=NOW, actor=actor,
            )  # fmt: skip
