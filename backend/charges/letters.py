"""What is written to partners about their credits, in their language."""

from datetime import date

from backend.core import Money
from backend.mail import Letter, translator


def credit_expires(left: Money, expires_on: date, language: str) -> Letter:
    """Sent 30 and 7 days before the last day (money rule j)."""
    _ = translator(language)
    day = f"{expires_on:%d/%m/%Y}" if language == "fr" else f"{expires_on:%Y-%m-%d}"
    amount = left.decimal().replace(".", ",") if language == "fr" else left.decimal()
    return Letter(
        kind="credit_expires",
        subject=_("Your infrastructure credit expires on {day}").format(day=day),
        paragraphs=[
            _("{amount} {currency} of your credit are left.").format(
                amount=amount, currency=left.currency
            ),
            _(
                "Infrastructure that you use until {day}, that day included, is paid with it."
            ).format(day=day),
            _("What is left after that day is lost."),
        ],
    )
