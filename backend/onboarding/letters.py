"""What is written to an organisation about its file, in its language."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from backend.core import PARIS
from backend.mail import Letter
from backend.onboarding.rules import HOW, WORDS, in_language

Lifted = Callable[[str, str, str], Letter]

SUBJECTS: Mapping[str, tuple[str, str]] = {
    "evidence_refused": ("Une pièce de votre dossier est refusée", "Evidence was refused"),
    "application_refused": ("Votre candidature est refusée", "Your application was refused"),
    "restriction": ("Votre compte est restreint", "Your account is restricted"),
    "termination": ("Fin du contrat de partenariat", "End of the partnership agreement"),
}
SCOPES: Mapping[str, tuple[str, str]] = {
    "evidence": ("la pièce", "the evidence"),
    "application": ("la candidature", "the application"),
    "listing": ("la mise en vente", "selling"),
    "payout": ("les versements", "payouts"),
    "account": ("tout le compte", "the whole account"),
}


def contest(language: str) -> str:
    """How a decision is contested."""
    return in_language(
        (
            "Répondez à ce courriel ou écrivez au service partenaires : une autre personne "
            "réexamine la décision et vous répond par écrit.",
            "Answer this mail or write to the partner desk: another person looks at the decision "
            "again and answers you in writing.",
        ),
        language,
    )


def decision(
    language: str, kind: str, scope: str, what: str, why: str, rule: str, starts_at: datetime
) -> Letter:
    """The statement of reasons: what, why, by which rule, from when, how to contest."""
    subject = in_language(SUBJECTS[kind], language)
    named = in_language(WORDS[what], language) if what in WORDS else what
    concerns = in_language(SCOPES[scope], language)
    day = starts_at.astimezone(PARIS)
    lines = in_language(
        (
            "Mesure : {subject} ({concerns}). {what}\n"
            "Motif : {why}\nRègle appliquée : {rule}\nPrise d’effet : le {day}",
            "Measure: {subject} ({concerns}). {what}\n"
            "Reason: {why}\nRule: {rule}\nTakes effect on: {day}",
        ),
        language,
    ).format(
        subject=subject, concerns=concerns, what=named, why=why, rule=rule,
        day=f"{day:%d/%m/%Y %H:%M}" if language == "fr" else f"{day:%Y-%m-%d %H:%M}",
    )  # fmt: skip
    return Letter(
        kind=kind, subject=subject, paragraphs=lines.split("\n"), closing=[contest(language)]
    )


def lifted(language: str, scope: str, why: str) -> Letter:
    concerns = in_language(SCOPES[scope], language)
    return Letter(
        kind="restriction_lifted",
        subject=in_language(("La restriction est levée", "The restriction was lifted"), language),
        paragraphs=[
            in_language(("Portée : {}.", "Scope: {}."), language).format(concerns),
            in_language(("Motif : {}", "Reason: {}"), language).format(why),
        ],
    )


def expiring(language: str, item: str, last_day: date, days: int) -> Letter:
    """The evidence holds `days` days more at the most; what to do, and what stops without it."""
    named = in_language(WORDS[item], language)
    day = f"{last_day:%d/%m/%Y}" if language == "fr" else last_day.isoformat()
    return Letter(
        kind="evidence_expiring",
        subject=in_language(
            ("{} : à renouveler avant le {}", "{}: renew it by {}"), language
        ).format(named, day),
        paragraphs=[
            in_language(
                (
                    "Cette pièce de votre dossier est valable jusqu’au {} inclus, dans {} jours "
                    "au plus.",
                    "This evidence of your file holds through {}, in {} days at the most.",
                ),
                language,
            ).format(day, days),
            in_language(HOW[item], language),
            in_language(
                (
                    "Sans renouvellement, vos offres quittent la boutique et vos versements "
                    "attendent, jusqu’à ce que la nouvelle pièce soit acceptée.",
                    "Without a new one your listings leave the store and your payouts wait until "
                    "new evidence is accepted.",
                ),
                language,
            ),
        ],
    )


def new_version(language: str, kind: str, version: int, valid_from: datetime, by: date) -> Letter:
    named = in_language(
        WORDS["agreement" if kind == "partner" else "self_billing_mandate"], language
    )
    return Letter(
        kind="agreement_announced",
        subject=in_language(
            ("{} : nouvelle version à accepter", "{}: a new version to accept"), language
        ).format(named),
        paragraphs=[
            in_language(
                (
                    "La version {} entre en vigueur le {}. Acceptez-la dans votre espace avant la "
                    "fin du {} : ensuite les versements attendent.",
                    "Version {} begins on {}. Accept it in your portal by the end of {}: after "
                    "that, payouts wait.",
                ),
                language,
            ).format(version, valid_from.astimezone(PARIS).date().isoformat(), by.isoformat())
        ],
    )
