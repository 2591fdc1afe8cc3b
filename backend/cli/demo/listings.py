"""What the demonstration's listings say of themselves, in both languages."""

import unicodedata
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from backend import catalogue
from backend.catalogue import Facts
from backend.cli.place import ACTOR
from backend.core import Money, fetch_value

WAITING = "Reprise d’activité"
"""The listing that the office has still to read."""

FACTS: Mapping[str, Facts] = {
    "Sauvegarde continue": Facts(
        category="backup", service_model="saas", data_location="france", sla_bp=9999,
        summary_fr="Sauvegardes immuables pour VM, volumes et Kubernetes, restaurées en un clic.",
        summary_en="Immutable backups for VMs, volumes and Kubernetes, restored in one click.",
        description_fr="Machines virtuelles, volumes et espaces Kubernetes sont protégés par des "
        "instantanés que personne ne peut supprimer avant leur échéance, administrateurs compris.\n"
        "Chaque sauvegarde est restaurée et vérifiée chaque semaine dans un réseau isolé : vous "
        "savez qu’elle fonctionne avant d’en avoir besoin.",
        description_en="Virtual machines, volumes and Kubernetes namespaces are protected by "
        "snapshots that nobody can delete before their date, administrators included.\nEach backup "
        "is restored and checked every week in an isolated network, so you know that it works "
        "before you need it.",
    ),
    "Archivage légal": Facts(
        category="backup", service_model="saas", data_location="france", sla_bp=9995,
        summary_fr="Archivage froid avec conservation légale et preuves d’intégrité.",
        summary_en="Cold archive with legal retention and proofs of integrity.",
        description_fr="Documents, courriels et exports sont scellés, horodatés et conservés le "
        "temps que la loi demande. Une preuve d’intégrité accompagne chaque restitution.",
        description_en="Documents, e-mails and exports are sealed, time-stamped and kept as long "
        "as the law asks. A proof of integrity comes with everything that is handed back.",
    ),
    "Granit Comptabilité": Facts(
        category="business", service_model="saas", data_location="france", sla_bp=9995,
        summary_fr="Comptabilité générale et analytique, du devis à la liasse fiscale.",
        summary_en="General and cost accounting, from the quote to the tax return.",
        description_fr="Écritures, rapprochements et déclarations de TVA se préparent pendant le "
        "mois. Le fichier des écritures comptables est prêt à tout moment.",
        description_en="Entries, bank matching and VAT returns are prepared during the month. The "
        "audit file for the tax office is ready at any time.",
    ),
    "Granit Paie": Facts(
        category="business", service_model="saas", data_location="france", sla_bp=9990,
        summary_fr="Bulletins, congés et déclarations sociales pour les équipes en France.",
        summary_en="Payslips, leave and social returns for teams in France.",
        description_fr="Les conventions collectives sont tenues à jour. Chaque ligne du bulletin "
        "dit d’où vient son montant.",
        description_en="Collective agreements are kept up to date. Each line of a payslip says "
        "where its amount comes from.",
    ),
    "Phare": Facts(
        category="observability", service_model="saas", data_location="eu", sla_bp=9999,
        summary_fr="Métriques, journaux et traces sur une seule frise.",
        summary_en="Metrics, logs and traces on one single timeline.",
        description_fr="Une alerte mène à la requête lente, à son journal et au déploiement qui "
        "l’a précédée. OpenTelemetry entre sans agent particulier.",
        description_en="An alert leads to the slow query, its log and the release before it. "
        "OpenTelemetry comes in without an agent of its own.",
    ),
    "Phare Astreinte": Facts(
        category="observability", service_model="saas", data_location="eu", sla_bp=9995,
        summary_fr="Tours d’astreinte, escalades et page d’état publique.",
        summary_en="On-call rotations, escalations and a public status page.",
        description_fr="Qui est appelé, quand, et qui prend la suite : le planning vit avec les "
        "congés de l’équipe. La page d’état informe vos clients dans leur langue.",
        description_en="Who is called, when, and who comes next: the schedule knows the leave of "
        "the team. The status page tells your customers in their language.",
    ),
    "Abers CRM": Facts(
        category="business", service_model="saas", data_location="eu", sla_bp=9990,
        summary_fr="Clients, devis et relances pour les équipes commerciales de terrain.",
        summary_en="Customers, quotes and reminders for sales teams on the road.",
        description_fr="Tout se consulte hors ligne et se synchronise au retour du réseau. Les "
        "devis signés partent en comptabilité.",
        description_en="Everything is at hand offline and catches up when the network is back. "
        "Signed quotes go on to accounting.",
    ),
    "Pare-feu applicatif": Facts(
        category="security", service_model="paas", data_location="france", sla_bp=9999,
        summary_fr="Pare-feu applicatif avec contrôle des robots, devant vos répartiteurs.",
        summary_en="Web application firewall with bot control, in front of your load balancers.",
        description_fr="Les règles de l’OWASP sont actives dès le premier jour, en observation "
        "puis en blocage. Chaque requête refusée garde sa raison.",
        description_en="The rules of OWASP are active from the first day, watching first, then "
        "blocking. Every refused request keeps its reason.",
    ),
    "Audit mensuel": Facts(
        category="security", service_model="saas", data_location="france", sla_bp=9900,
        summary_fr="Test d’intrusion récurrent et rapport lisible par la direction.",
        summary_en="Recurring penetration test with a report that management can read.",
        description_fr="Une équipe nommée éprouve vos services chaque mois. Le rapport classe les "
        "failles par risque et suit leur correction, utile pour NIS 2.",
        description_en="A named team tests your services every month. The report ranks flaws by "
        "risk and follows their repair, useful for NIS 2.",
    ),
    "Galerie": Facts(
        category="collaboration", service_model="saas", data_location="eu", sla_bp=9950,
        summary_fr="Photos et vidéos partagées avec vos clients, à leurs couleurs.",
        summary_en="Photos and videos shared with your customers, in their colours.",
        description_fr="Des galeries privées, des commentaires sur l’image et des validations "
        "datées.",
        description_en="Private galleries, comments on the picture and dated approvals.",
    ),
    "Portfolio": Facts(
        category="collaboration", service_model="saas", data_location="eu", sla_bp=9900,
        summary_fr="Un site d’agence prêt en une heure, sans ligne de code.",
        summary_en="An agency’s site ready in an hour, without a line of code.",
        description_fr="Dix gabarits accessibles et rapides, un formulaire de contact, vos "
        "statistiques sans témoin de connexion.",
        description_en="Ten templates, accessible and fast, a contact form, and your statistics "
        "without cookies.",
    ),
    "Entrepôt géré": Facts(
        category="database", service_model="paas", data_location="france", sla_bp=9995,
        summary_fr="PostgreSQL managé avec restauration à la seconde et réplicas de lecture.",
        summary_en="Managed PostgreSQL with point-in-time recovery and read replicas.",
        description_fr="Montées de version sans arrêt, réplicas dans deux régions et capture de "
        "changements vers votre entrepôt d’analyse.",
        description_en="Upgrades without a stop, replicas in two regions, and change data capture "
        "into your warehouse.",
    ),
    "Traduction": Facts(
        category="ai", service_model="saas", data_location="france", sla_bp=9990,
        summary_fr="Traduction de documents par des modèles ouverts hébergés en France.",
        summary_en="Translation of documents by open models that run in France.",
        description_fr="La mise en page est gardée, vos glossaires sont suivis et rien n’est "
        "conservé après la traduction.",
        description_en="The layout is kept, your glossaries are followed, and nothing is stored "
        "after the translation.",
    ),
    "Nordlicht Signatur": Facts(
        category="security", service_model="saas", data_location="eu", sla_bp=9999,
        summary_fr="Signature électronique qualifiée, avec piste de preuve complète.",
        summary_en="Qualified electronic signature with a complete trail of evidence.",
        description_fr="Conforme à eIDAS, avec vérification d’identité à distance. Les clés "
        "restent dans un module matériel en Allemagne.",
        description_en="According to eIDAS, with remote identity checks. The keys stay in a "
        "hardware module in Germany.",
    ),
    "Flotte": Facts(
        category="devops", service_model="iaas", data_location="eu", sla_bp=9995,
        summary_fr="Exécuteurs de build éphémères et parc d’appareils de test, prêts en secondes.",
        summary_en="Ephemeral build runners and a park of test devices, ready in seconds.",
        description_fr="Chaque exécution part d’une machine neuve. Les téléphones de test sont "
        "vrais et se pilotent à distance.",
        description_en="Each run starts on a fresh machine. The test phones are real ones, driven "
        "from afar.",
    ),
    "Chenal VPN": Facts(
        category="network", service_model="iaas", data_location="france", sla_bp=9995,
        summary_fr="VPN site à site et accès distant avec authentification unique.",
        summary_en="Site-to-site and remote-access VPN with single sign-on.",
        description_fr="WireGuard entre vos sites, OIDC pour les personnes. Les droits suivent "
        "les groupes de votre annuaire.",
        description_en="WireGuard between your sites, OIDC for people. Rights follow the groups "
        "of your directory.",
    ),
    "Estuaire CDN": Facts(
        category="network", service_model="iaas", data_location="eu", sla_bp=9999,
        summary_fr="Diffusion de contenu avec vingt points de présence dans l’Union européenne.",
        summary_en="Content delivery with twenty points of presence in the European Union.",
        description_fr="Purge en une seconde, images redimensionnées au bord, et des journaux qui "
        "ne quittent pas l’Europe.",
        description_en="Purged within a second, images resized at the edge, and logs that do not "
        "leave Europe.",
    ),
    "Menhir Inférence": Facts(
        category="ai", service_model="paas", data_location="france", sla_bp=9990,
        summary_fr="Points d’accès à des modèles ouverts hébergés en France.",
        summary_en="Endpoints of open models hosted in France.",
        description_fr="Une interface compatible avec les outils courants, des GPU réservés ou "
        "partagés, et aucune donnée gardée pour l’entraînement.",
        description_en="An interface that common tools know, GPUs of your own or shared, and no "
        "data kept for training.",
    ),
    WAITING: Facts(
        category="backup", service_model="saas", data_location="france", sla_bp=9990,
        summary_fr="Vos serveurs redémarrent sur un second site en moins d’une heure.",
        summary_en="Your servers start again on a second site within an hour.",
        description_fr="Chaque serveur protégé a son double éteint dans un autre centre de "
        "données. Un essai complet a lieu chaque trimestre, avec son compte rendu.",
        description_en="Each protected server has a sleeping double in another data centre. A "
        "whole rehearsal takes place every quarter, with its report.",
    ),
}  # fmt: skip


async def make_listing(
    organisation: UUID, reference: str, name: str, price: Money, *, now: datetime
) -> UUID:
    """A listing that says what `FACTS` has of it, and waits for the office; answers its id."""
    listing = await catalogue.create_listing(
        organisation,
        reference=reference,
        slug=_slug(name),
        name=name,
        price=price,
        facts=FACTS[name],
        now=now,
        actor=ACTOR,
    )
    await catalogue.submit_listing(listing, now=now, actor=ACTOR)
    return listing


async def put_on_sale(listing: UUID, *, base_url: str, now: datetime) -> None:
    """The office has read the listing and accepted it."""
    revision = await fetch_value("SELECT revision FROM catalogue.listing WHERE id = $1", listing)
    await catalogue.approve_listing(
        listing,
        revision=revision,
        reason="Service hébergé dans l’Union européenne, décrit en français et en anglais.",
        now=now,
        actor=ACTOR,
        base_url=base_url,
    )


def _slug(name: str) -> str:
    """`Archivage légal` -> `archivage-legal`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return plain.lower().replace(" ", "-")
