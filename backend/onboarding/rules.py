"""What a file is made of, when it is whole, and what is refused. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from msgspec import Struct

from backend.core import PARIS, Problem

ItemName = Literal[
    "legal_identity", "register_extract", "vat_number", "directors", "beneficial_owners",
    "einvoicing_address", "bank_holder", "agreement", "self_billing_mandate",
]  # fmt: skip
Supplied = Literal[
    "legal_identity", "register_extract", "vat_number", "directors", "beneficial_owners",
    "einvoicing_address",
]  # fmt: skip
State = Literal["missing", "supplied", "accepted", "refused", "expired"]
Scope = Literal["evidence", "application", "listing", "payout", "account"]
DecisionKind = Literal["evidence_refused", "application_refused", "restriction", "termination"]

SOON = timedelta(days=30)
"""What holds no longer than that is shown as expiring."""

VIES_EVERY = timedelta(days=90)
"""A VAT number is asked for again after so long (legal.md 4)."""

VIES_AGAIN = timedelta(hours=1)
"""After a member state's service did not answer."""

TERMS_DAYS = 15
"""Whole days between the announcement of new terms and their first day (legal.md 6)."""

TERMINATION_DAYS = 30
"""Before an agreement is ended, as on platforms for consumers (legal.md 6)."""

DOCUMENT_BYTES = 5_000_000
DOCUMENTS = 200
"""Of one organisation, at most."""

WORDS: Mapping[str, tuple[str, str]] = {
    "legal_identity": ("Identité légale", "Legal identity"),
    "register_extract": ("Extrait du registre", "Register extract"),
    "vat_number": ("Numéro de TVA", "VAT number"),
    "directors": ("Dirigeants", "Directors"),
    "beneficial_owners": ("Bénéficiaires effectifs", "Beneficial owners"),
    "einvoicing_address": ("Adresse de facturation électronique", "E-invoicing address"),
    "bank_holder": ("Titulaire du compte bancaire", "Holder of the bank account"),
    "agreement": ("Contrat de partenariat", "Partnership agreement"),
    "self_billing_mandate": ("Mandat d’autofacturation", "Self-billing mandate"),
}
"""In French and in English."""

HOW: Mapping[str, tuple[str, str]] = {
    "legal_identity": (
        "Indiquez le SIRET du siège, ou le numéro au registre de votre pays.",
        "Give the SIRET of the seat, or the number in your country's register.",
    ),
    "register_extract": (
        "Déposez un extrait Kbis, RNE ou équivalent de moins de trois mois.",
        "Upload a Kbis, RNE or equivalent extract less than three months old.",
    ),
    "vat_number": (
        "Indiquez le numéro de TVA intracommunautaire ; il est vérifié auprès de VIES.",
        "Give the VAT number; it is checked with VIES.",
    ),
    "directors": ("Nommez les dirigeants.", "Name the directors."),
    "beneficial_owners": (
        "Nommez qui détient au moins 25 % du capital ou des votes, ou déclarez qu’il n’y en a pas.",
        "Name who holds 25 % of capital or votes or more, or state that nobody does.",
    ),
    "einvoicing_address": (
        "Indiquez l’adresse électronique de facturation : 0225: suivi du SIREN.",
        "Give the electronic invoicing address: 0225: and the SIREN.",
    ),
    "bank_holder": (
        "Complétez le compte de versement chez Stripe.",
        "Complete the payout account at Stripe.",
    ),
    "agreement": ("Lisez et acceptez le contrat en vigueur.", "Read and accept the agreement."),
    "self_billing_mandate": (
        "Signez le mandat d’autofacturation : sans lui, aucun versement.",
        "Sign the self-billing mandate: without it there is no payout.",
    ),
}
"""How the partner supplies it, in French and in English."""


class FileIncomplete(Problem):
    code = "file-incomplete"
    title = "The organisation's file is not complete"


class SellingRestricted(Problem):
    code = "selling-restricted"
    title = "The organisation may not sell now"


class EvidenceUnknown(Problem):
    status = 404
    code = "evidence-unknown"
    title = "There is no such evidence"


class EvidenceReplaced(Problem):
    code = "evidence-replaced"
    title = "Newer evidence was supplied"


class EvidenceDecided(Problem):
    code = "evidence-decided"
    title = "This evidence was decided on"


class EvidenceWrong(Problem):
    """`field` says what is wrong with it."""

    status = 422
    code = "evidence-wrong"
    title = "This cannot be taken as evidence"


class DocumentUnknown(Problem):
    status = 404
    code = "document-unknown"
    title = "There is no such document"


class TooManyDocuments(Problem):
    code = "too-many-documents"
    title = "There are enough documents"


class AgreementUnknown(Problem):
    status = 404
    code = "agreement-unknown"
    title = "There is no such agreement"


class AgreementChanged(Problem):
    code = "agreement-changed"
    title = "Another text is to be signed"


class AgreementTooLate(Problem):
    code = "agreement-too-late"
    title = "A version begins in the future, after the one before"


class TermsTooSoon(Problem):
    """`earliest_on` is the first day on which it may begin."""

    status = 422
    code = "terms-too-soon"
    title = "A change of terms is announced fifteen days before"


class AgreementWrong(Problem):
    status = 422
    code = "agreement-wrong"
    title = "This cannot be an agreement"


class NoMandate(Problem):
    code = "no-mandate"
    title = "There is no mandate to revoke"


class OwnRefusal(Problem):
    """PostgreSQL refuses it too, also through a key of the same person (legal.md 6)."""

    status = 403
    code = "own-refusal"
    title = "Another person looks at a refusal again"


class NoticeTooShort(Problem):
    status = 422
    code = "notice-too-short"
    title = "The notice is too short"


class DecisionUnknown(Problem):
    status = 404
    code = "decision-unknown"
    title = "There is no such restriction"


REMINDERS = (30, 7)
"""Days before evidence expires; a letter each."""


class Item(Struct, frozen=True):
    """One thing required. `held` is what counts: what was accepted holds while its renewal waits.

    `holds_until` None: no end is known. `reason` is why its newest evidence was refused; `vies`:
    VIES does not know the VAT number any more.
    """

    name: ItemName
    state: State
    held: bool
    holds_until: datetime | None
    evidence_id: UUID | None
    reason: str | None

    def word(self, language: str) -> str:
        return in_language(WORDS[self.name], language)

    def how(self, language: str) -> str:
        return in_language(HOW[self.name], language)


class File(Struct, frozen=True):
    """All that is required of an organisation at `at`, and what is in force against it.

    `complete`: everything is held. `restricted` lists the scopes restricted at that moment.
    """

    organisation_id: UUID
    at: datetime
    items: Sequence[Item]
    restricted: Sequence[Scope]

    @property
    def complete(self) -> bool:
        return all(item.held for item in self.items)

    @property
    def missing(self) -> list[Item]:
        return [item for item in self.items if not item.held]

    @property
    def lacking(self) -> list[Item]:
        """What is missing to be verified and to sell: the account at Stripe may come later."""
        return [item for item in self.missing if item.name != "bank_holder"]

    @property
    def expiring(self) -> list[Item]:
        """Held now, and not for longer than `SOON`."""
        return [
            item
            for item in self.items
            if item.held and item.holds_until is not None and item.holds_until <= self.at + SOON
        ]

    def words(self, language: str) -> str:
        """One sentence: complete, or what is missing, or what will be."""
        if self.missing:
            listed = ", ".join(item.word(language) for item in self.missing)
            return in_language(("Il manque : {}.", "Missing: {}."), language).format(listed)
        if self.expiring:
            listed = ", ".join(item.word(language) for item in self.expiring)
            return in_language(
                ("Complet ; à renouveler bientôt : {}.", "Complete; to be renewed soon: {}."),
                language,
            ).format(listed)
        return in_language(("Le dossier est complet.", "The file is complete."), language)


def earliest_terms(now: datetime) -> date:
    """The first day, of the operator's calendar, on which terms announced at `now` may begin."""
    return now.astimezone(PARIS).date() + timedelta(days=TERMS_DAYS + 1)


def in_language(words: tuple[str, str], language: str) -> str:
    return words[0] if language == "fr" else words[1]
