"""What is written to partners about their requests, in their language, each with its reason."""

from collections.abc import Callable
from datetime import date

from backend.core import Money
from backend.mail import Letter, translator

Written = Callable[[str], Letter]


def approved(title: str, amount: Money, due_on: date, reason: str) -> Written:
    def written(language: str) -> Letter:
        _ = translator(language)
        return Letter(
            kind="fund_approved",
            subject=_("Approved: {title}").format(title=title),
            paragraphs=[
                _("Up to {amount} of your co-marketing is reimbursed, before VAT.").format(
                    amount=_amount(amount, language)
                ),
                _("Claim what you spent, with its proof, until {day}.").format(
                    day=_day(due_on, language)
                ),
                *_because(reason, language),
            ],
        )

    return written


def declined(title: str, reason: str) -> Written:
    def written(language: str) -> Letter:
        _ = translator(language)
        return Letter(
            kind="fund_declined",
            subject=_("Declined: {title}").format(title=title),
            paragraphs=[
                _("We do not take part in this co-marketing."),
                *_because(reason, language),
                _("You may contest this decision by answering this letter, or ask anew."),
            ],
        )

    return written


def returned(title: str, due_on: date, reason: str) -> Written:
    def written(language: str) -> Letter:
        _ = translator(language)
        return Letter(
            kind="fund_returned",
            subject=_("Your claim is incomplete: {title}").format(title=title),
            paragraphs=[
                *_because(reason, language),
                _("Add what is missing and claim again, until {day}.").format(
                    day=_day(due_on, language)
                ),
            ],
        )

    return written


def reimbursed(title: str, amount: Money, reason: str) -> Written:
    def written(language: str) -> Letter:
        _ = translator(language)
        return Letter(
            kind="fund_reimbursed",
            subject=_("Reimbursed: {title}").format(title=title),
            paragraphs=[
                _("{amount}, before VAT, is on your next statement and paid with it.").format(
                    amount=_amount(amount, language)
                ),
                *_because(reason, language),
            ],
        )

    return written


def expired(title: str, due_on: date) -> Written:
    def written(language: str) -> Letter:
        _ = translator(language)
        return Letter(
            kind="fund_expired",
            subject=_("Not claimed in time: {title}").format(title=title),
            paragraphs=[
                _("It could be claimed until {day}. What was reserved is free again.").format(
                    day=_day(due_on, language)
                )
            ],
        )

    return written


def _because(reason: str, language: str) -> list[str]:
    _ = translator(language)
    return [_("Reason: {reason}").format(reason=reason)] if reason else []


def _day(day: date, language: str) -> str:
    return f"{day:%d/%m/%Y}" if language == "fr" else f"{day:%Y-%m-%d}"


def _amount(amount: Money, language: str) -> str:
    decimal = amount.decimal().replace(".", ",") if language == "fr" else amount.decimal()
    return f"{decimal} {amount.currency}"
