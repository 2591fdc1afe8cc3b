"""Evidence: what is taken, what is refused, and which step may follow which."""

import asyncio
import contextvars
import hashlib
from datetime import UTC, date, datetime, timedelta

import asyncpg
import pytest
from hypothesis import given as cases
from hypothesis import strategies as st

from backend import core, onboarding, partners
from backend.onboarding import Claim, EvidenceWrong, Person, Upload, rules_evidence
from backend.partners.actions import complete_numbers
from backend.partners.rules_numbers import NumberKnown, NumberWrong
from tests.given import letters
from tests.given.partners import NOW, SYSTEM
from tests.onboarding.files import (
    DIRECTOR,
    PDF,
    SIREN,
    accept,
    item,
    missing,
    organisation,
    refuse,
    supply,
)

EXTRACT = Claim("register_extract", issued_on=NOW.date() - timedelta(days=10))
LAST_DAY = date(2026, 12, 31)
MIDNIGHT = datetime(2026, 12, 31, 23, tzinfo=UTC)
"""In Paris the last day ends then."""


async def test_missing_supplied_accepted_and_expired_when_the_last_local_day_is_over(
    db: None,
) -> None:
    of = await organisation()
    assert (await item(of, "register_extract")).state == "missing"
    evidence = await supply(of, EXTRACT, content=PDF)
    waits = await item(of, "register_extract")
    assert (waits.state, waits.held, waits.evidence_id) == ("supplied", False, evidence)
    await accept(evidence, until=LAST_DAY)
    holds = await item(of, "register_extract")
    assert (holds.state, holds.held, holds.holds_until) == ("accepted", True, MIDNIGHT)
    last = await item(of, "register_extract", MIDNIGHT - timedelta(microseconds=1))
    assert (last.state, last.held) == ("accepted", True)
    over = await item(of, "register_extract", MIDNIGHT)
    assert (over.state, over.held) == ("expired", False)
    assert "register_extract" in await missing(of, MIDNIGHT)


async def test_a_summer_day_ends_two_hours_before_that_of_utc(db: None) -> None:
    of = await organisation()
    await accept(await supply(of, EXTRACT, content=PDF), until=date(2027, 7, 1))
    end = datetime(2027, 7, 1, 22, tzinfo=UTC)
    assert (await item(of, "register_extract", end - timedelta(seconds=1))).held
    assert not (await item(of, "register_extract", end)).held


async def test_the_past_stays_as_it_was(db: None) -> None:
    of = await organisation()
    first, second = NOW + timedelta(days=1), NOW + timedelta(days=2)
    evidence = await supply(of, now=first)
    await refuse(evidence, now=second)
    states = [(await item(of, "directors", at)).state for at in (NOW, first, second)]
    assert states == ["missing", "supplied", "refused"]


async def test_what_was_accepted_holds_while_its_renewal_waits_and_after_it_was_refused(
    db: None,
) -> None:
    of = await organisation()
    await accept(await supply(of))
    renewal = await supply(of, Claim("directors", people=[Person("Yann Kerjean")]))
    waits = await item(of, "directors")
    assert (waits.state, waits.held) == ("supplied", True)
    await refuse(renewal)
    refused = await item(of, "directors")
    assert (refused.state, refused.held, refused.reason) == ("refused", True, "illisible")


async def test_what_holds_for_less_than_a_month_is_said_to_expire(db: None) -> None:
    of = await organisation()
    await accept(await supply(of, EXTRACT, content=PDF), until=LAST_DAY)
    early = await onboarding.file_of(of, NOW)
    late = await onboarding.file_of(of, MIDNIGHT - timedelta(days=30))
    assert [one.name for one in early.expiring] == []
    assert [one.name for one in late.expiring] == ["register_extract"]


async def test_an_extract_holds_a_year_where_nobody_says_until_when(db: None) -> None:
    of = await organisation()
    await accept(await supply(of, EXTRACT, content=PDF))
    [found] = await onboarding.evidence_of(of)
    assert found.expires_on == NOW.date() + timedelta(days=365)
    with pytest.raises(EvidenceWrong, match="past"):
        again = await supply(of, EXTRACT, content=PDF)
        await accept(again, until=NOW.date() - timedelta(days=1))


@pytest.mark.parametrize(("days", "taken"), [(-1, False), (0, True), (92, True), (93, False)])
async def test_an_extract_is_at_most_three_months_old(db: None, days: int, taken: bool) -> None:
    of = await organisation()
    claim = Claim("register_extract", issued_on=NOW.date() - timedelta(days=days))
    if taken:
        await supply(of, claim, content=PDF)
        return
    with pytest.raises(EvidenceWrong, match="issued_on"):
        await supply(of, claim, content=PDF)
    assert await core.fetch("SELECT FROM onboarding.document") == []


async def test_owners_hold_no_more_than_all_of_it_together(db: None) -> None:
    owners = Claim("beneficial_owners", people=[Person("A", 6000), Person("B", 6050)])
    with pytest.raises(EvidenceWrong, match=r"120\.50 %"):
        await supply(await organisation(), owners)


@pytest.mark.parametrize(
    ("claim", "field"),
    [
        (Claim("legal_identity"), "value"),
        (Claim("legal_identity", "55210055400014"), "value"),
        (Claim("legal_identity", "73282932000074"), "value"),
        (Claim("einvoicing_address", "0225:552100555"), "value"),
        (Claim("einvoicing_address", "0225:732829320"), "value"),
        (Claim("einvoicing_address", "9957:FR96552100554"), "value"),
        (Claim("vat_number", "fr96552100554"), "value"),
        (Claim("register_extract", issued_on=NOW.date()), "document"),
        (Claim("directors"), "people"),
        (Claim("directors", people=[Person("A", 5000)]), "people"),
        (Claim("beneficial_owners", people=[Person("A", 2499)]), "people"),
        (Claim("beneficial_owners", people=[Person("A")]), "people"),
        (Claim("legal_identity", "55210055400013", [Person("A")]), "people"),
    ],
)
async def test_what_cannot_be_true_is_refused_by_its_field(
    db: None, claim: Claim, field: str
) -> None:
    with pytest.raises(EvidenceWrong) as refused:
        await supply(await organisation(siren=SIREN), claim)
    assert refused.value.facts == {"field": field}


@pytest.mark.parametrize("number", ["FR97552100554", "FR40303265045"])
async def test_a_vat_number_of_another_company_or_none_is_refused(db: None, number: str) -> None:
    with pytest.raises(partners.NumberWrong):
        await supply(await organisation(siren=SIREN), Claim("vat_number", number))


@pytest.mark.parametrize(
    "claim",
    [
        Claim("legal_identity", "55210055400013"),
        Claim("einvoicing_address", "0225:552100554"),
        Claim("einvoicing_address", "0225:552100554_Achats.1"),
        Claim("vat_number", "FR96552100554"),
        Claim("beneficial_owners"),
        Claim("beneficial_owners", people=[Person("A", 2500), Person("B", 7500)]),
        DIRECTOR,
    ],
)
async def test_what_can_be_true_is_taken_as_it_was_said(db: None, claim: Claim) -> None:
    of = await organisation(siren=SIREN)
    made = await supply(of, claim)
    found = await onboarding.read_evidence(made)
    assert (found.item, found.value, found.people) == (claim.item, claim.value, list(claim.people))


HOSTILE = {
    "a page": b"<html><script>alert(1)</script></html>",
    "an archive": b"PK\x03\x04" + b"\x00" * 20,
    "a program": b"\x7fELF" + b"\x00" * 20,
    "a PDF that begins later": b" %PDF-1.7",
    "half a PNG": b"\x89PNG\r\n",
    "a vector picture": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "only a beginning": b"%PDF-",
    "nothing": b"",
    "too much": b"%PDF-" + b"\x00" * 5_000_000,
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
async def test_a_document_is_what_its_first_bytes_say_and_no_larger_than_told(
    db: None, content: bytes
) -> None:
    with pytest.raises(EvidenceWrong, match="document"):
        await supply(await organisation(), EXTRACT, content=content)


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\\b.pdf", "/x.pdf", "..", ". ."])
async def test_the_name_of_a_document_is_no_path(db: None, name: str) -> None:
    with pytest.raises(EvidenceWrong, match=r"document\.name"):
        await onboarding.supply_evidence(
            await organisation(), EXTRACT, document=Upload(name, PDF), now=NOW, actor=SYSTEM
        )


@cases(st.binary(max_size=40))
def test_no_bytes_are_taken_but_those_of_a_known_type(content: bytes) -> None:
    known = tuple(rules_evidence.MAGIC.values())
    try:
        rules_evidence.media_type_of(content)
    except EvidenceWrong:
        assert not content.startswith(known) or content in known
    else:
        assert content.startswith(known)


@pytest.mark.parametrize(
    "row",
    [
        ("image/png", PDF, None),
        ("text/html", b"<html>", None),
        ("application/pdf", PDF, "0" * 64),
        ("application/pdf", b"%PDF-" + b"\x00" * 5_000_000, None),
    ],
    ids=["other type", "no type", "other hash", "too large"],
)
async def test_postgresql_refuses_such_a_document_too(
    db: None, row: tuple[str, bytes, str | None]
) -> None:
    media_type, content, digest = row
    with pytest.raises(asyncpg.CheckViolationError):
        await core.fetch(
            "INSERT INTO onboarding.document (organisation_id, name, media_type, content, sha256, "
            "supplied_at) VALUES ($1, 'x.pdf', $2, $3, $4, $5)",
            await organisation(), media_type, content,
            digest or hashlib.sha256(content).hexdigest(), NOW,
        )  # fmt: skip


async def test_an_organisation_does_not_fill_the_disk(db: None) -> None:
    of = await organisation()
    await core.fetch(
        "INSERT INTO onboarding.document (organisation_id, name, media_type, content, sha256, "
        "supplied_at) SELECT $1, 'x.pdf', 'application/pdf', $2, encode(sha256($2), 'hex'), $3 "
        "FROM generate_series(1, 199)",
        of, PDF, NOW,
    )  # fmt: skip
    await supply(of, EXTRACT, content=PDF)
    with pytest.raises(onboarding.TooManyDocuments):
        await supply(of, EXTRACT, content=PDF)
    await supply(await organisation(), EXTRACT, content=PDF)


async def test_a_document_comes_back_byte_for_byte(db: None) -> None:
    of = await organisation()
    found = await onboarding.read_evidence(await supply(of, EXTRACT, content=PDF))
    assert found.document_sha256 == hashlib.sha256(PDF).hexdigest()
    assert found.document_id is not None
    document = await onboarding.read_document(found.document_id)
    assert (document.content, document.media_type) == (PDF, "application/pdf")


async def test_evidence_is_decided_on_once_and_only_the_newest(db: None) -> None:
    of = await organisation()
    old = await supply(of)
    new = await supply(of)
    for decide in (accept, refuse):
        with pytest.raises(onboarding.EvidenceReplaced):
            await decide(old)
    await accept(new)
    for decide in (accept, refuse):
        with pytest.raises(onboarding.EvidenceDecided):
            await decide(new)
    with pytest.raises(onboarding.EvidenceUnknown):
        await accept(core.uuid7())


async def test_nothing_is_accepted_that_is_replaced_at_the_same_moment(db: None) -> None:
    """Whichever comes first: no accepted evidence has newer evidence that was there before."""
    for _ in range(10):
        of = await organisation()
        first = await supply(of)
        done = await asyncio.gather(accept(first), supply(of), return_exceptions=True)
        found = await item(of, "directors")
        assert found.state == "supplied"
        if isinstance(done[0], onboarding.EvidenceReplaced):
            assert not found.held
        else:
            assert done[0] is None and found.held


async def test_a_review_waits_for_evidence_that_is_being_supplied(db: None) -> None:
    of = await organisation()
    first = await supply(of)
    outside = contextvars.copy_context()
    async with core.transaction():
        await supply(of)
        deciding = asyncio.create_task(accept(first), context=outside)
        await asyncio.sleep(0.2)
        assert not deciding.done()
    with pytest.raises(onboarding.EvidenceReplaced):
        await deciding


async def test_a_refusal_is_written_to_the_partner_with_its_reasons(db: None) -> None:
    of = await organisation()
    evidence = await supply(of)
    await refuse(evidence)
    [told] = await onboarding.decisions_of(of)
    assert (told.kind, told.what, told.why) == ("evidence_refused", "directors", "illisible")
    assert told.rule == "Agreement, 1" and told.contest and told.starts_at == NOW
    assert await letters.kinds("dir@granit.example") == ["evidence_refused"]
    text = await core.fetch_value("SELECT body_text FROM mail.message")
    assert "Dirigeants" in text and "illisible" in text and "réexamine" in text


async def test_history_never_changes(db: None) -> None:
    of = await organisation()
    await refuse(await supply(of, EXTRACT, content=PDF))
    for table, column in [
        ("document", "name"), ("evidence", "item"), ("review", "reason"), ("decision", "why"),
    ]:  # fmt: skip
        for statement in (f"DELETE FROM onboarding.{table}",
                          f"UPDATE onboarding.{table} SET {column} = {column}"):  # fmt: skip
            with pytest.raises(asyncpg.PostgresError):
                await core.fetch(statement)


async def test_a_tenant_sees_and_adds_only_its_own_and_decides_nothing(db: None) -> None:
    mine, other = await organisation(), await organisation()
    theirs = await supply(other, EXTRACT, content=PDF)
    document = (await onboarding.read_evidence(theirs)).document_id
    assert document is not None
    await refuse(theirs)
    with core.acting_for(mine):
        assert await onboarding.evidence_of(other) == []
        assert await onboarding.decisions_of(other) == []
        with pytest.raises(onboarding.EvidenceUnknown):
            await onboarding.read_evidence(theirs)
        with pytest.raises(onboarding.DocumentUnknown):
            await onboarding.read_document(document)
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            await core.fetch(
                "INSERT INTO onboarding.evidence (organisation_id, item, document_id, issued_on, "
                "supplied_by, supplied_at) VALUES ($1, 'register_extract', $2, $3, 'x', $4)",
                mine, document, NOW.date(), NOW,
            )  # fmt: skip
        own = await supply(mine)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await accept(own)
        with pytest.raises((asyncpg.InsufficientPrivilegeError, partners.OrganisationUnknown)):
            await supply(other)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await core.fetch(
                "INSERT INTO onboarding.vies_answer (organisation_id, vat_number, outcome, source, "
                "answered_at) VALUES ($1, 'FR96552100554', 'valid', 'vies', $2)", mine, NOW,
            )  # fmt: skip
    assert (await item(mine, "directors")).state == "supplied"


async def test_who_showed_the_papers_of_one_company_is_not_another_afterwards(db: None) -> None:
    """Invoices in its name carry the SIREN: it is the one that the office looks at."""
    of = await organisation()
    shown = await supply(of, Claim("legal_identity", "55210055400013"))
    with pytest.raises(NumberWrong):
        await complete_numbers(of, siren="383474814", siret=None, vat_number=None, actor=SYSTEM)
    await accept(shown)
    known = await partners.read_organisation(of)
    assert (known.siren, known.siret) == ("552100554", "55210055400013")
    with pytest.raises(NumberKnown):
        await complete_numbers(of, siren="383474814", siret=None, vat_number=None, actor=SYSTEM)


async def test_papers_of_another_company_than_the_known_one_are_not_accepted(db: None) -> None:
    of = await organisation()
    shown = await supply(of, Claim("legal_identity", "55210055400013"))
    await partners.change_numbers(of, siren="552100554", siret=None, vat_number=None, actor=SYSTEM)
    await partners.change_numbers(of, siren="383474814", siret=None, vat_number=None, actor=SYSTEM)
    with pytest.raises(EvidenceWrong, match="correct the SIREN"):
        await accept(shown)
