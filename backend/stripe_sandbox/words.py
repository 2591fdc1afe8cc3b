"""What the hosted pages say, in French and in English."""

LANGUAGES = (("fr", "Français"), ("en", "English"))

IBANS = ("3000", "3001", "3002", "3003", "3004", "3005")
"""Last digits; the rest is Stripe's German test number."""

TEST_IBAN = "DE8937040044053201"

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "label": "Stripe sandbox — no real money",
        "explanation": "This page belongs to the Stripe sandbox inside Maillage. It stands for a "
        "page of Stripe's; nothing you choose here leaves this computer.",
        "onboarding": "Get ready to be paid",
        "onboarding_intro": "Verification and bank account of",
        "holder": "Company or holder name",
        "iban": "IBAN (test numbers; each makes payouts end in its own way)",
        "outcome": "What the verification finds",
        "complete": "Complete",
        "leave": "Leave, without completing",
        "checkout": "Pay",
        "setup": "Save a means of payment",
        "setup_intro": "Nothing is charged now; the means of payment is kept for later.",
        "email": "E-mail",
        "method": "How does the buyer pay?",
        "pay": "Pay",
        "save": "Save",
        "abandon": "Abandon",
        "asking": "The buyer's bank asks for approval (3-D Secure).",
        "approve": "Approve",
        "refuse": "Refuse",
        "refused": "The bank refused: authentication failed. Choose another means of payment.",
        "declined": "The payment was declined. Choose another means of payment.",
        "holder_missing": "Enter the company or the holder.",
        "email_wrong": "This is no e-mail address.",
        "method_unknown": "There is no such means of payment. Choose one of these.",
        "unknown": "There is no such page",
        "unknown_text": "The address is wrong, or the sandbox was reset.",
        "over": "This page is over",
        "over_text": "The session was completed or has expired. Go back to the shop.",
        "3000": "payouts arrive",
        "3001": "payouts fail: no such account",
        "3002": "payouts arrive, then come back three days later: account closed",
        "3003": "payouts fail: insufficient funds",
        "3004": "payouts fail: debit not authorised",
        "3005": "payouts fail: currency not accepted",
        "active": "All in order: may be paid",
        "pending": "Still being checked",
        "restricted": "Something is missing",
        "rejected": "Refused",
        "pm_card_visa": "Card 4242 — accepted",
        "pm_card_authenticationRequired": "Card 3184 — the bank asks for approval",
        "pm_card_chargeDeclined": "Card 0002 — declined",
        "pm_card_chargeDeclinedInsufficientFunds": "Card 9995 — insufficient funds",
        "pm_card_createDispute": "Card 0259 — accepted, then disputed",
        "pm_sepa_success": "SEPA debit — arrives in five days",
        "pm_sepa_fail": "SEPA debit — refused in five days",
        "pm_sepa_dispute": "SEPA debit — arrives, then disputed",
    },
    "fr": {
        "label": "Bac à sable Stripe — aucun argent réel · Stripe sandbox — no real money",
        "explanation": "Cette page appartient au bac à sable Stripe de Maillage. Elle tient lieu "
        "d'une page de Stripe ; rien de ce que vous choisissez ici ne quitte cet ordinateur.",
        "onboarding": "Préparer vos versements",
        "onboarding_intro": "Vérification et compte bancaire de",
        "holder": "Raison sociale ou titulaire",
        "iban": "IBAN (numéros de test ; chacun décide du sort des versements)",
        "outcome": "Résultat de la vérification",
        "complete": "Terminer",
        "leave": "Quitter sans terminer",
        "checkout": "Payer",
        "setup": "Enregistrer un moyen de paiement",
        "setup_intro": "Rien n'est débité maintenant ; le moyen de paiement servira plus tard.",
        "email": "Adresse électronique",
        "method": "Comment l'acheteur paie-t-il ?",
        "pay": "Payer",
        "save": "Enregistrer",
        "abandon": "Abandonner",
        "asking": "La banque de l'acheteur demande une confirmation (3-D Secure).",
        "approve": "Confirmer",
        "refuse": "Refuser",
        "refused": "Authentification refusée par la banque. Choisissez un autre moyen de paiement.",
        "declined": "Paiement refusé. Choisissez un autre moyen de paiement.",
        "holder_missing": "Indiquez la raison sociale ou le titulaire.",
        "email_wrong": "Cette adresse électronique n'en est pas une.",
        "method_unknown": "Ce moyen de paiement n'existe pas. Choisissez-en un ci-dessous.",
        "unknown": "Cette page n'existe pas",
        "unknown_text": "L'adresse est fausse, ou le bac à sable a été remis à zéro.",
        "over": "Cette page n'est plus valable",
        "over_text": "La session est terminée ou a expiré. Retournez à la boutique.",
        "3000": "les versements arrivent",
        "3001": "les versements échouent : compte introuvable",
        "3002": "les versements arrivent, puis reviennent trois jours après : compte clos",
        "3003": "les versements échouent : provision insuffisante",
        "3004": "les versements échouent : opération non autorisée",
        "3005": "les versements échouent : devise refusée",
        "active": "Tout est en ordre : peut être payé",
        "pending": "Vérification en cours",
        "restricted": "Il manque quelque chose",
        "rejected": "Refusé",
        "pm_card_visa": "Carte 4242 — acceptée",
        "pm_card_authenticationRequired": "Carte 3184 — la banque demande une confirmation",
        "pm_card_chargeDeclined": "Carte 0002 — refusée",
        "pm_card_chargeDeclinedInsufficientFunds": "Carte 9995 — provision insuffisante",
        "pm_card_createDispute": "Carte 0259 — acceptée, puis contestée",
        "pm_sepa_success": "Prélèvement SEPA — arrive dans cinq jours",
        "pm_sepa_fail": "Prélèvement SEPA — refusé dans cinq jours",
        "pm_sepa_dispute": "Prélèvement SEPA — arrive, puis contesté",
    },
}

METHODS = [name for name in WORDS["en"] if name.startswith("pm_")]
OUTCOMES = ("active", "pending", "restricted", "rejected")


def language_of(asked: str, accepted: str) -> str:
    """`asked` is ?lang=, `accepted` the Accept-Language header; else French.

    Browsers list their languages best first, so the weights are not read.
    """
    listed = [part.strip()[:2].lower() for part in accepted.split(",")]
    return next((name for name in [asked, *listed] if name in WORDS), "fr")
