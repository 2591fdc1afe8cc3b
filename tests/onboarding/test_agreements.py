"""Agreements and mandates: versions, who signed what, notice, revocation."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from backend import core, onboarding
from backend.core import uuid7
from tests.given import letters
from tests.given.partners import NOW, SYSTEM
from tests.onboarding.files import agreement, item, organisation, sign

BEGINS = datetime(2027, 1, 9, 23, tzinfo=UTC)
"""10 January in Paris."""
BLOCKS = datetime(2027, 1, 25, 23, tzinfo=UTC)
"""Fifteen days later the 25th is over."""


async def announce(kind: Any = "partner", *, valid_from: datetime = BEGINS, **facts: Any) -> Any:
    return await onboarding.announce_agreement(
        kind, text_fr="Nouveau texte", text_en="New text", valid_from=valid_from,
        **{"notice_days": 15, "now": NOW, "actor": SYSTEM, **facts},
    )  # fmt: skip


async def test_an_acceptance_says_who_signed_which_text_when(db: None) -> None:
    of, what = await organisation(), await agreement()
    assert (await item(of, "agreement")).state == "missing"
    made = await sign(of, what)
    row = await core.fetch_row("SELECT * FROM onboarding.acceptance")
    assert row is not None
    assert (row["id"], row["name"], row["accepted_at"]) == (made, "Nolwenn Le Bihan", NOW)
    assert (row["agreement_id"], row["sha256"]) == (what.id, what.sha256_fr)
    assert (await item(of, "agreement")).held
    assert not (await item(of, "agreement", NOW - timedelta(seconds=1))).held
    assert await sign(of, what) == made
    assert len(await core.fetch("SELECT FROM onboarding.acceptance")) == 1


async def test_nobody_signs_a_text_that_was_not_shown(db: None) -> None:
    of, what = await organisation(), await agreement()
    for language, sha256 in (("fr", what.sha256_en), ("en", "0" * 64)):
        with pytest.raises(onboarding.AgreementChanged):
            await onboarding.accept_agreement(
                of, what.id, language=language, sha256=sha256, name="N", person_id=None, now=NOW,
                actor=SYSTEM,
            )  # fmt: skip
    with pytest.raises(onboarding.AgreementUnknown):
        await onboarding.accept_agreement(
            of, uuid7(), language="fr", sha256=what.sha256_fr, name="N", person_id=None, now=NOW,
            actor=SYSTEM,
        )  # fmt: skip


async def test_a_new_version_asks_again_and_blocks_when_its_notice_is_over(db: None) -> None:
    of = await organisation()
    await sign(of, await agreement())
    await announce()
    asked = await item(of, "agreement")
    assert (asked.state, asked.held, asked.holds_until) == ("accepted", True, BLOCKS)
    for at, held in [(BEGINS, True), (BLOCKS - timedelta(seconds=1), True), (BLOCKS, False)]:
        assert (await item(of, "agreement", at)).held is held
    file = await onboarding.file_of(of, BEGINS)
    assert [one.name for one in file.expiring] == ["agreement"]
    await sign(of, await agreement(at=BEGINS), now=BEGINS)
    signed = await item(of, "agreement", BLOCKS)
    assert (signed.state, signed.held, signed.holds_until) == ("accepted", True, None)


async def test_it_may_be_signed_before_it_begins_and_the_old_one_not_after(db: None) -> None:
    early, late = await organisation(), await organisation()
    old = await agreement()
    await sign(early, old)
    await announce()
    await sign(early, await agreement(at=BEGINS), now=NOW + timedelta(days=1))
    assert (await item(early, "agreement", BLOCKS)).held
    with pytest.raises(onboarding.AgreementChanged):
        await sign(late, old, now=BEGINS)
    await sign(late, await agreement(at=BEGINS), now=BEGINS)
    assert (await item(late, "agreement", BLOCKS)).held


async def test_of_two_new_versions_the_first_notice_to_end_blocks(db: None) -> None:
    of = await organisation()
    await sign(of, await agreement())
    await announce()
    await announce(valid_from=BEGINS + timedelta(days=1), notice_days=1)
    assert (await item(of, "agreement")).holds_until == BEGINS + timedelta(days=3)


async def test_those_who_signed_the_version_before_are_written_to(db: None) -> None:
    await sign(await organisation(), await agreement())
    await organisation()
    await announce()
    assert await letters.kinds("dir@granit.example") == ["agreement_announced"]
    text = await core.fetch_value("SELECT body_text FROM mail.message")
    assert "2027-01-10" in text and "2027-01-25" in text


async def test_a_version_begins_in_the_future_and_after_the_one_before(db: None) -> None:
    await announce()
    for valid_from in (NOW, BEGINS - timedelta(days=1), BEGINS):
        with pytest.raises(onboarding.AgreementTooLate):
            await announce(valid_from=valid_from)
    done = await asyncio.gather(
        *(announce(valid_from=BEGINS + timedelta(days=day)) for day in (1, 2, 3)),
        return_exceptions=True,
    )
    versions = [one.version for one in await onboarding.list_agreements() if one.kind == "partner"]
    assert versions == list(range(len(versions), 0, -1))
    assert len(versions) == 2 + sum(not isinstance(one, BaseException) for one in done)


async def test_new_terms_begin_after_fifteen_whole_days(db: None) -> None:
    late = datetime(2026, 11, 23, 22, 59, tzinfo=UTC)
    too_soon = datetime(2026, 12, 7, 23, tzinfo=UTC)
    with pytest.raises(onboarding.TermsTooSoon, match="2026-12-09") as refused:
        await announce(valid_from=too_soon, now=late)
    assert refused.value.facts["earliest_on"] == "2026-12-09"
    for kind, days in (("partner", None), ("self_billing", 15)):
        begins = too_soon + timedelta(days=1)
        await announce(kind, valid_from=begins, now=late, contest_days=days, notice_days=0)
        newest = next(one for one in await onboarding.list_agreements() if one.kind == kind)
        assert (newest.version, newest.valid_from) == (2, begins)
    with pytest.raises(asyncpg.CheckViolationError, match="terms_are_announced"):
        await core.fetch(
            "INSERT INTO onboarding.agreement SELECT uuidv7(), kind, version + 1, text_fr, "
            "text_en, sha256_fr, sha256_en, valid_from + interval '1 day', 0, contest_days, "
            "announced_by, valid_from - interval '14 days' FROM onboarding.agreement "
            "WHERE kind = 'partner' ORDER BY version DESC LIMIT 1"
        )


@pytest.mark.parametrize("table", ["agreement", "acceptance", "revocation"])
async def test_what_was_signed_never_changes(db: None, table: str) -> None:
    of = await organisation()
    await sign(of, await agreement("self_billing"))
    await onboarding.revoke_mandate(of, reason=None, now=NOW, actor=SYSTEM)
    for statement in (f"UPDATE onboarding.{table} SET id = id", f"DELETE FROM onboarding.{table}"):
        with pytest.raises(asyncpg.PostgresError):
            await core.fetch(statement)


async def test_a_mandate_says_how_long_an_invoice_may_be_contested(db: None) -> None:
    assert (await agreement("self_billing")).contest_days == 15
    for kind, days in (("self_billing", None), ("partner", 15)):
        with pytest.raises(core.Problem, match="contest_days"):
            await announce(kind, contest_days=days)


async def test_a_revoked_mandate_holds_no_more_until_it_is_signed_again(db: None) -> None:
    of, what = await organisation(), await agreement("self_billing")
    with pytest.raises(onboarding.NoMandate):
        await onboarding.revoke_mandate(of, reason=None, now=NOW, actor=SYSTEM)
    await sign(of, what)
    revoked = NOW + timedelta(days=1)
    await onboarding.revoke_mandate(of, reason="changement", now=revoked, actor=SYSTEM)
    assert (await item(of, "self_billing_mandate", NOW)).held
    gone = await item(of, "self_billing_mandate", revoked)
    assert (gone.state, gone.held) == ("missing", False)
    with pytest.raises(onboarding.NoMandate):
        await onboarding.revoke_mandate(of, reason=None, now=revoked, actor=SYSTEM)
    again = revoked + timedelta(days=1)
    await sign(of, what, now=again)
    assert (await item(of, "self_billing_mandate", again)).held
    assert not (await item(of, "self_billing_mandate", revoked)).held


async def test_one_signs_for_oneself_only(db: None) -> None:
    mine, other = await organisation(), await organisation()
    what = await agreement()
    with core.acting_for(mine):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await sign(other, what)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await announce()
        await sign(mine, what)
    assert not (await item(other, "agreement")).held
