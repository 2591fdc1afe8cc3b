"""Partners declare; only what the office accepted counts; what expires is told in time."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from backend import core, programmes
from backend.core import fetch, fetch_value
from backend.programmes.rules_declared import DeclaredTooEarly, warning_due
from tests import clients, given
from tests.given.letters import kinds
from tests.given.programmes import organisation

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)
DAY = timedelta(days=1)


async def declare(organisation_id: UUID, email: str = "Ada@x.example", **facts: Any) -> UUID:
    said: dict[str, Any] = {
        "name": "Ada", "works_from": MAY, "kind": "cloud", "issued_on": MAY, "expires_on": JULY,
        "evidence": "No 7", "now": NOW, "actor": "person:a",
    }  # fmt: skip
    return await programmes.declare_certificate(organisation_id, email=email, **{**said, **facts})


async def accept(declaration_id: UUID, now: datetime = NOW) -> None:
    await programmes.accept_declaration(
        declaration_id, reason="Looked up.", now=now, actor=given.SYSTEM
    )


async def counted(organisation_id: UUID, on: date = JUNE) -> int:
    found = await programmes.certified_people([organisation_id], on)
    return found.get(organisation_id, 0)


async def mailbox(organisation_id: UUID) -> list[str]:
    return await kinds(
        await fetch_value("SELECT email FROM partners.organisation WHERE id = $1", organisation_id)
    )


async def test_only_what_was_accepted_counts(db: None) -> None:
    one = await organisation("vai")
    with core.acting_for(one):
        declared = await declare(one)
    assert await counted(one) == 0
    await accept(declared)
    assert await counted(one) == 1
    assert await mailbox(one) == ["declaration_accepted"]
    [person] = await programmes.people_at(one, JUNE)
    assert (person.name, person.kind, person.email) == ("Ada", "cloud", "ada@x.example")
    with pytest.raises(programmes.DeclarationDecided, match="accepted"):
        await accept(declared)


async def test_the_office_sees_how_much_waits(db: None) -> None:
    one = await organisation("vai")
    async with await clients.signed_in("partner_manager") as office:
        for wanted in (0, 1):
            seen = (await office.get("/api/office/overview")).json()
            assert seen["declarations_open"] == wanted
            await declare(one, f"p{wanted}@x.example")


async def test_a_second_certificate_of_a_person_needs_no_second_employment(db: None) -> None:
    one = await organisation("vai")
    await accept(await declare(one))
    await accept(await declare(one, kind="security", works_from=JUNE))
    assert [each.kind for each in await programmes.people_at(one, JUNE)] == ["cloud", "security"]
    assert await fetch_value("SELECT count(*) FROM programmes.employment") == 1


async def test_accepting_moves_a_person_with_all_certificates(db: None) -> None:
    one, two = await organisation("vai"), await organisation("reseller")
    await accept(await declare(one))
    await accept(await declare(two, kind="security", works_from=JUNE))
    assert (await counted(one, JUNE - DAY), await counted(one), await counted(two)) == (1, 0, 1)
    assert len(await programmes.people_at(two, JUNE)) == 2


async def test_a_refusal_says_why_and_counts_nothing(db: None) -> None:
    one = await organisation("vai")
    declared = await programmes.declare_achievement(
        one, "reference", "Brest", achieved_on=MAY, expires_on=None, evidence="Mme Le Goff",
        now=NOW, actor="person:a",
    )  # fmt: skip
    await programmes.refuse_declaration(
        declared, reason="Nobody answers there.", now=NOW, actor=given.SYSTEM
    )
    assert await programmes.list_achievements(one) == []
    [row] = await programmes.list_declarations(organisation_id=one)
    assert (row["state"], row["reason"]) == ("refused", "Nobody answers there.")
    assert await mailbox(one) == ["declaration_refused"]
    again = await programmes.declare_achievement(
        one, "reference", "Brest", achieved_on=MAY, expires_on=None, evidence="Mairie",
        now=NOW, actor="person:a",
    )  # fmt: skip
    await accept(again)
    assert [each.title for each in await programmes.list_achievements(one)] == ["Brest"]


async def test_what_is_withdrawn_may_be_declared_anew(db: None) -> None:
    one, two = await organisation("vai"), await organisation("reseller")
    declared = await declare(one)
    with pytest.raises(programmes.AlreadyDeclared):
        await declare(one)
    with pytest.raises(programmes.DeclarationUnknown):
        await programmes.withdraw_declaration(
            declared, organisation_id=two, now=NOW, actor="person:b"
        )
    with core.acting_for(one):
        await programmes.withdraw_declaration(
            declared, organisation_id=one, now=NOW, actor="person:a"
        )
    with pytest.raises(programmes.DeclarationDecided):
        await accept(declared)
    await declare(one)


async def test_what_cannot_be_is_not_declared(db: None) -> None:
    one = await organisation("vai")
    with pytest.raises(programmes.BadPeriod, match="expired"):
        await declare(one, expires_on=JUNE - DAY)
    with pytest.raises(programmes.BadPeriod):
        await programmes.declare_achievement(
            one, "training", "x", achieved_on=JUNE, expires_on=MAY, evidence="x",
            now=NOW, actor="person:a",
        )  # fmt: skip
    with pytest.raises(programmes.DeclarationUnknown):
        await accept(core.uuid7())


async def test_a_partner_decides_nothing_and_sees_only_its_own(db: None) -> None:
    one, two = await organisation("vai"), await organisation("reseller")
    declared = await declare(one)
    await declare(two, "bob@x.example")
    with core.acting_for(one):
        assert len(await programmes.list_declarations()) == 1
        with pytest.raises(asyncpg.PostgresError):
            await fetch(
                "UPDATE programmes.declaration SET state = 'accepted', reason = 'x', "
                "decided_at = now() + interval '1 year', decided_by = 'x'"
            )
        with pytest.raises(asyncpg.PostgresError):
            await accept(declared)
        with pytest.raises(asyncpg.PostgresError):
            await fetch(
                "INSERT INTO programmes.declaration (organisation_id, kind, title, from_on, "
                "evidence, declared_at, declared_by, state, decided_at, decided_by) VALUES "
                "($1, 'reference', 'x', '2026-01-01', 'x', now(), 'x', 'accepted', now(), 'x')",
                one,
            )
    with pytest.raises(asyncpg.PostgresError, match="may not go"):
        await fetch("UPDATE programmes.declaration SET state = 'open'")
    with pytest.raises(asyncpg.CheckViolationError, match="certificate_is_a_persons"):
        await fetch(
            "INSERT INTO programmes.declaration (organisation_id, kind, title, from_on, evidence, "
            "declared_at, declared_by) VALUES ($1, 'certificate', 'x', '2026-01-01', 'x', now(), "
            "'x')",
            one,
        )


async def test_a_partner_says_itself_who_has_left(db: None) -> None:
    one, two = await organisation("vai"), await organisation("reseller")
    await accept(await declare(one))
    [ada] = await programmes.people_at(one, JUNE)
    with pytest.raises(programmes.PersonUnknown):
        await programmes.person_has_left(two, ada.person_id, last_on=JUNE, now=NOW, actor="p")
    with core.acting_for(one):
        await programmes.person_has_left(one, ada.person_id, last_on=JUNE, now=NOW, actor="p")
    assert (await counted(one), await counted(one, JUNE + DAY)) == (1, 0)


@pytest.mark.parametrize(
    ("left", "told", "due"),
    [
        (61, [], None), (60, [], 60), (60, [60], None), (31, [60], None), (30, [60], 30),
        (30, [], 30), (0, [60], 30), (0, [60, 30], None), (-1, [], None),
    ],
)  # fmt: skip
def test_a_warning_is_due_sixty_and_thirty_days_before(
    left: int, told: list[int], due: int | None
) -> None:
    assert warning_due(JUNE + timedelta(days=left), JUNE, told) == due


async def test_partners_are_warned_of_what_expires_each_once(db: None) -> None:
    one, two = await organisation("vai"), await organisation("reseller")
    ends = date(2026, 12, 31)
    await accept(await declare(one, expires_on=ends))
    await accept(await declare(one, "bob@x.example", name="Bob", expires_on=ends))
    declared = await programmes.declare_achievement(
        one, "support_contract", "Gold", achieved_on=MAY, expires_on=ends, evidence="x",
        now=NOW, actor="person:a",
    )  # fmt: skip
    await accept(declared)
    noon = datetime(2026, 12, 31, 11, tzinfo=UTC)

    async def warn(days: int) -> int:
        return await programmes.warn_of_expiry(noon - timedelta(days=days))

    assert [await warn(days) for days in (61, 60, 60, 59, 31, 30, 29)] == [0, 1, 0, 0, 0, 1, 0]
    assert (await mailbox(one)).count("expires_soon") == 2
    # One has moved: the new employer is told, too, and the old one no more.
    await accept(await declare(two, kind="security", works_from=date(2026, 12, 10),
                               expires_on=date(2028, 1, 1), now=noon), noon)  # fmt: skip
    assert await warn(5) == 1
    assert (await mailbox(two)).count("expires_soon") == 1
    letter = await fetch_value(
        "SELECT body_text FROM mail.message WHERE kind = 'expires_soon' ORDER BY id DESC LIMIT 1"
    )
    assert "cloud (Ada) : jusqu’au 31/12/2026 inclus." in letter


async def test_what_is_renewed_is_not_warned_of(db: None) -> None:
    one = await organisation("vai")
    await accept(await declare(one, expires_on=JULY))
    await accept(await declare(one, issued_on=JUNE, expires_on=date(2027, 7, 1)))
    assert await programmes.warn_of_expiry(NOW) == 0


@pytest.mark.parametrize("early", [{"works_from": JULY}, {"issued_on": date(2026, 6, 2)}])
async def test_nobody_declares_what_is_still_to_come(db: None, early: dict[str, Any]) -> None:
    one = await organisation("vai")
    with core.acting_for(one), pytest.raises(DeclaredTooEarly):
        await declare(one, **early)
