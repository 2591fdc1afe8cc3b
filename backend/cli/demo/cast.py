"""Who plays in the demonstration: staff, 56 partners of every type (seed row P-14), buyers."""

from collections.abc import Sequence
from typing import NamedTuple

PASSWORD = "iroise-demo-2026"  # noqa: S105  (of made-up people on the reader's own machine)
SEED = 2014
MONTHS = 18
"""Whole months before the present one."""

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
    "owner@ponant-distribution.example": "partner (wholesaler with resellers), owner",
    "owner@iroise-conseil.example": "partner (integrator), owner",
    "owner@algue-verte.example": "partner (start-up with credits), owner",
    "owner@redon-cloud.example": "partner (reseller that has not paid), owner",
    "buyer@mairie-de-plouzane.example": "buyer",
}

OWNERS = {
    "sauvegarde-sereine": "Maëlle Le Goff",
    "ponant-distribution": "Tanguy Omnès",
    "iroise-conseil": "Soazig Guivarc’h",
    "algue-verte": "Enora Madec",
    "redon-cloud": "Corentin Le Dantec",
}


class Partner(NamedTuple):
    """A made-up partner. `joins` counts months from the first; `iban_tail` steers its bank in the
    sandbox, None is never verified. `size` weighs what it sells or uses."""

    reference: str
    name: str
    role: str
    kind: str | None
    joins: int
    size: int = 1
    vat_regime: str = "fr_registered"
    iban_tail: str | None = "3000"
    listings: Sequence[tuple[str, int]] = ()
    above: str | None = None
    segment: str = "pme"


def _editor(
    reference: str, name: str, joins: int, *listings: tuple[str, int], size: int = 1,
    vat_regime: str = "fr_registered", iban_tail: str | None = "3000",
    kind: str = "software_house",
) -> Partner:  # fmt: skip
    return Partner(reference, name, "isv", kind, joins, size, vat_regime, iban_tail, listings)


EDITORS = (
    _editor("sauvegarde-sereine", "Sauvegarde Sereine", 0,
            ("Sauvegarde continue", 249_00), ("Archivage légal", 89_00), size=6),
    _editor("granit-erp", "Granit ERP", 0,
            ("Granit Comptabilité", 490_00), ("Granit Paie", 310_00), size=5),
    _editor("phare-supervision", "Phare Supervision", 1,
            ("Phare", 149_00), ("Phare Astreinte", 59_00), size=4),
    _editor("abers-crm", "Abers CRM", 2, ("Abers CRM", 199_00), size=3),
    _editor("menhir-securite", "Menhir Sécurité", 15,
            ("Pare-feu applicatif", 399_00), ("Audit mensuel", 650_00), size=3,
            iban_tail="3001"),
    _editor("ecume-studio", "Écume Studio", 4, ("Galerie", 19_00), ("Portfolio", 12_50),
            size=2, vat_regime="fr_franchise_293b", kind="open_source_editor"),
    _editor("goemon-data", "Goémon Analytique", 5, ("Entrepôt géré", 820_00), size=2),
    _editor("korrigan-labs", "Korrigan Labs", 14, ("Traduction", 33_33), iban_tail=None,
            vat_regime="fr_franchise_293b", kind="open_source_editor"),
    _editor("nordlicht", "Nordlicht Software GmbH", 6, ("Nordlicht Signatur", 129_00), size=2,
            vat_regime="eu_reverse_charge"),
    _editor("vent-d-ouest", "Vent d’Ouest Mobilité", 16, ("Flotte", 275_00), iban_tail="3002"),
    _editor("chenal-reseaux", "Chenal Réseaux", 7, ("Chenal VPN", 115_00),
            ("Estuaire CDN", 180_00), size=2),
    _editor("menhir-ia", "Menhir IA", 10, ("Menhir Inférence", 260_00), size=2),
    _editor("balise-formation", "Balise Formation", 9),
    _editor("sillon-agri", "Sillon Agri", 11),
    _editor("cairn-juridique", "Cairn Juridique", 12),
    _editor("marees-energie", "Marées Énergie", 13),
    _editor("tourbiere", "Tourbière", 15, kind="open_source_editor"),
    _editor("penn-ar-bed-sante", "Penn-ar-Bed Santé", 16, iban_tail=None),
)  # fmt: skip
"""Those without listings use the infrastructure for what they sell elsewhere."""

INTEGRATORS = (
    Partner("iroise-conseil", "Iroise Conseil", "vai", "esn", 0, 9),
    Partner("rade-integration", "Rade Intégration", "vai", "integrator", 1, 5),
    Partner("kastell-systemes", "Kastell Systèmes", "vai", "esn", 2, 4),
    Partner("dolmen-cloud", "Dolmen Cloud", "vai", "hoster", 3, 6),
    Partner("embruns", "Embruns", "vai", "web_agency", 5, 2, segment="tpe"),
    Partner("ajonc-web", "Ajonc Web", "vai", "web_agency", 7, 1, segment="tpe"),
    Partner("goulet-strategie", "Goulet Stratégie", "vai", "consulting", 8, 1),
    Partner("trieux-informatique", "Trieux Informatique", "vai", "esn", 11, 2),
    Partner("semaphore-si", "Sémaphore SI", "vai", "integrator", 14, 1),
)
WHOLESALERS = (
    Partner("ponant-distribution", "Ponant Distribution", "wholesaler", "distributor", 0, 2,
            segment="eti"),
    Partner("grand-large", "Grand Large Grossiste", "wholesaler", "distributor", 4, 1,
            segment="eti"),
    Partner("atlantique-volume", "Atlantique Volume", "wholesaler", "distributor", 10, 1,
            above="ponant-distribution", segment="eti"),
)  # fmt: skip
RESELLERS = (
    Partner("brest-bureautique", "Brest Bureautique", "reseller", "retailer", 1, 4,
            above="ponant-distribution"),
    Partner("quimper-reseaux", "Quimper Réseaux", "reseller", "esn", 2, 5,
            above="ponant-distribution"),
    Partner("morlaix-micro", "Morlaix Micro", "reseller", "retailer", 3, 1,
            above="ponant-distribution", segment="tpe"),
    Partner("lorient-hebergement", "Lorient Hébergement", "reseller", "hoster", 4, 3,
            above="ponant-distribution"),
    Partner("vannes-numerique", "Vannes Numérique", "reseller", "web_agency", 5, 2,
            above="grand-large"),
    Partner("auray-conseil", "Auray Conseil", "reseller", "consulting", 7, 1,
            above="grand-large", segment="tpe"),
    Partner("dinan-digital", "Dinan Digital", "reseller", "web_agency", 9, 2,
            above="grand-large"),
    Partner("fougeres-telecom", "Fougères Télécom", "reseller", "retailer", 11, 2,
            above="atlantique-volume"),
    Partner("redon-cloud", "Redon Cloud", "reseller", "hoster", 12, 1,
            above="atlantique-volume"),
    Partner("rennes-infogerance", "Rennes Infogérance", "reseller", "esn", 2, 6),
    Partner("nantes-materiel", "Nantes Matériel", "reseller", "retailer", 6, 2),
    Partner("saint-malo-it", "Saint-Malo IT", "reseller", "esn", 13, 1),
)  # fmt: skip
STARTUPS = (
    Partner("algue-verte", "Algue Verte", "startup", None, 4, 3, segment="tpe"),
    Partner("sterne-drones", "Sterne Drones", "startup", None, 6, 2, segment="tpe"),
    Partner("bigorneau", "Bigorneau", "startup", None, 8, 1, segment="tpe"),
    Partner("ria-capteurs", "Ria Capteurs", "startup", None, 10, 1, segment="tpe"),
    Partner("huitre-quantique", "Huître Quantique", "startup", None, 12, 1, segment="tpe"),
    Partner("noroit-ocr", "Noroît OCR", "startup", None, 15, 1, segment="tpe"),
    Partner("crachin", "Crachin", "startup", None, 17, 1, segment="tpe"),
)
SUPPLIERS = (
    Partner("fonderie-serveurs", "Fonderie Serveurs", "supplier", "manufacturer", 0),
    Partner("hypervision", "Hypervision", "supplier", "proprietary_editor", 0),
    Partner("pile-ouverte", "Association Pile Ouverte", "supplier", "open_source_community", 1),
    Partner("arvor-datacenters", "Arvor Datacenters", "supplier", "house_provider", 0),
    Partner("baies-et-cables", "Baies et Câbles", "supplier", "manufacturer", 2),
    Partner("licences-du-large", "Licences du Large", "supplier", "proprietary_editor", 6),
    Partner("noyau-commun", "Noyau Commun", "supplier", "open_source_community", 9),
)
PARTNERS = (*EDITORS, *INTEGRATORS, *WHOLESALERS, *RESELLERS, *STARTUPS, *SUPPLIERS)

BUYERS = (
    ("mairie-de-plouzane", "Mairie de Plouzané", "local_authority"),
    ("cidrerie-du-leon", "Cidrerie du Léon", "pme"),
    ("armor-logistique", "Armor Logistique", "eti"),
    ("biscuits-de-crozon", "Biscuits de Crozon", "tpe"),
    ("chu-de-la-pointe", "CHU de la Pointe", "public_body"),
    ("compagnie-des-phares", "Compagnie des Phares", "large_account"),
)
BUYER_NAME = "Gwenn Abiven"
MANAGER = "partners@iroise.example"
MANAGED = (0, 5)
"""Buyers with an account manager, `MANAGER`, by their places above; the hospital waits for one."""
