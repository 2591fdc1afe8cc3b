"""What a deal may become, what it needs, and what is refused. Pure."""

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, Literal
from urllib.parse import urlsplit
from uuid import UUID

from msgspec import Struct

from backend.core import Problem
from backend.deals.public_mail import PUBLIC
from backend.partners import Segment
from backend.programmes import Environment

Review = Literal[
    "draft", "submitted", "in_review", "action_required", "approved", "rejected", "withdrawn"
]
Stage = Literal[
    "prospect",
    "qualified",
    "technical_validation",
    "business_validation",
    "committed",
    "launched",
    "closed_lost",
]
Lost = Literal["price", "competitor", "no_budget", "no_answer", "technical_fit", "timing", "other"]
Verb = Literal[
    "draft",
    "change",
    "submit",
    "take_back",
    "withdraw",
    "take_up",
    "ask",
    "approve",
    "reject",
    "move",
    "renew",
    "warn",
    "expire",
]
Setting = Literal["protection_days", "warning_days", "answer_days"]

FIELDS = (
    "customer_name",
    "customer_country",
    "customer_siren",
    "customer_vat",
    "customer_domain",
    "customer_segment",
    "contact_name",
    "contact_email",
    "listing_id",
    "environment",
    "plan",
    "amount_minor",
    "currency",
    "target_close_on",
    "next_steps",
)
"""All that a partner writes of a deal, in the order of the form."""
ASKABLE = tuple(name for name in FIELDS if name != "currency")
ALWAYS_FREE = frozenset({"next_steps", "target_close_on", "contact_name", "contact_email"})
"""What goes on changing once the deal is approved."""

STEPS: Mapping[Verb, tuple[frozenset[Review], Review]] = {
    "submit": (frozenset({"draft", "action_required"}), "submitted"),
    "take_back": (frozenset({"submitted"}), "draft"),
    "withdraw": (frozenset({"draft", "submitted", "action_required"}), "withdrawn"),
    "take_up": (frozenset({"submitted"}), "in_review"),
    "ask": (frozenset({"submitted", "in_review"}), "action_required"),
    "approve": (frozenset({"submitted", "in_review"}), "approved"),
    "reject": (frozenset({"submitted", "in_review"}), "rejected"),
}
"""From which states a verb leads to which (peer mechanics 5; locked while it is read)."""

DOMAIN = re.compile(r"(?=.{3,253}$)([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.ASCII)


class DealUnknown(Problem):
    status = 404
    code = "deal-unknown"
    title = "There is no such deal"


class DealChanged(Problem):
    code = "deal-changed"
    title = "The deal was changed meanwhile"


class DealLocked(Problem):
    code = "deal-locked"
    title = "This cannot be changed now"


class DealStepRefused(Problem):
    code = "deal-step-refused"
    title = "The deal has moved on"


class DealIncomplete(Problem):
    status = 422
    code = "deal-incomplete"
    title = "Something is missing in the deal"


class BadDomain(Problem):
    status = 422
    code = "bad-domain"
    title = "This is no domain"


class PublicMailDomain(Problem):
    status = 422
    code = "public-mail-domain"
    title = "This domain is everybody's, not the customer's"


class BadCustomerNumber(Problem):
    status = 422
    code = "bad-customer-number"
    title = "This number of the customer cannot be right"


class CustomerProtected(Problem):
    code = "customer-protected"
    title = "Another deal protects this customer"


class NotRenewable(Problem):
    code = "deal-not-renewable"
    title = "The protection cannot be renewed"


class OwnDeal(Problem):
    status = 403
    code = "own-deal"
    title = "Nobody decides on their own deal"


class DealListingUnknown(Problem):
    status = 422
    code = "deal-listing-unknown"
    title = "This listing is not on sale"


class NotADealPartner(Problem):
    status = 403
    code = "not-a-deal-partner"
    title = "Only verified partners register deals"


class BadDealSetting(Problem):
    status = 422
    code = "bad-deal-setting"
    title = "This setting cannot begin so"


class DealFacts(Struct, frozen=True, kw_only=True):
    """What a partner says of a deal. `amount_minor` is a month's, VAT excluded."""

    customer_name: str
    customer_country: str
    customer_segment: Segment
    target_close_on: date
    customer_siren: str | None = None
    customer_vat: str | None = None
    customer_domain: str | None = None
    contact_name: str = ""
    contact_email: str = ""
    listing_id: UUID | None = None
    environment: Environment | None = None
    plan: str = ""
    amount_minor: int = 0
    currency: str = "EUR"
    next_steps: str = ""


def normal_domain(text: str | None) -> str | None:
    """`https://www.Acme.fr/x`, `mail@acme.fr` and `ACME.FR` are one domain: `acme.fr`.

    Raises:
        BadDomain: it is none.
    """
    if text is None or not text.strip():
        return None
    plain = text.strip().lower().rpartition("@")[2]
    try:
        host = (urlsplit(plain if "://" in plain else f"//{plain}").hostname or "").rstrip(".")
    except ValueError:
        host = ""
    host = host.removeprefix("www.")
    if not DOMAIN.fullmatch(host):
        raise BadDomain(
            f"customer_domain: {text.strip()[:100]!r} is none. Give it as acme.fr.",
            errors=[{"field": "customer_domain", "message": "This is no domain"}],
        )
    return host


def customer_keys(siren: str | None, vat_number: str | None, domain: str | None) -> list[str]:
    """What a customer is told by: whoever shares one of these is the same customer. A domain of
    mail that everybody may have tells nobody.

    A French VAT number ends with the SIREN, so that a deal that gives one meets a deal that gives
    the other.
    """
    keys = []
    if siren is None and vat_number is not None and re.fullmatch(r"FR..[0-9]{9}", vat_number):
        siren = vat_number[4:]
    if siren is not None:
        keys.append(f"siren:{siren}")
    if vat_number is not None:
        keys.append(f"vat:{vat_number}")
    if domain is not None and domain not in PUBLIC:
        keys.append(f"domain:{domain}")
    return keys


def missing(deal: Mapping[str, Any]) -> list[str]:
    """The fields without which a deal is not submitted, as the form names them."""
    lacks = [name for name in ("contact_name", "contact_email") if not deal[name]]
    if not any(deal[name] for name in ("customer_siren", "customer_vat", "customer_domain")):
        lacks.insert(0, "customer_siren")
    if deal["listing_id"] is None and deal["environment"] is None:
        lacks.append("environment")
    if deal["amount_minor"] == 0:
        lacks.append("amount_minor")
    return lacks


def changeable(review: Review, asked: Collection[str]) -> frozenset[str]:
    """The fields that the partner may change in this state of the review."""
    if review == "draft":
        return frozenset(FIELDS)
    if review == "action_required":
        more = {"currency"} if "amount_minor" in asked else set()
        return frozenset(asked) | more
    return ALWAYS_FREE if review == "approved" else frozenset()


def check_changes(review: Review, asked: Collection[str], changed: Collection[str]) -> None:
    """Raises: DealLocked, naming the field that is not free."""
    locked = sorted(set(changed) - changeable(review, asked))
    if locked:
        raise DealLocked(
            f"{', '.join(locked)}: locked while the deal is {review}. "
            "Take it back first, or change only what was asked for.",
            fields=locked,
        )


def check_step(verb: Verb, review: Review) -> Review:
    """The state that the verb leads to. Raises: DealStepRefused."""
    allowed, after = STEPS[verb]
    if review not in allowed:
        raise DealStepRefused(f"It is {review}, and {verb} needs {' or '.join(sorted(allowed))}.")
    return after


def check_move(review: Review, stage: Stage, wanted: Stage, because: Lost | None) -> None:
    """Raises: DealStepRefused. Lost deals say why; launched and lost ones stay so."""
    if review != "approved":
        raise DealStepRefused(f"It is {review}: only an approved deal moves.")
    if stage in ("launched", "closed_lost"):
        raise DealStepRefused(f"It is {stage} and stays so.")
    if stage == wanted:
        raise DealStepRefused(f"It is {stage} already.")
    if (wanted == "closed_lost") != (because is not None):
        raise DealStepRefused("A lost deal says why it was lost, and no other does.")


def check_renewal(
    review: Review, stage: Stage, protected_until: datetime | None, renewed: bool, now: datetime
) -> None:
    """Raises: NotRenewable. Once, while it runs, and while the deal is open."""
    if review != "approved" or stage in ("launched", "closed_lost"):
        raise NotRenewable("Only an approved deal that is open is renewed.")
    if renewed:
        raise NotRenewable("It was renewed once already.")
    if protected_until is None or protected_until <= now:
        raise NotRenewable("The protection is over: register the deal anew.")
