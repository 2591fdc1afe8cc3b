"""What is written about a contested statement: to its partner, and to those who answer."""

from backend.mail import Letter, translator
from backend.settlement.rules_contest import Means, Verdict


def contested(language: str, organisation: str, number: str, reason: str, link: str) -> Letter:
    """To those of the operator who may answer."""
    _ = translator(language)
    return Letter(
        kind="statement_contested",
        subject=_("{organisation} contests its statement {number}").format(
            organisation=organisation, number=number
        ),
        paragraphs=[
            _("Reason: {reason}").format(reason=reason),
            _("Answer it in the office: accept it and say how it is put right, or say why not."),
        ],
        button=_("See the statement"),
        link=link,
    )


def received(language: str, number: str, reason: str, link: str) -> Letter:
    """To the partner: that it was heard."""
    _ = translator(language)
    return Letter(
        kind="contest_received",
        subject=_("You contest your statement {number}").format(number=number),
        paragraphs=[
            _("Reason: {reason}").format(reason=reason),
            _("We look at it and answer you in writing. Its payout goes on meanwhile."),
        ],
        button=_("See the statement"),
        link=link,
    )


def answered(
    language: str, number: str, verdict: Verdict, means: Means | None, reason: str, link: str
) -> Letter:
    """To the partner: the verdict, its reason, and how it is put right."""
    _ = translator(language)
    if verdict == "accepted":
        subject = _("You were right about your statement {number}").format(number=number)
        what = [
            _("The closed statement stays as it is. A line of an open month puts it right:"),
            _words(language)[means or "refund"],
        ]
        then = []
    else:
        subject = _("Your statement {number} stands").format(number=number)
        what = [_("We looked at it and found that it is right.")]
        then = [_("You may contest this decision by answering this letter.")]
    return Letter(
        kind=f"contest_{verdict}",
        subject=subject,
        paragraphs=[*what, _("Reason: {reason}").format(reason=reason), *then],
        button=_("See the statement"),
        link=link,
    )


def _words(language: str) -> dict[Means, str]:
    _ = translator(language)
    return {
        "refund": _("A sale that should not count is refunded."),
        "sale": _("A sale that was missing is recorded."),
        "charge": _("A charge for infrastructure is refunded or corrected."),
    }
