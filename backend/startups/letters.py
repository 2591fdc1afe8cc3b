"""What is written to start-ups, in their language."""

from datetime import date, datetime

from backend.core import PARIS, Money
from backend.mail import Letter, translator


def _day(day: date, language: str) -> str:
    return f"{day:%d/%m/%Y}" if language == "fr" else f"{day:%Y-%m-%d}"


def _amount(money: Money, language: str) -> str:
    amount = money.decimal().replace(".", ",") if language == "fr" else money.decimal()
    return f"{amount} {money.currency}"


def welcomed(language: str, credit: Money, expires_on: date) -> Letter:
    _ = translator(language)
    return Letter(
        kind="startup_welcomed",
        subject=_("Your credit for infrastructure"),
        paragraphs=[
            _("You may use infrastructure for {amount} until {day}.").format(
                amount=_amount(credit, language), day=_day(expires_on, language)
            ),
            _("It is taken off your bills by itself. Your portal shows what is left."),
        ],
    )


def graduation_accepted(language: str, reason: str, effective_at: datetime) -> Letter:
    _ = translator(language)
    return Letter(
        kind="graduation_accepted",
        subject=_("You become a software editor"),
        paragraphs=[
            _("From {day} on you are in the programme for software editors.").format(
                day=_day(effective_at.astimezone(PARIS).date(), language)
            ),
            _("Reason: {reason}").format(reason=reason),
            _("Your account, your history and what is left of your credits stay."),
        ],
    )


def graduation_refused(language: str, reason: str) -> Letter:
    _ = translator(language)
    return Letter(
        kind="graduation_refused",
        subject=_("Your graduation to software editor"),
        paragraphs=[
            _("We did not accept it yet; you stay in the start-up programme."),
            _("Reason: {reason}").format(reason=reason),
            _("You may contest this decision by answering this letter, or ask again."),
        ],
    )


def graduation_cancelled(language: str) -> Letter:
    _ = translator(language)
    return Letter(
        kind="graduation_cancelled",
        subject=_("Your graduation to software editor"),
        paragraphs=[
            _("It does not happen: on its day you could not change from the start-up programme."),
            _("You may contest this decision by answering this letter, or ask again."),
        ],
    )


def graduated(language: str) -> Letter:
    _ = translator(language)
    return Letter(
        kind="startup_graduated",
        subject=_("You are a software editor now"),
        paragraphs=[
            _("You may describe your first listing. Infrastructure is at the editors’ rate."),
            _("Your file may ask for more: your portal shows what."),
        ],
    )
