"""What codes of listings and orders are called in the store."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from backend.storefront import words

Translate = Callable[[str], str]
A_MOMENT = timedelta(minutes=2)
"""Clocks of two machines that are right may differ by this."""


def facet_titles(_: Translate) -> Mapping[str, str]:
    return {
        "category": _("Category"),
        "model": _("Delivered as"),
        "location": _("Where the data is"),
        "sla": _("Guaranteed availability"),
    }


def facet_values(_: Translate, lang: str) -> Mapping[str, Mapping[str, str]]:
    """Facet -> value as in the address -> its name; in the order shown."""
    return {
        "category": {
            "backup": _("Backup and recovery"),
            "database": _("Databases"),
            "observability": _("Observability"),
            "security": _("Security"),
            "ai": _("AI and machine learning"),
            "devops": _("DevOps and CI"),
            "network": _("Network"),
            "collaboration": _("Collaboration"),
            "business": _("Business software"),
        },
        "model": {
            "saas": _("SaaS"),
            "paas": _("Managed platform"),
            "iaas": _("Infrastructure"),
        },
        "location": {
            "france": _("France"),
            "eu": _("European Union"),
            "world": _("Elsewhere"),
        },
        "sla": {str(bp): words.percent(bp, lang) for bp in (9999, 9995, 9990, 9950, 9900)},
    }


def sorts(_: Translate) -> Mapping[str, str]:
    return {
        "relevance": _("Relevance"),
        "newest": _("Newest"),
        "price": _("Price, low to high"),
        "-price": _("Price, high to low"),
        "name": _("Name"),
    }


def partner_types(_: Translate) -> Mapping[str, str]:
    """Role of an organisation that sells -> what it is called in the directory."""
    return {
        "isv": _("Software editor"),
        "vai": _("Integrator"),
        "reseller": _("Reseller"),
        "wholesaler": _("Wholesaler"),
        "startup": _("Start-up"),
    }


def featured_criteria(_: Translate) -> Mapping[str, tuple[str, str]]:
    """Why a place is given -> its name, and what it means."""
    return {
        "sovereign": (
            _("Kept in France"),
            _("The service and its back-ups are in France, under French law."),
        ),
        "newcomer": (_("New in the store"), _("The first service of a partner, or a new kind.")),
        "integration": (
            _("Verified integration"),
            _("The technical checklist was done and checked by our engineers."),
        ),
        "need": (_("Often looked for"), _("It answers what customers search and rarely find.")),
    }


def order_states(_: Translate) -> dict[str, tuple[str, str]]:
    """State of an order -> its name, and the tone that goes with it."""
    return {
        "placed": (_("Waiting for payment"), "warn"),
        "checkout_open": (_("Waiting for payment"), "warn"),
        "paid": (_("Paid"), "good"),
        "expired": (_("Not paid in time"), "plain"),
        "failed": (_("Payment refused"), "bad"),
    }


def under_way(it_is: bool, _: Translate) -> dict[str, tuple[str, str]]:
    """What an order is called instead while the payment that was made is not here yet."""
    return {"checkout_open": (_("Payment under way"), "warn")} if it_is else {}


def refund_states(_: Translate) -> Mapping[str, tuple[str, str]]:
    return {
        "open": (_("On its way"), "warn"),
        "done": (_("Refunded"), "good"),
        "failed": (_("Did not arrive"), "bad"),
    }


def ahead(moment: datetime, now: datetime, _: Translate) -> str:
    """Says of a moment that has not come yet that another clock told it: Stripe's sandbox has its
    own, which its tests turn forward.
    """
    if moment <= now + A_MOMENT:
        return ""
    return " · " + _("by the clock of the payment sandbox, which runs ahead")


def refusal(code: str, _: Translate) -> str:
    """Why something cannot be bought, in the reader's words."""
    known = {
        "own-listing": _("This is your own service: another organisation has to buy it."),
        "currency-not-sold": _("Nothing is sold in this currency."),
        "buyer-vat-unknown": _(
            "The VAT of your organisation is not known: have its VAT number checked first."
        ),
        "checkout-refused": _("The payment page was refused. Nothing was charged."),
        "checkout-unavailable": _("The payment page is not ready. Try again in a moment."),
        "order-ended": _("This order cannot be paid any more. Order again."),
    }
    return known.get(code, _("That did not work. Try again."))
