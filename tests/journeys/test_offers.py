"""What partners' people offer: built, read, published, sold, shared and paid, to the cent."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from backend import (
    charges,
    core,
    deals,
    ledger,
    orders,
    payments,
    payouts,
    programmes,
    reports,
    settlement,
    stripe_sandbox,
)
from backend.core import Month
from tests import clients, given
from tests.given.charges import a_charge, row
from tests.given.deals import SIRENS
from tests.given.orders import pay_on_page
from tests.journeys.test_sale_to_payout import DAY_S, created, deliver, euros, read
from tests.payments.conftest import Watched

PRESENTATION = b"%PDF-1.7 how to sell it"
SERVICE = {"amount_minor": 50_01, "currency": "EUR"}


async def joined(roles: list[str], name: str) -> UUID:
    """A partner whom the operator has checked, with a whole file."""
    async with await clients.signed_in("admin") as office:
        facts = {"reference": name.lower(), "name": name, "country": "FR", "segment": "pme",
                 "roles": roles, "email": f"finance@{name.lower()}.example"}  # fmt: skip
        made = UUID((await created(office, "/api/office/organisations", facts))["id"])
    await given.verified(made)
    return made


def an_offer(component: UUID, **more: Any) -> dict[str, Any]:
    made_of = {"service_fr": "Mise en service", "service_en": "Setting it up", "service": SERVICE,
               "components": [str(component)]}  # fmt: skip
    return {"reference": "OFFER-1", "slug": "mairie-cle-en-main", "name": "Mairie clé en main",
            "category": "backup", "summary_fr": "Tout compris", "summary_en": "All in",
            "segments": ["public_body"], "made_of": made_of, **more}  # fmt: skip


async def published(seller: httpx.AsyncClient, component: UUID) -> dict[str, Any]:
    """Built by one of the partner's people, submitted, read by the office, and on sale."""
    made = await created(seller, "/api/portal/bundles", an_offer(component))
    built: dict[str, Any] = made["listing"]
    await created(seller, f"/api/portal/listings/{built['id']}/submit")
    there = f"/api/office/listings/{built['id']}"
    async with await clients.signed_in("partner_manager") as office:
        seen = await read(office, there)
        assert [part["owner"] for part in seen["bundle"]["parts"]] == ["Editeur"]
        earned = (await read(office, f"{there}/earnings"))["items"]
        assert [one["operator_brought"]["partner"]["amount_minor"] for one in earned] == [
            35_01,
            69_99,
        ]
        decision = {"revision": seen["revision"], "reason": "Claire et utile"}
        await created(office, f"{there}/approve", decision)
    return built


async def test_D_08_a_partners_user_creates_an_offer_it_is_approved_and_published(
    db: None,
) -> None:
    maker, editor = await joined(["vai"], "Integra"), await joined(["isv"], "Editeur")
    component = await given.listing(editor, 99_99)
    async with await clients.signed_in("partner_manager") as office:
        document = {"code": "how-to-sell", "language": "en", "title": "How to sell it",
                    "role": "vai", "file_name": "pitch.pdf",
                    "content": base64.b64encode(PRESENTATION).decode()}  # fmt: skip
        made = (await created(office, "/api/office/kit", document))["id"]
    async with (
        await clients.signed_in("member", maker) as seller,
        await clients.signed_in("member", maker) as colleague,
        await clients.signed_in("member", editor) as other,
    ):
        # The kit is for integrators: both sales people have it, an editor does not.
        for person in (seller, colleague):
            (one,) = (await read(person, "/api/portal/kit"))["items"]
            answer = await person.get(f"/api/portal/kit/{one['id']}")
            assert answer.content == PRESENTATION
            assert answer.headers["content-disposition"].startswith("attachment")
        assert (await read(other, "/api/portal/kit"))["items"] == []
        assert (await other.get(f"/api/portal/kit/{made}")).status_code == 404
        choices = (await read(seller, "/api/portal/bundles/components?q=sauv"))["items"]
        assert [one["owner"] for one in choices] == ["Editeur"]
        mine = await created(seller, "/api/portal/bundles/preview", SERVICE)
        assert mine["operator_brought"]["partner"]["amount_minor"] == 35_01
        assert mine["you_brought"]["partner"]["amount_minor"] == 50_01
        refused = await other.post("/api/portal/bundles", json=an_offer(component))
        assert (refused.status_code, refused.json()["code"]) == (403, "bundles-not-yours")
        built = await published(seller, component)
        deal = {"customer_name": "Mairie", "customer_country": "FR",
                "customer_segment": "public_body", "target_close_on": "2099-03-01",
                "listing_id": built["id"],
                "amount": {"amount_minor": 150_00, "currency": "EUR"}}  # fmt: skip
        assert (await seller.post("/api/portal/deals", json=deal)).status_code == 201
    async with await clients.signed_in("admin") as office:
        had = (await read(office, f"/api/office/kit/{made}/downloads"))["items"]
        assert [one["organisation"] for one in had] == ["Integra", "Integra"]
    council = await given.buyer("Mairie", segment="public_body")
    async with await clients.signed_in("buyer", council) as buyer, clients.visitor() as nobody:
        page = await buyer.get(f"/en/listings/{built['slug']}")
        assert "Setting it up" in page.text and "Sauvegarde Sereine" in page.text
        assert (await nobody.get(f"/en/listings/{built['slug']}")).status_code == 404


async def protected(seller: httpx.AsyncClient, maker: UUID, listing_id: str) -> str:
    """The integrator registers a deal on its offer, and the office accepts it."""
    plan = {"customer_name": "Mairie A", "customer_country": "FR",
            "customer_segment": "public_body", "customer_siren": SIRENS[0],
            "target_close_on": "2099-03-01", "contact_name": "Awa Diallo",
            "contact_email": "awa@mairie.example", "listing_id": listing_id,
            "amount": {"amount_minor": 150_00, "currency": "EUR"}}  # fmt: skip
    deal: str = (await created(seller, "/api/portal/deals", plan))["deal"]["id"]
    await deals.submit_deal(
        UUID(deal), revision=1, organisation_id=maker, now=datetime.now(UTC), actor=given.SYSTEM
    )
    await deals.approve_deal(
        UUID(deal), reason="", revision=2, now=datetime.now(UTC), actor=given.SYSTEM
    )
    return deal


async def bought(stripe: Watched, buyer_id: UUID, slug: str) -> str:
    async with await clients.signed_in("buyer", buyer_id) as buyer:
        told = await created(buyer, "/api/store/orders", {"listing": slug})
        await pay_on_page(stripe, told["checkout_url"])
        await deliver()
        order = await read(buyer, f"/api/store/orders/{told['order']['id']}")
    assert (order["state"], order["gross"]["amount_minor"]) == ("paid", 180_00)
    paid: str = order["id"]
    return paid


async def lines(order_id: str) -> list[tuple[Any, ...]]:
    rows = await core.fetch(
        "SELECT organisation_id, net_minor, partner_minor, operator_minor FROM sales.sale_line "
        "WHERE bundle_reference = $1 ORDER BY reference",
        f"order:{order_id}",
    )
    return [tuple(row) for row in rows]


async def test_P_03_an_integrator_combines_sells_by_two_ways_and_is_paid(stripe: Watched) -> None:
    await payments.ensure_destinations("http://hooks.test/stripe", datetime.now(UTC))
    maker, editor = await joined(["vai"], "Integra"), await joined(["isv"], "Editeur")
    now = datetime.now(UTC)
    await programmes.enter(
        maker, programmes.RESELLER, level="certified", reason="Certified",
        now=now - timedelta(days=3), actor=given.SYSTEM,
    )  # fmt: skip
    component = await given.listing(editor, 99_99)
    known = await given.buyer("Mairie A", segment="public_body")
    found = await given.buyer("Mairie B", segment="public_body")
    await core.fetch("UPDATE partners.organisation SET siren = $2 WHERE id = $1", known, SIRENS[0])
    async with await clients.signed_in("member", maker) as seller:
        built = await published(seller, component)
        deal = await protected(seller, maker, built["id"])
    by_deal, by_store = [await bought(stripe, who, built["slug"]) for who in (known, found)]
    async with await clients.signed_in("admin") as office:
        kept = await read(office, f"/api/office/orders/{by_deal}")
        assert (kept["channel"], kept["brought_by"]) == ("vai", "partner")
    assert (await orders.read_order(UUID(by_deal))).deal_id == UUID(deal), "the evidence stays"
    # The integrator brought the first: nothing is kept (F-09). The store brought the second: 30 %.
    assert await lines(by_deal) == [(maker, 50_01, 50_01, 0), (editor, 99_99, 99_99, 0)]
    assert await lines(by_store) == [(maker, 50_01, 35_01, 15_00), (editor, 99_99, 69_99, 30_00)]
    assert await euros(ledger.earned(editor)) == 169_98
    # Its price on infrastructure (money rule e): certified, enterprise, 15 % off.
    used = a_charge(maker, 40_00, environment="enterprise", charged_on=now.date())
    await charges.record_charge(used, now=now, actor=given.SYSTEM)
    assert (await row(used))["net_minor"] == 34_00
    await paid_out(Month.of(now), {maker: 61_22, editor: 203_98})
    await given_back(by_store, Month.of(now).next, {maker: -35_01, editor: -69_99})
    assert await reports.run_checks() == []


async def given_back(order_id: str, month: Month, taken: dict[UUID, int]) -> None:
    """Refunded after the payout, whole and once: each owner carries its own part (rule f3)."""
    await stripe_sandbox.fund(400_00)
    there = f"/api/office/orders/{order_id}/refunds"
    async with await clients.signed_in("admin") as office:
        partly = await office.post(there, json={"net": {"amount_minor": 1, "currency": "EUR"}})
        assert (partly.status_code, partly.json()["code"]) == (409, "order-refunded-whole")
        made = await created(office, there, {})
        assert (made["state"], made["gross"]["amount_minor"]) == ("done", 180_00)
        await deliver()
        again = await office.post(there, json={})
        assert (again.status_code, again.json()["code"]) == (409, "order-refund-too-large")
    assert [sum(column) for column in list(zip(*await lines(order_id), strict=True))[1:]] == [0] * 3
    assert {owner: await euros(ledger.earned(owner)) for owner in taken} == taken
    after = month.end + timedelta(days=1)
    await settlement.close_month(month, minimum_hundredths=0, now=after, actor=given.SYSTEM)
    paid = await payouts.pay(
        month, actor=given.SYSTEM, wait=True, advance_clock=stripe_sandbox.advance_clock
    )
    assert paid.new == 0


async def paid_out(month: Month, expected: dict[UUID, int]) -> None:
    """The month is closed, and what each statement says goes to its bank.

    The integrator's 85.02 with 17.00 of VAT, less 34.00 of infrastructure and 6.80.
    """
    after = month.end + timedelta(days=1)
    await settlement.close_month(month, minimum_hundredths=0, now=after, actor=given.SYSTEM)
    for partner in expected:
        await payouts.verify_in_sandbox(partner, now=datetime.now(UTC), actor=given.SYSTEM)
    await stripe_sandbox.advance_clock(20 * DAY_S)
    paid = await payouts.pay(
        month, actor=given.SYSTEM, wait=True, advance_clock=stripe_sandbox.advance_clock
    )
    assert (paid.new, paid.held, paid.failed) == (2, 0, 0)
    sent = {
        one["organisation_id"]: (one["amount_minor"], one["state"])
        for one in await payouts.list_payouts(month=month)
    }
    assert sent == {partner: (minor, "final") for partner, minor in expected.items()}
