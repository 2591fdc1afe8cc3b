"""Deals and leads over HTTP: both desks, each role, and what the other does not read."""

from datetime import UTC, datetime
from typing import Any

import httpx

from backend import core, identity
from tests import clients
from tests.given import deals as given

DEAL: dict[str, Any] = {
    "customer_name": "Détail Ouest", "customer_country": "FR", "customer_segment": "eti",
    "customer_siren": given.SIRENS[0], "target_close_on": "2099-03-01",
    "amount": {"amount_minor": 1500000, "currency": "EUR"}, "environment": "enterprise",
    "contact_name": "Awa Diallo", "contact_email": "awa@integra.example",
}  # fmt: skip


async def registered(partner: httpx.AsyncClient, **more: Any) -> str:
    made = await partner.post("/api/portal/deals", json={**DEAL, **more})
    assert made.status_code == 201, made.text
    deal = made.json()["deal"]
    sent = await partner.post(
        f"/api/portal/deals/{deal['id']}/submit", json={"revision": deal["revision"]}
    )
    assert sent.status_code == 200, sent.text
    return str(deal["id"])


async def test_a_deal_goes_from_a_partners_sales_person_to_the_office_and_back(db: None) -> None:
    integra = await given.integrator()
    async with (
        await clients.signed_in("member", integra) as partner,
        await clients.signed_in("partner_manager") as staff,
    ):
        deal_id = await registered(partner)
        waiting = (await staff.get("/api/office/deals?review=waiting")).json()["items"]
        assert [one["id"] for one in waiting] == [deal_id]
        address = f"/api/office/deals/{deal_id}"
        taken = (await staff.post(f"{address}/take-up", json={"revision": 2})).json()
        assert taken["deal"]["review"] == "in_review"
        back = await partner.post(f"/api/portal/deals/{deal_id}/take-back")
        assert (back.status_code, back.json()["code"]) == (409, "deal-step-refused")
        asked = await staff.post(
            f"{address}/ask", json={"fields": ["plan"], "reason": "Combien ?", "revision": 3}
        )
        assert asked.status_code == 200, asked.text
        mine = (await partner.get(f"/api/portal/deals/{deal_id}")).json()
        assert mine["deal"]["changeable"] == ["plan"]
        assert "actor" not in mine["steps"][0]
        changed = await partner.put(
            f"/api/portal/deals/{deal_id}", json={**DEAL, "plan": "200", "revision": 4}
        )
        assert changed.status_code == 200, changed.text
        await partner.post(f"/api/portal/deals/{deal_id}/submit", json={"revision": 5})
        done = await staff.post(f"{address}/approve", json={"revision": 6})
        assert done.json()["deal"]["protected_until"] is not None
        moved = await partner.post(
            f"/api/portal/deals/{deal_id}/stage", json={"stage": "qualified", "revision": 7}
        )
        assert moved.json()["deal"]["stage"] == "qualified"


async def test_a_rival_reads_that_there_is_a_conflict_and_never_whose(db: None) -> None:
    integra, rival = await given.integrator("Secrète SARL"), await given.integrator("Rivale")
    async with (
        await clients.signed_in("owner", integra) as first,
        await clients.signed_in("owner", rival) as second,
        await clients.signed_in("admin") as staff,
    ):
        one = await registered(first)
        await staff.post(f"/api/office/deals/{one}/approve", json={"revision": 2})
        other = await registered(second, customer_siren=None, customer_vat="FR96552100554")
        mine = await second.get(f"/api/portal/deals/{other}")
        assert mine.json()["deal"]["has_conflict"] is True
        assert "Secrète" not in mine.text
        assert (await second.get(f"/api/portal/deals/{one}")).status_code == 404
        assert (await second.get("/api/portal/deals")).text.count("Rivale") == 1
        read = (await staff.get(f"/api/office/deals/{other}")).json()
        (met,) = read["conflicts"]
        assert (met["organisation"], met["kind"], met["blocks"]) == (
            "Secrète SARL", "protected", True
        )  # fmt: skip
        refused = await staff.post(f"/api/office/deals/{other}/approve", json={"revision": 2})
        assert (refused.status_code, refused.json()["code"]) == (409, "customer-protected")


async def test_a_draft_is_the_partners_alone(db: None) -> None:
    integra = await given.integrator()
    async with (
        await clients.signed_in("owner", integra) as partner,
        await clients.signed_in("admin") as staff,
    ):
        made = (await partner.post("/api/portal/deals", json=DEAL)).json()["deal"]
        assert (await staff.get("/api/office/deals")).json()["items"] == []
        assert (await staff.get(f"/api/office/deals/{made['id']}")).status_code == 404
        assert "Détail" not in (await staff.get("/api/office/deals/export")).text


async def test_finance_reads_deals_and_writes_none(db: None) -> None:
    integra = await given.integrator()
    async with await clients.signed_in("finance", integra) as finance:
        assert (await finance.get("/api/portal/deals")).status_code == 200
        assert (await finance.post("/api/portal/deals", json=DEAL)).status_code == 403


async def test_wrong_numbers_and_domains_are_named_at_their_fields(db: None) -> None:
    integra = await given.integrator()
    async with await clients.signed_in("owner", integra) as partner:
        for wrong, field in (
            ({"customer_siren": "552100555"}, "customer_siren"),
            ({"customer_vat": "FR00552100554"}, "customer_vat"),
            ({"customer_domain": "nulle part"}, "customer_domain"),
        ):
            answer = await partner.post("/api/portal/deals", json={**DEAL, **wrong})
            assert answer.status_code == 422
            assert [one["field"] for one in answer.json()["errors"]] == [field]


async def test_an_unverified_partner_keeps_a_draft_and_a_buyer_none(db: None) -> None:
    acme = await clients.organisation("acme", "vai")
    shop = await clients.organisation("shop", "buyer")
    async with await clients.signed_in("owner", acme) as partner:
        made = (await partner.post("/api/portal/deals", json=DEAL)).json()["deal"]
        answer = await partner.post(
            f"/api/portal/deals/{made['id']}/submit", json={"revision": made["revision"]}
        )
        assert (answer.status_code, answer.json()["code"]) == (403, "not-a-deal-partner")
    async with await clients.signed_in("owner", shop) as buyer:
        assert (await buyer.post("/api/portal/deals", json=DEAL)).status_code == 403


async def test_who_acts_for_the_partner_does_not_decide(db: None) -> None:
    integra = await given.integrator()
    deal_id = await given.submitted(integra)
    email = await clients.person("partner_manager")
    person = await core.fetch_value("SELECT id FROM identity.person WHERE email = $1", email)
    await identity.add_membership(
        person, organisation_id=integra, role="owner", now=datetime.now(UTC), actor="system:test"
    )
    async with clients.visitor() as both:
        await both.post("/api/store/session", json={"email": email, "password": clients.PASSWORD})
        await both.post("/api/store/session/organisation", json={"organisation_id": None})
        answer = await both.post(f"/api/office/deals/{deal_id}/approve", json={"revision": 2})
        assert (answer.status_code, answer.json()["code"]) == (403, "own-deal")


async def test_no_key_of_theirs_and_nobody_who_just_left_decides_either(db: None) -> None:
    integra = await given.integrator()
    deal_id = await given.submitted(integra)
    email = await clients.person("admin")
    known = {"email": email, "password": clients.PASSWORD}
    person = await core.fetch_value("SELECT id FROM identity.person WHERE email = $1", email)
    async with clients.visitor() as both:
        await both.post("/api/store/session", json=known)
        made = await both.post(
            "/api/office/api-keys", json={"name": "program", "scopes": ["office:deal:write"]}
        )
        await identity.add_membership(
            person, organisation_id=integra, role="owner", now=datetime.now(UTC), actor="system:t"
        )
        async with clients.program(made.json()["key"]) as program:
            answer = await program.post(
                f"/api/office/deals/{deal_id}/take-up", json={"revision": 2}
            )
            assert (answer.status_code, answer.json()["code"]) == (403, "own-deal")
        await core.fetch(
            "UPDATE identity.membership SET ended_at = now() WHERE organisation_id = $1", integra
        )
        answer = await both.post(f"/api/office/deals/{deal_id}/take-up", json={"revision": 2})
        assert (answer.status_code, answer.json()["code"]) == (403, "own-deal")


async def test_a_lead_goes_to_the_partner_that_fits_and_becomes_its_deal(db: None) -> None:
    taker = await given.taker("Alpha", "reseller")
    async with (
        await clients.signed_in("owner", taker) as partner,
        await clients.signed_in("partner_manager") as staff,
    ):
        body = {
            "name": "Mairie d’Auray", "country": "FR", "segment": "pme", "kind": "infrastructure",
            "need": "Sauvegarde", "amount": {"amount_minor": 0, "currency": "EUR"},
            "contact_name": "Yann", "contact_email": "yann@auray.example",
        }  # fmt: skip
        made = (await staff.post("/api/office/leads", json=body)).json()
        (best,) = made["suggestions"]
        assert [one["why"] for one in best["why"]] == ["segment", "country", "kind", "role"]
        address = f"/api/office/leads/{made['lead']['id']}"
        offered = await staff.post(
            f"{address}/offer", json={"organisation_id": best["organisation_id"]}
        )
        assert offered.json()["lead"]["asked"] == "Alpha"
        (mine,) = (await partner.get("/api/portal/leads")).json()["items"]
        assert mine["contact_email"] is None
        accepted = await partner.post(f"/api/portal/leads/{mine['id']}/accept")
        deal = (await partner.get(f"/api/portal/deals/{accepted.json()['deal_id']}")).json()
        assert deal["deal"]["from_lead"] is True
        assert (await staff.get(address)).json()["lead"]["accepted"] == "Alpha"
        again = await partner.post(f"/api/portal/leads/{mine['id']}/accept")
        assert (again.status_code, again.json()["code"]) == (409, "lead-moved-on")


async def test_files_come_and_go(db: None) -> None:
    integra = await given.integrator()
    async with (
        await clients.signed_in("owner", integra) as partner,
        await clients.signed_in("admin") as staff,
    ):
        await registered(partner)
        exported = await partner.get("/api/portal/deals/export?locale=fr")
        assert "15000,00" in exported.text
        tried = await partner.post(
            "/api/portal/deals/import", json={"csv": exported.text, "dry_run": True}
        )
        assert (tried.json()["made"], tried.json()["known"]) == (0, 1)
        bad = await partner.post("/api/portal/deals/import", json={"csv": "a,b", "dry_run": True})
        assert (bad.status_code, bad.json()["code"]) == (422, "unreadable-file")
        await staff.post(
            "/api/office/leads/import",
            json={"csv": "name,country,segment,kind,need\nA,FR,pme,listing,x", "dry_run": False},
        )
        assert "A,FR" in (await staff.get("/api/office/leads/export")).text


async def test_the_protection_is_a_dated_setting_of_the_administrators(db: None) -> None:
    new = {"name": "protection_days", "value": 60, "valid_from": "2030-01-01T00:00:00Z"}
    async with await clients.signed_in("partner_manager") as manager:
        assert (await manager.post("/api/office/deal-settings", json=new)).status_code == 403
    async with await clients.signed_in("admin") as admin:
        assert (await admin.post("/api/office/deal-settings", json=new)).status_code == 201
        past = await admin.post(
            "/api/office/deal-settings", json={**new, "valid_from": "2020-01-01T00:00:00Z"}
        )
        assert (past.status_code, past.json()["code"]) == (422, "bad-deal-setting")
