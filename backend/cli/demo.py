"""The demonstration operator, Iroise Cloud: made by driving the real actions, nothing else."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import click
from rich.console import Console
from rich.progress import track

from backend import core, identity, onboarding, partners, payouts, sales, settlement
from backend.cli.demo_listings import WAITING, make_listing, put_on_sale
from backend.cli.place import ACTOR, Result, command, stripe, uses_sandbox
from backend.cli.sandbox import check_sandbox, missing, top_up
from backend.core import Money, Month
from backend.settings import Settings
from backend.stripe_sandbox import advance_clock

ERRORS = Console(stderr=True)
PASSWORD = "iroise-demo-2026"  # noqa: S105  (of made-up people on the reader's own machine)
SEED = 2014
MONTHS = 4
"""Whole months of sales before the present one."""

STAFF = {
    "admin@iroise.example": ("Nolwenn Le Bihan", "admin"),
    "finance@iroise.example": ("Yann Kerjean", "finance"),
    "treasury@iroise.example": ("Gwenaëlle Salaün", "finance"),
    "partners@iroise.example": ("Maïwenn Riou", "partner_manager"),
    "audit@iroise.example": ("Hervé Quéméneur", "auditor"),
}
LOGINS = {
    "admin@iroise.example": "operator, administrator",
    "finance@iroise.example": "operator, finance: closes months, pays",
    "treasury@iroise.example": "operator, finance: approves what the other asks for",
    "audit@iroise.example": "operator, auditor: reads everything",
    "owner@sauvegarde-sereine.example": "partner (editor), owner",
    "buyer@mairie-de-plouzane.example": "buyer",
}

NAMES = {"owner": "Maëlle Le Goff", "buyer": "Gwenn Abiven"}


class Editor(NamedTuple):
    """A made-up editor. `iban_tail` steers its bank in the sandbox; None is never verified."""

    reference: str
    name: str
    vat_regime: str
    iban_tail: str | None
    listings: Sequence[tuple[str, int]]


EDITORS = (
    Editor("sauvegarde-sereine", "Sauvegarde Sereine", "fr_registered", "3000",
           (("Sauvegarde continue", 249_00), ("Archivage légal", 89_00))),
    Editor("granit-erp", "Granit ERP", "fr_registered", "3000",
           (("Granit Comptabilité", 490_00), ("Granit Paie", 310_00))),
    Editor("phare-supervision", "Phare Supervision", "fr_registered", "3000",
           (("Phare", 149_00), ("Phare Astreinte", 59_00))),
    Editor("abers-crm", "Abers CRM", "fr_registered", "3000", (("Abers CRM", 199_00),)),
    Editor("menhir-securite", "Menhir Sécurité", "fr_registered", "3001",
           (("Pare-feu applicatif", 399_00), ("Audit mensuel", 650_00))),
    Editor("ecume-studio", "Écume Studio", "fr_franchise_293b", "3000",
           (("Galerie", 19_00), ("Portfolio", 12_50))),
    Editor("goemon-data", "Goémon Analytique", "fr_registered", "3000",
           (("Entrepôt géré", 820_00),)),
    Editor("korrigan-labs", "Korrigan Labs", "fr_franchise_293b", None,
           (("Traduction", 33_33),)),
    Editor("nordlicht", "Nordlicht Software GmbH", "eu_reverse_charge", "3000",
           (("Nordlicht Signatur", 129_00),)),
    Editor("vent-d-ouest", "Vent d’Ouest Mobilité", "fr_registered", "3002",
           (("Flotte", 275_00),)),
    Editor("chenal-reseaux", "Chenal Réseaux", "fr_registered", "3000",
           (("Chenal VPN", 115_00), ("Estuaire CDN", 180_00))),
    Editor("menhir-ia", "Menhir IA", "fr_registered", "3000", (("Menhir Inférence", 260_00),)),
)  # fmt: skip
BUYERS = (
    ("mairie-de-plouzane", "Mairie de Plouzané", "local_authority"),
    ("cidrerie-du-leon", "Cidrerie du Léon", "pme"),
    ("armor-logistique", "Armor Logistique", "eti"),
    ("biscuits-de-crozon", "Biscuits de Crozon", "tpe"),
    ("chu-de-la-pointe", "CHU de la Pointe", "public_body"),
    ("compagnie-des-phares", "Compagnie des Phares", "large_account"),
)


@click.group(invoke_without_command=True)
@click.pass_context
def demo(context: click.Context) -> None:
    """Seed the demonstration operator, once; or verify imported partners in the sandbox."""
    if context.invoked_subcommand is None:
        context.invoke(seed_demo, as_json=False)


@demo.command("seed")
@command
async def seed_demo(settings: Settings) -> Result:
    """Partners, listings, buyers, four months of sales, closed and paid; again changes nothing."""
    async with stripe(settings):
        made = await seed(settings)
    return Result(made.facts, made.text or "The demonstration operator is there already.")


@demo.command("verify-partners")
@command
async def verify_partners(settings: Settings) -> Result:
    """Walk every unverified partner through the sandbox's onboarding, as its owner would."""
    check_sandbox(settings)
    waiting = await partners.list_unverified()
    async with stripe(settings):
        for organisation in track(waiting, "Verifying", console=ERRORS):
            await payouts.verify_in_sandbox(organisation, now=now(), actor=ACTOR)
    return Result({"verified": len(waiting)}, f"{len(waiting)} partners verified.")


def now() -> datetime:
    return datetime.now(UTC)


async def seed(settings: Settings) -> Result:
    """The demonstration operator exists; answers an empty text when it did before."""
    if await core.fetch_value("SELECT EXISTS (SELECT FROM identity.person)"):
        return Result({"seeded": False}, "")
    ERRORS.print("Making the demonstration operator Iroise Cloud ...")
    await _make_staff()
    listings = await _make_editors(settings.base_url)
    buyers = await _make_buyers()
    count = await _sell(listings, buyers, settings)
    last = Month.of(now()).previous
    await settlement.close_through(
        last, minimum_hundredths=settings.payout_minimum_minor, now=now(), actor=ACTOR
    )
    if uses_sandbox(settings):
        await _pay(last)
    text = f"Iroise Cloud: {len(EDITORS)} editors, {len(buyers)} buyers, {count} sales."
    return Result({"seeded": True, "sales": count}, text)


async def _make_staff() -> None:
    for email, (name, role) in STAFF.items():
        person = await identity.create_person(
            email=email, name=name, password=PASSWORD, now=now(), actor=ACTOR
        )
        await identity.add_membership(
            person, organisation_id=None, role=role, now=now(), actor=ACTOR
        )


async def _make_person(reference: str, word: str, organisation: UUID, role: str) -> None:
    person = await identity.create_person(
        email=f"{word}@{reference}.example",
        name=NAMES[word],
        password=PASSWORD,
        now=now(),
        actor=ACTOR,
    )
    await identity.add_membership(
        person, organisation_id=organisation, role=role, now=now(), actor=ACTOR
    )


async def _make_editors(base_url: str) -> list[tuple[UUID, UUID, Money]]:
    """Editors with their listings: (editor, listing, price). Who was never checked waits for the
    office with its own, and so does one listing of the first.
    """
    made = []
    for editor in EDITORS:
        country = "DE" if editor.vat_regime == "eu_reverse_charge" else "FR"
        organisation = await partners.create_organisation(
            reference=editor.reference,
            name=editor.name,
            country=country,
            segment="pme",
            roles=["isv"],
            vat_regime=editor.vat_regime,
            email=f"owner@{editor.reference}.example",
            now=now(),
            actor=ACTOR,
        )
        if editor is EDITORS[0]:
            await _make_person(editor.reference, "owner", organisation, "owner")
        if editor.iban_tail is not None:
            await onboarding.complete_in_sandbox(organisation, now=now(), actor=ACTOR)
            await onboarding.verify_organisation(organisation, now=now(), actor=ACTOR)
        for number, (name, price_minor) in enumerate(editor.listings, 1):
            reference = f"{editor.reference}-{number}"
            price = Money(price_minor, "EUR")
            listing = await make_listing(organisation, reference, name, price, now=now())
            if editor.iban_tail is not None:
                await put_on_sale(listing, base_url=base_url, now=now())
            made.append((organisation, listing, price))
        if editor is EDITORS[0]:
            await make_listing(organisation, "waiting", WAITING, Money(159_00, "EUR"), now=now())
    return made


async def _make_buyers() -> list[tuple[UUID, str]]:
    made = []
    for reference, name, segment in BUYERS:
        organisation = await partners.create_organisation(
            reference=reference,
            name=name,
            country="FR",
            segment=segment,
            roles=["buyer"],
            now=now(),
            actor=ACTOR,
        )
        if (reference, name, segment) == BUYERS[0]:
            await _make_person(reference, "buyer", organisation, "buyer")
        made.append((organisation, segment))
    return made


async def _sell(
    listings: Sequence[tuple[UUID, UUID, Money]],
    buyers: Sequence[tuple[UUID, str]],
    settings: Settings,
) -> int:
    """Sales of the last months, collected at the operator's bank, and a refund now and then."""
    chance = random.Random(SEED)
    first = Month.of(now())
    for _ in range(MONTHS):
        first = first.previous
    made: list[sales.Sale] = []
    moment = first.start + timedelta(hours=9)
    while moment < now() - timedelta(hours=1):
        organisation, listing, price = chance.choice(listings)
        buyer, segment = chance.choice(buyers)
        made.append(
            sales.Sale(
                reference=f"demo-{len(made) + 1:05d}",
                organisation_id=organisation,
                listing_id=listing,
                net=Money(price.amount_minor * chance.choice((1, 1, 1, 2, 3, 5)), "EUR"),
                vat_rate_bp=2000,
                buyer_country="FR",
                buyer_segment=segment,
                channel=chance.choices(sales.CHANNELS, (70, 10, 8, 8, 4))[0],
                brought_by="operator",
                sold_at=moment,
                source="import",
                collected_in="bank",
                buyer_id=buyer,
            )
        )
        moment += timedelta(minutes=chance.randint(120, 900))
    await sales.record_sales(made, hold_days=settings.hold_days, now=now())
    for sale in chance.sample(made, len(made) // 40):
        await sales.refund_sale(
            sale.reference,
            Money(sale.net.amount_minor // chance.choice((1, 2, 3)), "EUR"),
            reference=f"{sale.reference}-refund",
            refunded_at=min(sale.sold_at + timedelta(days=3), now()),
            now=now(),
            actor=ACTOR,
        )
    return len(made)


async def _pay(last: Month) -> None:
    """Verify all but one, fund the platform, pay every closed month but leave the last moving."""
    for editor in EDITORS:
        if editor.iban_tail is not None:
            organisation = await partners.find_by_reference(editor.reference)
            await payouts.verify_in_sandbox(
                organisation.id, now=now(), actor=ACTOR, iban_tail=editor.iban_tail
            )
    await top_up(await missing("EUR"))
    months = [last]
    for _ in range(MONTHS - 1):
        months.insert(0, months[0].previous)
    for month in months:
        await payouts.pay(month, actor=ACTOR, wait=month != last, advance_clock=advance_clock)
