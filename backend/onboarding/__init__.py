"""Onboarding: what an organisation has to show and to sign before it sells and is paid.

What is required is dated rows per role and country. The organisation supplies evidence and signs;
the office, or VIES, accepts or refuses it. Nothing of it ever changes: the state of a file at any
moment follows from what was written. Reads `partners`, `identity` and the account at `payments`;
`payouts` asks it before each payout, `catalogue` before anything is on sale.
"""

from backend.onboarding.actions import Upload, accept_evidence, refuse_evidence, supply_evidence
from backend.onboarding.actions_agreement import (
    accept_agreement,
    announce_agreement,
    revoke_mandate,
)
from backend.onboarding.actions_decision import (
    AlreadyLifted,
    check_selling,
    lift_restriction,
    refuse_application,
    restrict_organisation,
    verify_organisation,
)
from backend.onboarding.jobs import ask_vies, record_answer
from backend.onboarding.jobs_expiry import follow_files, remind, renew_shelves
from backend.onboarding.queries import (
    Agreement,
    Decision,
    Document,
    Evidence,
    agreements_for,
    decisions_of,
    evidence_of,
    file_of,
    is_complete,
    list_agreements,
    read_document,
    read_evidence,
    state_of,
)
from backend.onboarding.rules import (
    AgreementChanged,
    AgreementTooLate,
    AgreementUnknown,
    DecisionUnknown,
    DocumentUnknown,
    EvidenceDecided,
    EvidenceReplaced,
    EvidenceUnknown,
    EvidenceWrong,
    File,
    FileIncomplete,
    Item,
    NoMandate,
    NoticeTooShort,
    OwnRefusal,
    SellingRestricted,
    TermsTooSoon,
    TooManyDocuments,
)
from backend.onboarding.rules_evidence import Claim, Person, check_name, media_type_of
from backend.onboarding.sandbox import complete_in_sandbox, made_up_siren
from backend.onboarding.vies import Answer, NoVies, SimulatedVies, Vies
from backend.onboarding.vies_rest import EuropeanVies

__all__ = [
    "Agreement",
    "AgreementChanged",
    "AgreementTooLate",
    "AgreementUnknown",
    "AlreadyLifted",
    "Answer",
    "Claim",
    "Decision",
    "DecisionUnknown",
    "Document",
    "DocumentUnknown",
    "EuropeanVies",
    "Evidence",
    "EvidenceDecided",
    "EvidenceReplaced",
    "EvidenceUnknown",
    "EvidenceWrong",
    "File",
    "FileIncomplete",
    "Item",
    "NoMandate",
    "NoVies",
    "NoticeTooShort",
    "OwnRefusal",
    "Person",
    "SellingRestricted",
    "SimulatedVies",
    "TermsTooSoon",
    "TooManyDocuments",
    "Upload",
    "Vies",
    "accept_agreement",
    "accept_evidence",
    "agreements_for",
    "announce_agreement",
    "ask_vies",
    "check_name",
    "check_selling",
    "complete_in_sandbox",
    "decisions_of",
    "evidence_of",
    "file_of",
    "follow_files",
    "is_complete",
    "lift_restriction",
    "list_agreements",
    "made_up_siren",
    "media_type_of",
    "read_document",
    "read_evidence",
    "record_answer",
    "refuse_application",
    "refuse_evidence",
    "remind",
    "renew_shelves",
    "restrict_organisation",
    "revoke_mandate",
    "state_of",
    "supply_evidence",
    "verify_organisation",
]
