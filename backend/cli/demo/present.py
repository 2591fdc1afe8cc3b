"""What waits for somebody today in the demonstration: deals, leads, funds, checklists, reviews."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from backend import awards, catalogue, checklists, deals, funds, onboarding, partners, programmes
from backend.cli.demo.joining import Offers
from backend.cli.place import ACTOR
from backend.core import PARIS, Money, Month, fetch_value

Known = Mapping[str, UUID]


async def wait_today(known: Known, offers: Offers, *, now: datetime) -> None:
    """Each board of the portal and of the office has something to do."""
    await _apply(known, now - timedelta(days=3))
    await _show_evidence(known["korrigan-labs"], now - timedelta(days=2))
    await _register_deals(known, now - timedelta(days=20))
    await _hand_out_leads(known, now - timedelta(days=1))
    await _ask_for_funds(known["iroise-conseil"], now - timedelta(days=2))
    await _tick_off(known["algue-verte"], now - timedelta(days=30))
    await _feature(offers, now)
    await _give_back(known, now)
    await _announce_floor(now)


async def _apply(known: Known, at: datetime) -> None:
    await programmes.apply_to(
        known["balise-formation"],
        "technical",
        message="Nos formations utilisent votre bac à sable chaque semaine.",
        now=at,
        actor=ACTOR,
    )
    refused = await programmes.apply_to(
        known["sillon-agri"], "business_model", message="Oui.", now=at, actor=ACTOR
    )
    await programmes.refuse_application(
        refused,
        reason="La candidature ne dit pas comment l’usage est compté : complétez-la.",
        now=at + timedelta(hours=5),
        actor=ACTOR,
    )
    await programmes.override_level(
        known["nantes-materiel"],
        programmes.RESELLER,
        "certified",
        until=at + timedelta(days=120),
        reason="Reprise d’un partenaire certifié, équipe en formation.",
        now=at,
        actor=ACTOR,
    )


async def _show_evidence(organisation: UUID, at: datetime) -> None:
    """A file half done: one thing waits for the office, one was refused."""
    person = onboarding.Person("Nolann Tanguy")
    await onboarding.supply_evidence(
        organisation, onboarding.Claim("directors", people=[person]), document=None, now=at,
        actor=ACTOR,
    )  # fmt: skip
    owners = onboarding.Claim(
        "beneficial_owners", people=[onboarding.Person("Nolann Tanguy", 4000)]
    )
    told = await onboarding.supply_evidence(
        organisation, owners, document=None, now=at, actor=ACTOR
    )
    await onboarding.refuse_evidence(
        told,
        reason="Vous déclarez 40 % des parts : qui détient le reste ?",
        rule="Convention partenaire, article 2",
        now=at + timedelta(hours=3),
        actor=ACTOR,
    )


def _deal(name: str, siren: str, amount_minor: int, at: datetime) -> deals.DealFacts:
    return deals.DealFacts(
        customer_name=name,
        customer_country="FR",
        customer_segment="eti",
        customer_siren=siren,
        target_close_on=(at + timedelta(days=75)).date(),
        environment="enterprise",
        plan="Migration de la production et sauvegarde sur un second site.",
        amount_minor=amount_minor,
        contact_name="Gildas Prigent",
        contact_email="achats@client.example",
        next_steps="Atelier technique avec le client.",
    )


async def _register_deals(known: Known, at: datetime) -> None:
    """One protected and moving, one to read, one in conflict with the first, one draft."""
    siren = onboarding.made_up_siren("arsenal")
    one = known["iroise-conseil"]
    won = await deals.create_deal(
        one, _deal("Arsenal du Ponant", siren, 8_400_00, at), now=at, actor=ACTOR
    )
    await deals.submit_deal(
        won, revision=await _read(won), organisation_id=one, now=at, actor=ACTOR
    )
    await deals.take_up_deal(
        won, revision=await _read(won), now=at + timedelta(hours=4), actor=ACTOR
    )
    await deals.approve_deal(
        won, reason="Projet réel, premier arrivé.", revision=await _read(won),
        now=at + timedelta(days=1), actor=ACTOR,
    )  # fmt: skip
    await deals.move_deal(
        won, "qualified", organisation_id=one, now=at + timedelta(days=4), actor=ACTOR
    )
    late = at + timedelta(days=17)
    for reference, facts in (
        ("rennes-infogerance", _deal("Arsenal du Ponant SA", siren, 7_900_00, late)),
        ("dolmen-cloud", _deal("Laiterie des Monts", onboarding.made_up_siren("laiterie"),
                               2_300_00, late)),
    ):  # fmt: skip
        who = known[reference]
        made = await deals.create_deal(who, facts, now=late, actor=ACTOR)
        await deals.submit_deal(
            made, revision=await _read(made), organisation_id=who, now=late, actor=ACTOR
        )
    draft = _deal("Port de plaisance", onboarding.made_up_siren("port"), 640_00, late)
    await deals.create_deal(one, draft, now=late, actor=ACTOR)


async def _read(deal: UUID) -> int:
    revision: int = await fetch_value("SELECT revision FROM deals.deal WHERE id = $1", deal)
    return revision


async def _hand_out_leads(known: Known, at: datetime) -> None:
    for reference in ("iroise-conseil", "rennes-infogerance", "dolmen-cloud"):
        await deals.change_profile(
            known[reference], takes_leads=True, segments=["pme", "eti", "public_body"],
            countries=["FR"], regions=[], kinds=["infrastructure", "integration"],
            email=f"owner@{reference}.example", now=at, actor=ACTOR,
        )  # fmt: skip
    for name, need in (
        ("Agglomération du Trégor", "Héberger les applications de douze communes."),
        ("Chantiers Bourdon", "Remplacer deux salles de serveurs."),
    ):
        lead = await deals.create_lead(
            deals.LeadFacts(
                name=name, country="FR", segment="pme", kind="infrastructure", need=need,
                contact_name="Rozenn Calvez", contact_email="contact@tregor.example",
                amount_minor=3_200_00,
            ),
            now=at, actor=ACTOR,
        )  # fmt: skip
        if name.startswith("Agglo"):
            await deals.offer_lead(lead, known["iroise-conseil"], now=at, actor=ACTOR)


async def _ask_for_funds(organisation: UUID, at: datetime) -> None:
    """A request to decide, if the budget of the quarter gives any."""
    today = at.astimezone(PARIS).date()
    budget = await funds.budget_of(organisation, awards.Quarter.of(at))
    if budget.left_minor < 1_00:
        return
    planned = Money(min(budget.left_minor, 900_00), "EUR")
    await funds.ask_for_funds(
        organisation,
        funds.Plan(
            title="Matinée cloud à Brest",
            activity="event",
            description="Cinquante invités, une démonstration, un client qui témoigne.",
            starts_on=today + timedelta(days=20),
            ends_on=today + timedelta(days=20),
            planned=planned,
        ),
        now=at,
        actor=ACTOR,
    )


async def _tick_off(organisation: UUID, at: datetime) -> None:
    """Steps of a start-up: two accepted, one to read."""
    for item, words in (
        ("first_server", "vm-algue-1, région Brest."),
        ("api_key", "Premier appel le mois de notre arrivée."),
    ):
        await checklists.mark_done(
            organisation, "startup_integration", item, words=words, now=at, actor=ACTOR
        )
        await checklists.accept_item(
            organisation, "startup_integration", item, reason="Vu ensemble.",
            now=at + timedelta(days=1), actor=ACTOR,
        )  # fmt: skip
    await checklists.mark_done(
        organisation, "startup_milestones", "kick_off",
        words="Réunion tenue avec notre mentor.", now=at, actor=ACTOR,
    )  # fmt: skip


async def _feature(offers: Offers, now: datetime) -> None:
    today = now.astimezone(PARIS).date()
    for slot, (_, listing, _) in zip(("home_1", "home_2"), offers[::2], strict=False):
        await catalogue.feature_listing(
            slot, listing, starts_on=today, ends_on=today + timedelta(days=45),
            criterion="sovereign", reason_fr="Hébergé et exploité en France.",
            reason_en="Hosted and run in France.", now=now, actor=ACTOR,
        )  # fmt: skip


async def _give_back(known: Known, now: datetime) -> None:
    """Two communities, one result published, one not (seed row R-12)."""
    today = now.astimezone(PARIS).date()
    for community, project, involvement, minor, result, link in (
        ("pile-ouverte", "Ordonnanceur", "maintainer", 18_000_00,
         "Placement des machines selon la consommation électrique.",
         "https://example.org/ordonnanceur"),
        ("noyau-commun", "Pilotes réseau", "reporter", 2_500_00,
         "Douze anomalies décrites et reproduites.", ""),
    ):  # fmt: skip
        given = partners.Given(
            project=project, involvement=involvement, cost=Money(minor, "EUR"),
            order_reference=f"BC-{today.year}-{project[:3].upper()}",
            from_on=today - timedelta(days=200), to_on=today - timedelta(days=20),
            result=result, link=link, licence="Apache-2.0" if link else "", is_public=bool(link),
        )  # fmt: skip
        await partners.record_contribution(known[community], given, now=now, actor=ACTOR)


async def _announce_floor(now: datetime) -> None:
    """Compute at 75 % planned, from the first day of next month: under the present discounts."""
    pool = programmes.Pool(
        name="Calcul", resource="vm.medium", currency="EUR", cost_minor=24_000_00, units=730_000,
        planned_bp=7500, observed_bp=7120, basis="planned", markup_bp=3500, decimals=4,
    )  # fmt: skip
    await programmes.announce_price_floor(
        pool, valid_from=Month.of(now).next.start, note="Coût du trimestre écoulé.", now=now,
        actor=ACTOR,
    )  # fmt: skip
