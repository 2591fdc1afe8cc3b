"""A file over HTTP: the partner supplies and signs, the office reviews."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from backend import core, onboarding
from backend.core import uuid7
from backend.onboarding import SimulatedVies
from tests import clients
from tests.onboarding.files import PDF, SIREN

TODAY = datetime.now(UTC).date() - timedelta(days=1)


def document(content: bytes = PDF, name: str = "Kbis d’avril.pdf") -> dict[str, str]:
    return {"name": name, "content": base64.b64encode(content).decode()}


SAID: dict[str, dict[str, Any]] = {
    "legal_identity": {"value": f"{SIREN}00013"},
    "register_extract": {"issued_on": TODAY.isoformat(), "document": document()},
    "vat_number": {"value": f"FR96{SIREN}"},
    "directors": {"people": [{"name": "Nolwenn Le Bihan"}]},
    "beneficial_owners": {"people": [{"name": "Nolwenn Le Bihan", "share_bp": 6000}]},
    "einvoicing_address": {"value": f"0225:{SIREN}"},
}


async def taken_in(*roles: str) -> UUID:
    """By the office, as its staff does it."""
    async with await clients.signed_in("partner_manager") as staff:
        made = await staff.post(
            "/api/office/organisations",
            json={
                "reference": f"o-{uuid7()}", "name": "Granit ERP", "country": "FR",
                "segment": "pme", "roles": roles, "siren": SIREN,
            },
        )  # fmt: skip
        assert made.status_code == 201, made.text
    return UUID(made.json()["id"])


async def post(caller: httpx.AsyncClient, path: str, body: Any, status: int = 204) -> Any:
    answer = await caller.post(path, json=body)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


async def supplied(of: UUID) -> None:
    async with await clients.signed_in("owner", of) as owner:
        file = (await owner.get("/api/portal/file")).json()
        for item in file["missing"]:
            if item in SAID:
                await post(owner, "/api/portal/file/evidence", {"item": item, **SAID[item]}, 201)
        if "agreement" in file["missing"]:
            for one in (await owner.get("/api/portal/agreements")).json()["items"]:
                signed = {"name": "Nolwenn Le Bihan", "language": "fr", "sha256": one["sha256_fr"]}
                await post(owner, f"/api/portal/agreements/{one['id']}/accept", signed, 201)


async def reviewed() -> None:
    async def clock() -> datetime:
        return datetime.now(UTC)

    await onboarding.ask_vies(SimulatedVies(), clock)
    async with await clients.signed_in("partner_manager") as staff:
        for one in (await staff.get("/api/office/evidence")).json()["items"]:
            await post(staff, f"/api/office/evidence/{one['id']}/accept", {})
        assert (await staff.get("/api/office/evidence")).json()["items"] == []


async def verified(of: UUID, status: int = 200) -> Any:
    async with await clients.signed_in("partner_manager") as staff:
        return await post(staff, f"/api/office/organisations/{of}/verify", None, status)


async def test_O_08_a_supplier_and_a_seller_are_onboarded_end_to_end(db: None) -> None:
    for role, expected in (("supplier", 4), ("isv", 9)):
        of = await taken_in(role)
        refused = await verified(of, 409)
        assert refused["code"] == "file-incomplete"
        await supplied(of)
        await reviewed()
        assert (await verified(of))["verification"] == "verified"
        async with await clients.signed_in("owner", of) as owner:
            file = (await owner.get("/api/portal/file")).json()
        assert len(file["items"]) == expected
        assert file["missing"] == (["bank_holder"] if role == "isv" else [])
        assert file["complete"] is (role == "supplier")
    async with await clients.signed_in("auditor") as staff:
        for ecosystem in ("supplier", "product"):
            listed = await staff.get(f"/api/office/organisations?ecosystem={ecosystem}")
            assert len(listed.json()["items"]) == 1


async def test_the_office_reads_what_was_sent_and_the_partner_why_it_was_refused(
    db: None,
) -> None:
    of = await taken_in("isv")
    await supplied(of)
    async with await clients.signed_in("partner_manager") as staff:
        waiting = (await staff.get("/api/office/evidence?limit=200")).json()["items"]
        extract = next(one for one in waiting if one["item"] == "register_extract")
        file = await staff.get(f"/api/office/documents/{extract['document_id']}")
        assert (file.content, file.headers["content-type"]) == (PDF, "application/pdf")
        assert file.headers["content-disposition"].startswith("attachment;")
        assert "sandbox" in file.headers["content-security-policy"]
        assert file.headers["x-content-type-options"] == "nosniff"
        path = f"/api/office/evidence/{extract['id']}/refuse"
        await post(staff, path, {"reason": "Page manquante"})
        again = await post(staff, path, {"reason": "Page manquante"}, 409)
        assert again["code"] == "evidence-decided"
        history = await staff.get(f"/api/office/organisations/{of}/evidence")
        assert len(history.json()["items"]) == len(SAID)
    async with await clients.signed_in("finance", of) as partner:
        file = (await partner.get("/api/portal/file")).json()
        item = next(one for one in file["items"] if one["name"] == "register_extract")
        assert (item["state"], item["reason"]) == ("refused", "Page manquante")
        [told] = (await partner.get("/api/portal/decisions")).json()["items"]
        assert (told["why"], told["kind"]) == ("Page manquante", "evidence_refused")
        mine = await partner.get(f"/api/portal/file/documents/{extract['document_id']}")
        assert mine.content == PDF


async def test_waiting_evidence_has_pages(db: None) -> None:
    await supplied(await taken_in("isv"))
    async with await clients.signed_in("auditor") as staff:
        seen: list[str] = []
        after: str | None = ""
        while after is not None:
            page = (
                await staff.get(f"/api/office/evidence?limit=2{after and '&after=' + after}")
            ).json()
            seen += [one["item"] for one in page["items"]]
            after = page["next"]
    assert seen == list(SAID)


async def test_another_organisation_sees_neither_evidence_nor_documents(db: None) -> None:
    of, other = await taken_in("isv"), await clients.organisation("other")
    await supplied(of)
    [document_id] = [one.document_id for one in await onboarding.evidence_of(of) if one.document_id]
    async with await clients.signed_in("owner", other) as caller:
        lost = await caller.get(f"/api/portal/file/documents/{document_id}")
        assert (lost.status_code, lost.json()["code"]) == (404, "document-unknown")
        assert (await caller.get("/api/portal/file/evidence")).json()["items"] == []
        office = await caller.get(f"/api/office/documents/{document_id}")
        assert office.status_code == 403


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"document": document(b"<html>" * 9)}, 422, "evidence-wrong"),
        ({"document": document(name="../x.pdf")}, 422, "evidence-wrong"),
        ({"document": document(name="a\u202efdp.exe")}, 400, "bad-request"),
        ({"document": document(b"%PDF-" + b"\x00" * 5_000_000)}, 400, "bad-request"),
        ({"document": document(b"%PDF-" + b"\x00" * 6_000_000)}, 413, None),
        ({"document": {"name": "x.pdf", "content": "not base64!"}}, 400, "bad-request"),
        ({"item": "bank_holder"}, 400, "bad-request"),
        ({"issued_on": "2026-02-30"}, 400, "bad-request"),
        ({"issued_on": "2020-01-01"}, 422, "evidence-wrong"),
        ({"decision": "accepted"}, 400, "bad-request"),
    ],
    ids=["a page", "a path", "turned", "large", "larger", "no base64", "Stripe's", "no day", "old",
         "decides"],
)  # fmt: skip
async def test_a_hostile_upload_is_refused(
    db: None, change: dict[str, Any], status: int, code: str | None
) -> None:
    of = await taken_in("isv")
    body = {"item": "register_extract", **SAID["register_extract"], **change}
    async with await clients.signed_in("owner", of) as owner:
        answer = await owner.post("/api/portal/file/evidence", json=body)
    assert answer.status_code == status, answer.text
    if code is not None:
        assert answer.json()["code"] == code
    assert await core.fetch("SELECT FROM onboarding.document") == []


async def test_a_document_of_five_megabytes_is_taken(db: None) -> None:
    of = await taken_in("isv")
    content = b"%PDF-" + b"\x00" * 4_999_995
    body = {"item": "register_extract", **SAID["register_extract"], "document": document(content)}
    async with await clients.signed_in("owner", of) as owner:
        await post(owner, "/api/portal/file/evidence", body, 201)


async def test_only_the_owner_signs_and_no_program_does(db: None) -> None:
    of = await taken_in("isv")
    what = (await onboarding.list_agreements())[0]
    signed = {"name": "N", "language": "en", "sha256": what.sha256_en}
    path = f"/api/portal/agreements/{what.id}/accept"
    for role, status in (("member", 403), ("finance", 403), ("owner", 201)):
        async with await clients.signed_in(role, of) as caller:
            await post(caller, path, signed, status)
    row = await core.fetch_row("SELECT person_id, accepted_by FROM onboarding.acceptance")
    assert row is not None and row["accepted_by"] == f"person:{row['person_id']}"
    async with await clients.signed_in("owner", of) as owner:
        refused = await owner.post(
            "/api/portal/api-keys", json={"name": "p", "scopes": ["portal:agreement:sign"]}
        )
        assert refused.status_code == 422
        other = await post(owner, path, {**signed, "sha256": "0" * 64}, 201)
        assert other["id"], "what is signed is not signed twice"


async def test_the_mandate_is_revoked_in_the_portal(db: None) -> None:
    of = await taken_in("isv")
    async with await clients.signed_in("owner", of) as owner:
        none = await post(owner, "/api/portal/mandate/revoke", {}, 409)
        assert none["code"] == "no-mandate"
    await supplied(of)
    async with await clients.signed_in("owner", of) as owner:
        await post(owner, "/api/portal/mandate/revoke", {"reason": "changement de banque"})
        file = (await owner.get("/api/portal/file")).json()
        assert "self_billing_mandate" in file["missing"] and "agreement" not in file["missing"]


async def test_the_office_restricts_with_reasons_and_lifts(db: None) -> None:
    of = await taken_in("isv")
    body = {"kind": "restriction", "scope": "payout", "what": "Versements suspendus",
            "why": "IBAN contesté", "rule": "Agreement, 5", "notice_days": 0}  # fmt: skip
    async with await clients.signed_in("partner_manager") as staff:
        path = f"/api/office/organisations/{of}"
        short = {**body, "kind": "termination", "scope": "account", "notice_days": 29}
        refused = await post(staff, f"{path}/restrictions", short, 422)
        assert refused["code"] == "notice-too-short"
        made = await post(staff, f"{path}/restrictions", body, 201)
        assert (await staff.get(f"{path}/file")).json()["restricted"] == ["payout"]
        await post(staff, f"/api/office/restrictions/{made['id']}/lift", {"why": "IBAN confirmé"})
        assert (await staff.get(f"{path}/file")).json()["restricted"] == []
        [told] = (await staff.get(f"{path}/decisions")).json()["items"]
        assert told["lifted_at"] is not None
        lost = await post(staff, f"/api/office/organisations/{uuid7()}/restrictions", body, 404)
        assert lost["code"] == "organisation-unknown"
    async with await clients.signed_in("finance") as staff:
        await post(staff, f"/api/office/organisations/{of}/restrictions", body, 403)


async def test_verifying_in_spite_of_a_gap_needs_a_reason(db: None) -> None:
    of = await taken_in("isv")
    async with await clients.signed_in("partner_manager") as staff:
        path = f"/api/office/organisations/{of}/verify-despite"
        await post(staff, path, {"reason": ""}, 400)
        done = await post(staff, path, {"reason": "Connue depuis 2009"}, 200)
    assert done["verification"] == "verified"


async def test_the_administrator_announces_a_version(db: None) -> None:
    body: dict[str, Any] = {
        "kind": "self_billing", "text_fr": "Texte", "text_en": "Text", "contest_days": 15,
        "valid_from": (datetime.now(UTC) + timedelta(days=20)).isoformat(),
    }  # fmt: skip
    async with await clients.signed_in("partner_manager") as staff:
        await post(staff, "/api/office/agreements", body, 403)
    async with await clients.signed_in("admin") as staff:
        await post(staff, "/api/office/agreements", body, 201)
        late = await post(
            staff, "/api/office/agreements", {**body, "valid_from": "2026-01-01T00:00:00Z"}, 409
        )
        assert late["code"] == "agreement-too-late"
        soon = {**body, "kind": "partner", "contest_days": None}
        soon["valid_from"] = (datetime.now(UTC) + timedelta(days=14)).isoformat()
        told = await post(staff, "/api/office/agreements", soon, 422)
        assert told["code"] == "terms-too-soon" and told["facts"]["earliest_on"] in told["detail"]
        wrong = await post(staff, "/api/office/agreements", {**body, "contest_days": None}, 422)
        assert wrong["code"] == "agreement-wrong"
        listed = (await staff.get("/api/office/agreements")).json()["items"]
        assert [(one["kind"], one["version"]) for one in listed] == [
            ("partner", 1), ("self_billing", 2), ("self_billing", 1),
        ]  # fmt: skip
