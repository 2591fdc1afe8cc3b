"""What several make together in the demonstration, what is sold with, and who has still to pay."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

import httpx

from backend import (
    catalogue,
    charges,
    dues,
    kits,
    orders,
    payments,
    sales,
    settlement,
    stripe_sandbox,
)
from backend.catalogue import Facts
from backend.cli.demo.listings import put_on_sale
from backend.cli.place import ACTOR, SANDBOX_URL
from backend.core import PARIS, Money, fetch_value
from backend.settings import Settings

INTEGRATOR, EDITOR, BUYER = "iroise-conseil", "sauvegarde-sereine", "mairie-de-plouzane"
BUNDLE = Facts(
    category="backup", service_model="saas", data_location="france", sla_bp=9995,
    summary_fr="Archives scellées, reprise de l’existant et formation des agents.",
    summary_en="Sealed archives, with your present ones taken over and your staff trained.",
    description_fr="Une seule commande pour l’archivage et sa mise en service dans la commune.",
    description_en="One single order for the archive and for setting it up in your town.",
)  # fmt: skip
JOINT = Facts(
    category="security", service_model="saas", data_location="france", sla_bp=9990,
    summary_fr="Sauvegardes infogérées : l’éditeur les tient, l’intégrateur les restaure.",
    summary_en="Managed backups: the editor keeps them, the integrator restores them.",
    description_fr="Un seul numéro à appeler, et un exercice de restauration chaque trimestre.",
    description_en="One number to call, and a rehearsal of a restore every quarter.",
)  # fmt: skip
KIT = {
    "fr": ("Argumentaire de l’offre souveraine", "argumentaire.txt",
           "Trois questions à poser au client\n\n1. Où sont vos données ?\n"
           "2. Qui peut les lire ?\n3. Quand avez-vous restauré pour la dernière fois ?\n"),
    "en": ("Arguments for the sovereign offer", "arguments.txt",
           "Three questions to ask the customer\n\n1. Where are your data?\n"
           "2. Who can read them?\n3. When did you restore them last?\n"),
}  # fmt: skip


async def work_together(
    known: Mapping[str, UUID], settings: Settings, *, person: UUID, pays: bool, now: datetime
) -> None:
    """An offer of several and a joint one are on sale, each sold once; `person`, of finance, wrote
    down a payment that a colleague has to approve. `pays`: by the sandbox's page.
    """
    early = now - timedelta(days=2)
    await _combine(known, settings, early)
    if pays:
        await _buy(known, settings, now)
    await _own_jointly(known, settings, early)
    await _narrow(early)
    await _hand_out_kit(early)
    await _grant(known["sterne-drones"], early)
    await _pay_too_much(person, now)


async def _listing(name: str) -> UUID:
    found: UUID = await fetch_value("SELECT id FROM catalogue.listing WHERE name = $1", name)
    return found


async def _combine(known: Mapping[str, UUID], settings: Settings, at: datetime) -> None:
    """For local authorities and public bodies only (seed rows D-08 and P-03)."""
    built = catalogue.Built(
        service_fr="Reprise des archives et formation",
        service_en="Archives taken over, and training",
        service=Money(480_00, "EUR"),
        components=[await _listing("Archivage légal")],
    )
    made = await catalogue.build_bundle(
        known[INTEGRATOR], built, reference="mairie", slug="archives-de-mairie",
        name="Archives de mairie", facts=BUNDLE, segments=["local_authority", "public_body"],
        now=at, actor=ACTOR,
    )  # fmt: skip
    await catalogue.submit_listing(made, now=at, actor=ACTOR)
    await put_on_sale(made, base_url=settings.base_url, now=at + timedelta(hours=3))


async def _buy(known: Mapping[str, UUID], settings: Settings, now: datetime) -> None:
    """The town orders it, and pays by card on the sandbox's page."""
    at = now - timedelta(hours=1)
    order = await orders.place_order(
        organisation_id=known[BUYER], person_id=None, slug="archives-de-mairie", now=at, actor=ACTOR
    )
    url = httpx.URL(await orders.open_page(order, base_url=settings.base_url, now=at))
    sandbox = httpx.ASGITransport(stripe_sandbox.build_app(base_url=SANDBOX_URL))
    async with httpx.AsyncClient(transport=sandbox, base_url=SANDBOX_URL) as browser:
        paid = {"action": "pay", "method": "pm_card_visa", "email": f"buyer@{BUYER}.example"}
        await browser.post(url.path, data=paid)
    opened = await orders.read_order(order.id)
    assert opened.session_id is not None, "its page was opened"
    seen = await payments.read_checkout(opened.session_id)
    await orders.settle_checkout(order.id, seen, hold_days=settings.hold_days, now=now)


async def _own_jointly(known: Mapping[str, UUID], settings: Settings, at: datetime) -> None:
    """The integrator's listing belongs to the editor too, and is sold once (seed row R-11)."""
    first, second = known[INTEGRATOR], known[EDITOR]
    base_url = settings.base_url
    made = await catalogue.create_listing(
        first, reference="serenite", slug="serenite", name="Sérénité infogérée",
        price=Money(390_00, "EUR"), facts=JOINT, now=at, actor=ACTOR,
    )  # fmt: skip
    offer = await catalogue.propose_joint_offer(
        first, made, partner=EDITOR, first_bp=6_000, words="Vos sauvegardes, nos équipes.",
        now=at, actor=ACTOR, base_url=base_url,
    )  # fmt: skip
    owner = await fetch_value(
        "SELECT id FROM identity.person WHERE email = $1", f"owner@{EDITOR}.example"
    )
    await catalogue.accept_joint_offer(
        second, offer, now=at + timedelta(hours=1), actor=f"person:{owner}", base_url=base_url
    )
    later = at + timedelta(hours=2)
    await catalogue.submit_listing(made, now=later, actor=ACTOR)
    await put_on_sale(made, base_url=base_url, now=later + timedelta(hours=1))
    sale = sales.Sale(
        reference="demo-joint", organisation_id=first, listing_id=made, net=Money(390_00, "EUR"),
        vat_rate_bp=2000, buyer_country="FR", buyer_segment="pme", channel="direct",
        brought_by="operator", sold_at=later + timedelta(hours=4), source="import",
        collected_in="bank", buyer_id=known["cidrerie-du-leon"],
    )  # fmt: skip
    await sales.record_sales([sale], hold_days=settings.hold_days, now=sale.sold_at)


async def _narrow(at: datetime) -> None:
    """One listing is for very small companies alone (seed row O-02)."""
    await catalogue.offer_to(await _listing("Portfolio"), ["tpe"], now=at, actor=ACTOR)


async def _hand_out_kit(at: datetime) -> None:
    for language, (title, file_name, text) in KIT.items():
        await kits.publish_document(
            "sovereign-pitch", language="fr" if language == "fr" else "en", title=title,
            audience=kits.Audience(), file_name=file_name, content=text.encode(), now=at,
            actor=ACTOR,
        )  # fmt: skip


async def _grant(startup: UUID, at: datetime) -> None:
    """A second credit, of which most is left a season before its last day."""
    today: date = at.astimezone(PARIS).date()
    await charges.grant_credit(
        startup, Money(4_000_00, "EUR"), granted_on=today, expires_on=today + timedelta(days=90),
        reason="Deuxième levée de fonds, essais sur GPU.", now=at, actor=ACTOR,
    )  # fmt: skip


async def _pay_too_much(person: UUID, now: datetime) -> None:
    """More arrived than is owed: a second colleague says whether it counts."""
    [owing, *_] = await settlement.list_owing(limit=1)
    await dues.record_line(
        dues.Line(
            owing["organisation_id"], Money(owing["left_minor"] + 150_00, owing["currency"]),
            f"VIR {owing['number']} TROP", now.astimezone(PARIS).date(), "bank_transfer",
            "150 euros de plus que le solde : avance ou erreur ?",
        ),
        now=now, actor=f"person:{person}",
    )  # fmt: skip
