"""A row of each kind, made by the action that makes it in truth."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from backend import (
    catalogue,
    charges,
    core,
    deals,
    funds,
    kits,
    mail,
    onboarding,
    programmes,
    startups,
)
from backend.core import Money, uuid7
from tests import clients
from tests.given import joint
from tests.given.bundles import draft
from tests.given.catalogue import listing, put_on_sale
from tests.given.charges import charge
from tests.given.deals import plan
from tests.given.orders import BASE_URL
from tests.given.orders import order as place_order
from tests.given.partners import NOW, SYSTEM

PERSON = f"person:{uuid7()}"
PDF = b"%PDF-1.7 x"
MAY = date(2026, 5, 1)


async def mate() -> UUID:
    """With whom each has its joint offers."""
    return await joint.owner("Mate SAS", premium=True)


async def operators_own() -> None:
    await kits.publish_document(
        "pitch", language="fr", title="Argumentaire", audience=kits.Audience(),
        file_name="pitch.pdf", content=PDF, now=NOW, actor=SYSTEM,
    )  # fmt: skip


async def plant(of: UUID, owner: httpx.AsyncClient, canary: str, mate: UUID) -> None:
    await _by_browser(of, owner, canary)
    await _offers(of, canary, mate)
    await _people(of, canary)
    await _money(of, canary)
    await _file(of, canary)
    await _startup(of, canary)


async def _post(owner: httpx.AsyncClient, path: str, body: Any = None) -> Any:
    answer = await owner.post(f"/api/portal/{path}", json=body)
    assert answer.status_code < 300, (path, answer.text)
    return answer.json()


async def _by_browser(of: UUID, owner: httpx.AsyncClient, canary: str) -> None:
    invited = {"email": f"{canary}@walls.example", "role": "member"}
    await _post(owner, "team/invitations", invited)
    await _post(owner, "api-keys", {"name": canary, "scopes": ["portal:sale:read"]})
    hook = {
        "url": f"https://hooks.partner.fr/{canary}",
        "kinds": ["payout.paid"],
        "description": canary,
    }
    made = await _post(owner, "webhooks", hook)
    await _post(owner, f"webhooks/{made['endpoint']['id']}/ping")
    [payout] = (await owner.get("/api/portal/payouts")).json()["items"]
    await _post(owner, f"payouts/{payout['id']}/retry-requests", {"note": canary})


async def _offers(of: UUID, canary: str, mate: UUID) -> None:
    await joint.proposed(of, mate, await listing(of, published=False, name=canary))
    await joint.proposed(mate, of, await listing(mate, published=False, name="Shared"))
    for first, second in ((of, mate), (mate, of)):
        shared = await listing(first, published=False, name="Shared")
        await joint.accepted(first, second, shared)
        await put_on_sale(shared)
        await catalogue.propose_change(
            first, shared, {"price": {"amount_minor": 250_00, "currency": "EUR"}},
            now=NOW, actor=PERSON, base_url=BASE_URL,
        )  # fmt: skip
    part = await listing(mate, name="Part")
    await draft([part], of=of, name=canary)
    await listing(of, published=False, name=canary)
    await place_order(editor=mate, of=of)


async def _people(of: UUID, canary: str) -> None:
    await clients.person("member", of)
    await core.fetch(
        "INSERT INTO identity.passkey (person_id, credential_id, public_key, sign_count, name, "
        "created_at) SELECT person_id, $2, 'b', 0, $3, now() FROM identity.membership "
        "WHERE organisation_id = $1 AND role = 'owner'",
        of, canary.encode(), canary,
    )  # fmt: skip
    await programmes.apply_to(of, "technical", message=canary, now=NOW, actor=PERSON)
    await programmes.employ_person(
        of, email=f"{canary}.e@walls.example", name=canary, from_on=MAY, now=NOW, actor=SYSTEM
    )
    await programmes.declare_certificate(
        of, email=f"{canary}.d@walls.example", name=canary, works_from=MAY, kind="cloud",
        issued_on=MAY, expires_on=date(2027, 5, 1), evidence=canary, now=NOW, actor=PERSON,
    )  # fmt: skip


async def _money(of: UUID, canary: str) -> None:
    # In the quarter before, that there is a budget for co-marketing; then one to be read.
    await charge(of, 100_000_00, charged_on=date(2026, 9, 10), end_customer=canary)
    await charge(of, 100_00, end_customer=canary)
    await charges.grant_credit(
        of, Money(1_00, "EUR"), granted_on=date(2026, 1, 1), expires_on=date(2027, 12, 31),
        reason=canary, now=NOW, actor=SYSTEM,
    )  # fmt: skip
    starts = (NOW + timedelta(days=20)).date()
    wanted = funds.Plan(canary, "event", canary, starts, starts, Money(100_00, "EUR"))
    request = await funds.ask_for_funds(of, wanted, now=NOW, actor=PERSON)
    await funds.approve_request(request, approved_minor=10_00, reason=canary, now=NOW, actor=SYSTEM)
    await funds.add_proof(of, request, name=f"{canary}.pdf", content=PDF, now=NOW, actor=PERSON)
    facts = plan(customer_name=canary, customer_siren=None, customer_domain=f"{canary}.example")
    await deals.create_deal(of, facts, now=NOW, actor=PERSON)
    lead = await deals.create_lead(
        deals.LeadFacts(
            name=canary, country="FR", segment="eti", kind="infrastructure", need=canary,
            contact_name=canary, contact_email=f"{canary}@lead.example",
        ), now=datetime.now(UTC), actor=SYSTEM,
    )  # fmt: skip
    await deals.change_profile(
        of, takes_leads=True, segments=["eti"], countries=["FR"], regions=[],
        kinds=["infrastructure"], email=None, now=NOW, actor=PERSON,
    )  # fmt: skip
    await deals.offer_lead(lead, of, now=datetime.now(UTC), actor=SYSTEM)


async def _file(of: UUID, canary: str) -> None:
    claim = onboarding.Claim("register_extract", issued_on=date(2026, 11, 1))
    await onboarding.supply_evidence(
        of, claim, document=onboarding.Upload(f"{canary}.pdf", PDF), now=NOW, actor=PERSON
    )
    to = await core.fetch_value("SELECT email FROM partners.organisation WHERE id = $1", of)
    letter = mail.Letter(kind="statement", subject=canary, paragraphs=[canary], link=None)
    await mail.send(to, letter, language="fr", now=NOW)


async def _startup(of: UUID, canary: str) -> None:
    """Last: whoever is a start-up is no reseller any more."""
    later = NOW + timedelta(seconds=1)
    await programmes.leave(of, programmes.RESELLER, reason="A start.", now=NOW, actor=SYSTEM)
    asked = await startups.apply(
        of, startups.Project(canary, canary, canary), now=later, actor=PERSON
    )
    await startups.accept_application(asked, reason="It fits.", now=later, actor=SYSTEM)
    await startups.ask_graduation(of, words=canary, now=later, actor=PERSON)
