"""The first agreement and the first mandate: as shipped, to be replaced by the operator's own."""

import hashlib
from collections.abc import Mapping

PARTNER_FR = """\
Contrat de partenariat

1. Objet. Le partenaire propose ses offres sur la place de marché de l'opérateur, ou apporte, \
intègre ou revend les services de l'opérateur, aux conditions en vigueur au jour de chaque \
opération.
2. Partage. La part de chacun, les remises et les délais sont des règles datées, publiées avant \
leur entrée en vigueur. Une règle nouvelle ne change aucune ligne passée.
3. Classement. Les critères de classement et les emplacements payés sont publiés.
4. Modification. L'opérateur annonce toute nouvelle version de ce contrat ; le partenaire dispose \
du délai indiqué avec elle pour l'accepter.
5. Restriction et fin. Toute restriction est motivée par écrit : la mesure, sa raison, la règle \
appliquée, sa date d'effet et les voies de recours. La fin du contrat est annoncée trente jours \
avant.
6. Données. Chacun ne traite que les données nécessaires à l'exécution du contrat.
7. Réclamations. Le partenaire peut contester toute décision auprès du service partenaires, qui y \
répond par écrit.
"""
PARTNER_EN = """\
Partnership agreement

1. Subject. The partner offers its solutions on the operator's marketplace, or brings, integrates \
or resells the operator's services, under the terms in force on the day of each operation.
2. Sharing. Each party's share, discounts and delays are dated rules, published before they begin. \
A new rule changes no past line.
3. Ranking. The criteria of ranking and the places that are paid for are published.
4. Changes. The operator announces every new version of this agreement; the partner has the time \
stated with it to accept it.
5. Restriction and end. Every restriction has a statement of reasons: the measure, why, the rule \
that applies, from when, and how to contest it. The end of the agreement is announced thirty days \
before.
6. Personal data. Each party processes only what the agreement needs.
7. Complaints. The partner may contest any decision with the partner desk, which answers in writing.
"""
MANDATE_FR = """\
Mandat d'autofacturation

1. Le partenaire (mandant) donne à l'opérateur (mandataire), expressément et par écrit, mandat \
d'établir en son nom et pour son compte les factures de sa part des ventes (article 289, I-2 du \
CGI).
2. Chaque facture porte la mention « Autofacturation » et suit une série de numéros continue, \
propre au mandant. Un exemplaire lui est remis dès son émission.
3. Le mandant dispose du délai de contestation indiqué avec ce mandat pour contester une facture ; \
une facture rectificative est alors établie.
4. Le mandant reste seul redevable de la taxe et responsable de ses déclarations ; il signale sans \
délai tout changement de ses mentions d'identification.
5. Le mandat peut être révoqué à tout moment. Sans mandat, aucune facture n'est établie et aucun \
versement n'est fait.
"""
MANDATE_EN = """\
Self-billing mandate

1. The partner (mandator) gives the operator (mandatee), expressly and in writing, the mandate to \
issue, in its name and on its behalf, the invoices of its share of sales (article 289, I-2 CGI).
2. Each invoice carries the words "Autofacturation" and a number of a continuous series of the \
mandator's own. A copy reaches the mandator as soon as it is issued.
3. The mandator may contest an invoice within the delay stated with this mandate; a corrective \
invoice is then issued.
4. The mandator alone owes the tax and answers for its returns; it tells of every change of its \
identification without delay.
5. The mandate may be revoked at any time. Without a mandate no invoice is issued and no payout is \
made.
"""

TEXTS: Mapping[str, tuple[str, str]] = {
    "partner": (PARTNER_FR, PARTNER_EN),
    "self_billing": (MANDATE_FR, MANDATE_EN),
}
"""Kind -> the text in French and in English."""

CONTEST_DAYS = 15
"""legal.md 2."""

NOTICE_DAYS = 15
"""legal.md 6."""


def digest_of(text: str) -> str:
    """SHA-256 of the text in UTF-8, in hexadecimal: what an acceptance names."""
    return hashlib.sha256(text.encode()).hexdigest()


def first_versions() -> str:
    """SQL that ships version 1 of each kind."""
    rows = [
        f"('{kind}', 1, $fr${fr}$fr$, $en${en}$en$, '{digest_of(fr)}', '{digest_of(en)}', "
        f"'2020-01-01T00:00+01', {NOTICE_DAYS}, "
        f"{CONTEST_DAYS if kind == 'self_billing' else 'NULL'}, 'system:cli', "
        "'2019-12-15T00:00+01')"
        for kind, (fr, en) in TEXTS.items()
    ]
    return (
        "INSERT INTO onboarding.agreement (kind, version, text_fr, text_en, sha256_fr, "  # noqa: S608
        "sha256_en, valid_from, notice_days, contest_days, announced_by, announced_at) "
        f"VALUES {', '.join(rows)};"
    )
