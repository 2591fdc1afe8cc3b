"""Who belongs to an organisation decides nothing in its favour, whatever their role."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from backend import core, identity, onboarding, partners
from tests import clients
from tests.given.partners import NOW, SYSTEM
from tests.onboarding.files import organisation, supply

MINUTE = timedelta(minutes=1)


async def both(of: UUID) -> str:
    """An actor of the operator's staff who is of `of`, too."""
    email = await clients.person("partner_manager")
    person = await core.fetch_value("SELECT id FROM identity.person WHERE email = $1", email)
    await identity.add_membership(person, organisation_id=of, role="member", now=NOW, actor=SYSTEM)
    return f"person:{person}"


async def test_nobody_accepts_the_evidence_of_their_own_organisation(db: None) -> None:
    of = await organisation()
    actor = await both(of)
    evidence = await supply(of)
    with pytest.raises(identity.OwnOrganisation):
        await onboarding.accept_evidence(evidence, now=NOW, actor=actor)
    await core.fetch(
        "UPDATE identity.membership SET ended_at = $2 WHERE organisation_id = $1", of, NOW + MINUTE
    )
    with pytest.raises(identity.OwnOrganisation):
        await onboarding.accept_evidence(evidence, now=NOW + 2 * MINUTE, actor=actor)
    again = await supply(of, now=NOW + 2 * MINUTE)
    await onboarding.accept_evidence(again, now=NOW + 3 * MINUTE, actor=actor)


async def test_nobody_verifies_their_own_organisation_nor_lifts_what_is_against_it(
    db: None,
) -> None:
    of = await organisation()
    actor = await both(of)
    with pytest.raises(identity.OwnOrganisation):
        await onboarding.verify_organisation(of, now=NOW, actor=actor, despite="I know them")
    assert (await partners.read_organisation(of)).verification == "unverified"
    restricted = await onboarding.restrict_organisation(
        of, kind="restriction", scope="payout", what="Versements suspendus", why="IBAN contesté",
        rule="Agreement, 5", notice_days=0, now=NOW, actor=SYSTEM,
    )  # fmt: skip
    with pytest.raises(identity.OwnOrganisation):
        await onboarding.lift_restriction(restricted, why="fine", now=NOW, actor=actor)


async def test_a_key_is_no_second_person(db: None) -> None:
    of = await organisation()
    email = await clients.person("admin")
    async with clients.visitor() as staff:
        await staff.post("/api/store/session", json={"email": email, "password": clients.PASSWORD})
        scopes = ["office:organisation:write"]
        made = await staff.post("/api/office/api-keys", json={"name": "bot", "scopes": scopes})
    person = await core.fetch_value("SELECT id FROM identity.person WHERE email = $1", email)
    await identity.add_membership(
        person, organisation_id=of, role="owner", now=datetime.now(UTC), actor=SYSTEM
    )
    async with clients.program(made.json()["key"]) as program:
        answer = await program.post(
            f"/api/office/organisations/{of}/verify-despite", json={"reason": "x"}
        )
        assert (answer.status_code, answer.json()["code"]) == (403, "own-organisation")
