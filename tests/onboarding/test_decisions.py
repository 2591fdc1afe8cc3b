"""Decisions: verified or not, restricted and lifted, always with reasons."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from backend import core, onboarding, partners
from tests import given
from tests.given import letters
from tests.given.partners import NOW, SYSTEM
from tests.onboarding.files import organisation

AT_STRIPE_LATER = "bank_holder"


async def verify(of: UUID, **facts: Any) -> None:
    await onboarding.verify_organisation(of, now=NOW, actor=SYSTEM, **facts)


async def restrict(
    of: UUID, kind: Any = "restriction", scope: Any = "payout", days: int = 0
) -> Any:
    return await onboarding.restrict_organisation(
        of, kind=kind, scope=scope, what="Versements suspendus", why="IBAN contesté",
        rule="Agreement, 5", notice_days=days, now=NOW, actor=SYSTEM,
    )  # fmt: skip


async def test_an_incomplete_file_is_not_verified_without_a_reason(db: None) -> None:
    of = await organisation()
    with pytest.raises(onboarding.FileIncomplete) as refused:
        await verify(of)
    assert "agreement" in refused.value.facts["missing"]
    assert AT_STRIPE_LATER not in refused.value.facts["missing"]
    await verify(of, despite="Connue depuis 2009")
    assert (await partners.read_organisation(of)).verification == "verified"
    row = await core.fetch_row("SELECT * FROM audit.change WHERE action = 'verify_despite'")
    assert row is not None and "2009" in row["after"]
    await verify(of)


async def test_a_complete_file_is_verified_before_the_account_at_stripe_is(db: None) -> None:
    of = await organisation()
    await given.complete_file(of)
    await verify(of)
    assert (await partners.read_organisation(of)).verification == "verified"
    assert not await onboarding.is_complete(of, NOW)
    assert await core.fetch("SELECT FROM audit.change WHERE action = 'verify_despite'") == []


async def test_an_imported_organisation_is_verified_without_a_file(db: None) -> None:
    ids = await partners.import_organisations(
        ["a"], vat_regime="fr_registered", now=NOW, actor=SYSTEM
    )
    await verify(ids["a"])


async def test_a_refused_application_is_told_why_once(db: None) -> None:
    of = await organisation()
    for _ in range(2):
        await onboarding.refuse_application(
            of, reason="SIREN radié", rule="Agreement, 1", now=NOW, actor=SYSTEM
        )
    [told] = await onboarding.decisions_of(of)
    assert (told.kind, told.why, told.scope) == (
        "application_refused",
        "SIREN radié",
        "application",
    )
    assert await letters.kinds("dir@granit.example") == ["application_refused"]


async def test_a_refusal_is_lifted_by_another_person_who_verifies_it(db: None) -> None:
    of = await organisation()
    one, two = (f"person:{core.uuid7()}" for _ in range(2))
    await onboarding.refuse_application(of, reason="radié", rule="1", now=NOW, actor=one)
    for despite in (None, "Connue depuis 2009"):
        with pytest.raises((onboarding.OwnRefusal, onboarding.FileIncomplete)) as refused:
            await onboarding.verify_organisation(of, now=NOW, actor=one, despite=despite)
    assert refused.type is onboarding.OwnRefusal
    made = (await onboarding.decisions_of(of))[0].id
    with pytest.raises(asyncpg.CheckViolationError, match="is lifted by who decided it"):
        await core.fetch(
            "INSERT INTO onboarding.lifting VALUES ($1, $2, 'x', $3, $4)", made, of, one, NOW
        )
    with pytest.raises(asyncpg.CheckViolationError, match="is in force"):
        await partners.mark_verified(of, actor=two)
    assert (await partners.read_organisation(of)).verification == "refused"
    await onboarding.verify_organisation(of, now=NOW, actor=two, despite="Connue depuis 2009")
    [told] = await onboarding.decisions_of(of)
    assert told.lifted_at == NOW
    assert (await partners.read_organisation(of)).verification == "verified"


async def test_a_restriction_is_in_force_from_the_end_of_its_notice_until_it_is_lifted(
    db: None,
) -> None:
    of = await organisation()
    made = await restrict(of, days=15)
    starts = datetime(2026, 12, 8, 23, tzinfo=UTC)
    lifted = starts + timedelta(days=1)
    assert (await onboarding.decisions_of(of))[0].starts_at == starts
    await onboarding.lift_restriction(made, why="IBAN confirmé", now=lifted, actor=SYSTEM)
    for at, scopes in [
        (starts - timedelta(seconds=1), []), (starts, ["payout"]),
        (lifted - timedelta(seconds=1), ["payout"]), (lifted, []),
    ]:  # fmt: skip
        assert (await onboarding.file_of(of, at)).restricted == scopes
    assert await letters.kinds("dir@granit.example") == ["restriction", "restriction_lifted"]
    with pytest.raises(onboarding.AlreadyLifted):
        await onboarding.lift_restriction(made, why="again", now=lifted, actor=SYSTEM)
    with pytest.raises(onboarding.DecisionUnknown):
        await onboarding.lift_restriction(core.uuid7(), why="x", now=lifted, actor=SYSTEM)


async def test_an_agreement_is_ended_thirty_days_after_it_was_told(db: None) -> None:
    of = await organisation()
    with pytest.raises(onboarding.NoticeTooShort):
        await restrict(of, "termination", "account", 29)
    await restrict(of, "termination", "account", 30)
    assert (await onboarding.decisions_of(of))[0].starts_at >= NOW + timedelta(days=30)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"kind": "termination", "scope": "account"}, "an_end_has_thirty_days"),
        ({"starts_at": NOW - timedelta(days=1)}, "notice_is_given"),
        ({"scope": "evidence"}, "scope_is_of_kind"),
    ],
)
async def test_postgresql_counts_the_notice_too(
    db: None, change: dict[str, Any], constraint: str
) -> None:
    facts = {"kind": "restriction", "scope": "payout", "starts_at": NOW, **change}
    with pytest.raises(asyncpg.CheckViolationError, match=constraint):
        await core.fetch(
            "INSERT INTO onboarding.decision (organisation_id, kind, scope, starts_at, what, why, "
            "rule, contest, notice_days, decided_by, decided_at) "
            "VALUES ($1, $2, $3, $4, 'x', 'x', 'x', 'x', 0, 'x', $5)",
            await organisation(), facts["kind"], facts["scope"], facts["starts_at"], NOW,
        )  # fmt: skip


async def test_who_has_no_address_has_the_statement_all_the_same(db: None) -> None:
    of = await given.buyer()
    await restrict(of)
    [told] = await onboarding.decisions_of(of)
    assert told.why == "IBAN contesté"
    assert await core.fetch("SELECT FROM mail.message") == []
