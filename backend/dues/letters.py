"""What is written to partners about what they owe, in their language."""

from collections.abc import Callable
from datetime import date

from backend.core import Money
from backend.mail import Letter, translator

Written = Callable[[str], Letter]


def reminder(number: int, left: Money, statement: str, since: date) -> Written:
    """The first asks, the second asks again, the third says that it is the last."""

    def written(language: str) -> Letter:
        _ = translator(language)
        subject = (
            _("Reminder: {amount} are due"),
            _("Second reminder: {amount} are due"),
            _("Last reminder: {amount} are due"),
        )[number - 1]
        return Letter(
            kind="due_reminder",
            subject=subject.format(amount=_amount(left, language)),
            paragraphs=[
                _("By your statement {number} you owe us {amount}, since {day}.").format(
                    number=statement, amount=_amount(left, language), day=_day(since, language)
                ),
                _(
                    "Pay it in your portal, under Payments to us, by card or SEPA debit; or by "
                    "bank transfer with the words {number}."
                ).format(number=statement),
                *(
                    [_("This is our last letter about it before we call you.")]
                    if number == 3
                    else []
                ),
                _("If you have paid meanwhile, or think that it is wrong, answer this letter."),
            ],
        )

    return written


def failed(amount: Money, statement: str) -> Written:
    return _due_again(
        "due_failed",
        amount,
        statement,
        lambda _: (
            _("Your payment of {amount} did not arrive"),
            _("Your bank refused it, and nothing was taken: {number} is still due."),
            _("Pay it in your portal, under Payments to us, by another means."),
        ),
    )


def taken_back(amount: Money, statement: str) -> Written:
    return _due_again(
        "due_taken_back",
        amount,
        statement,
        lambda _: (
            _("Your payment of {amount} was taken back"),
            _("Your bank took it back from us: {number} is due again."),
            _("If you did not ask for this, answer this letter."),
        ),
    )


def _due_again(
    kind: str,
    amount: Money,
    statement: str,
    words: Callable[[Callable[[str], str]], tuple[str, str, str]],
) -> Written:
    """Subject, what became of it, and what to do: a payment that did not come, or did not stay."""

    def written(language: str) -> Letter:
        subject, became, remedy = words(translator(language))
        return Letter(
            kind=kind,
            subject=subject.format(amount=_amount(amount, language)),
            paragraphs=[became.format(number=statement), remedy],
        )

    return written


def _day(day: date, language: str) -> str:
    return f"{day:%d/%m/%Y}" if language == "fr" else f"{day:%Y-%m-%d}"


def _amount(amount: Money, language: str) -> str:
    decimal = amount.decimal().replace(".", ",") if language == "fr" else amount.decimal()
    return f"{decimal} {amount.currency}"
