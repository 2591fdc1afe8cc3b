"""How the partners of the demonstration come to be there: each joins in its month."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from backend import identity, network, onboarding, partners, payouts, programmes, startups
from backend.cli.demo.cast import OWNERS, PASSWORD, Partner
from backend.cli.demo.listings import WAITING, make_listing, put_on_sale
from backend.cli.place import ACTOR
from backend.core import PARIS, Money

PROGRAMME = {
    "isv": programmes.EDITOR,
    "vai": programmes.RESELLER,
    "wholesaler": programmes.RESELLER,
    "reseller": programmes.RESELLER,
    "startup": programmes.STARTUP,
}
WHY = {
    programmes.EDITOR: "Service hébergé en France, documentation en deux langues.",
    programmes.RESELLER: "Équipe commerciale présente en Bretagne, contrat signé.",
    programmes.STARTUP: "Projet innovant, équipe complète, intégration prévue sous six mois.",
}
SHARES = {"fonderie-serveurs": 1200, "hypervision": 800}
"""Of what the hardware or licence earns, in basis points (money rule n)."""
POOL = "vm"
"""What runs on them: the resource of `using.RESOURCES`, or the first part of its name."""

Offers = list[tuple[UUID, UUID, Money]]
"""(editor, listing, price) of what the store sells."""


async def join(
    partner: Partner, known: Mapping[str, UUID], *, at: datetime, base_url: str, sandbox: bool
) -> tuple[UUID, Offers]:
    """The partner is registered, checked, in its programme and on sale from `at` on."""
    organisation = await _register(partner, at)
    if partner.role == "supplier":
        await _sign_supply(partner, organisation, at)
        return organisation, []
    if partner.iban_tail is not None:
        await _check(organisation, partner.iban_tail, at=at, sandbox=sandbox)
        await _enter_programme(partner, organisation, at + timedelta(hours=2))
    if partner.above is not None:
        await network.join(
            organisation,
            known[partner.above],
            "wholesaler" if partner.above == "grand-large" else "operator",
            now=at,
            actor=ACTOR,
            reason="Contrat de revente signé.",
        )
    return organisation, await _offer(partner, organisation, at, base_url)


async def _register(partner: Partner, at: datetime) -> UUID:
    abroad = partner.vat_regime == "eu_reverse_charge"
    siren = onboarding.made_up_siren(partner.reference)
    organisation = await partners.create_organisation(
        reference=partner.reference,
        name=partner.name,
        country="DE" if abroad else "FR",
        segment=partner.segment,
        roles=[partner.role],
        vat_regime=partner.vat_regime,
        siren=None if abroad else siren,
        email=f"owner@{partner.reference}.example",
        now=at,
        actor=ACTOR,
    )
    if partner.kind is not None:
        await partners.add_kind(organisation, partner.role, partner.kind, actor=ACTOR)
    if partner.reference in OWNERS:
        name = OWNERS[partner.reference]
        await make_person(partner.reference, "owner", name, organisation, "owner", at)
    return organisation


async def make_person(
    reference: str, word: str, name: str, organisation: UUID, role: str, at: datetime
) -> None:
    """Somebody of the organisation signs in with `PASSWORD`."""
    person = await identity.create_person(
        email=f"{word}@{reference}.example", name=name, password=PASSWORD, now=at, actor=ACTOR
    )
    await identity.add_membership(
        person, organisation_id=organisation, role=role, now=at, actor=ACTOR
    )


async def _check(organisation: UUID, iban_tail: str, *, at: datetime, sandbox: bool) -> None:
    if sandbox:
        await payouts.verify_in_sandbox(organisation, now=at, actor=ACTOR, iban_tail=iban_tail)
        return
    await onboarding.complete_in_sandbox(organisation, now=at, actor=ACTOR)
    await onboarding.verify_organisation(
        organisation, now=at, actor=ACTOR, despite="Made up: its bank is not Stripe's sandbox."
    )


async def _enter_programme(partner: Partner, organisation: UUID, at: datetime) -> None:
    programme = PROGRAMME[partner.role]
    if programme == programmes.STARTUP:
        await _enter_as_startup(partner, organisation, at)
        return
    application = await programmes.apply_to(
        organisation, programme, message="Nous souhaitons vous rejoindre.", now=at, actor=ACTOR
    )
    await programmes.accept_application(
        application, reason=WHY[programme], now=at + timedelta(hours=20), actor=ACTOR
    )


async def _enter_as_startup(partner: Partner, organisation: UUID, at: datetime) -> None:
    """With its project; the acceptance brings the credit."""
    project = startups.Project(
        project=f"{partner.name} : des capteurs et des modèles pour le littoral.",
        technology="Conteneurs, file de messages, inférence sur GPU.",
        team="Deux fondatrices, trois développeurs.",
    )
    application = await startups.apply(organisation, project, now=at, actor=ACTOR)
    await startups.accept_application(
        application, reason=WHY[programmes.STARTUP], now=at + timedelta(hours=20), actor=ACTOR
    )


async def _sign_supply(partner: Partner, organisation: UUID, at: datetime) -> None:
    assert partner.kind is not None
    day = at.astimezone(PARIS).date()
    contract = await partners.sign_supply_contract(
        organisation,
        kind=partner.kind,
        reference=f"F-{partner.reference}",
        subject="Ce que le contrat-cadre décrit",
        starts_on=day,
        now=at,
        actor=ACTOR,
    )
    if partner.reference in SHARES:
        await partners.set_supply_share(
            contract,
            rate_bp=SHARES[partner.reference],
            base=POOL,
            valid_from=_after(day),
            now=at,
            actor=ACTOR,
        )
    else:
        await partners.set_supply_cost(
            contract,
            subject="Abonnement",
            cost=Money(1_250_00, "EUR"),
            per="month",
            valid_from=_after(day),
            now=at,
            actor=ACTOR,
        )


def _after(day: date) -> date:
    return day + timedelta(days=1)


async def _offer(partner: Partner, organisation: UUID, at: datetime, base_url: str) -> Offers:
    made = []
    for number, (name, price_minor) in enumerate(partner.listings, 1):
        price = Money(price_minor, "EUR")
        reference = f"{partner.reference}-{number}"
        listing = await make_listing(organisation, reference, name, price, now=at)
        if partner.iban_tail is not None:
            await put_on_sale(listing, base_url=base_url, now=at + timedelta(days=1))
            made.append((organisation, listing, price))
    if partner.reference == "sauvegarde-sereine":
        await make_listing(organisation, "waiting", WAITING, Money(159_00, "EUR"), now=at)
    return made
