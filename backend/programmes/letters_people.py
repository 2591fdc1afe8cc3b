"""What is written to partners about their people, references and trainings."""

from collections.abc import Sequence
from datetime import date

from backend.mail import Letter, translator
from backend.programmes.letters import Written
from backend.programmes.rules_declared import Declaration, Expiring


def _day(day: date, language: str) -> str:
    return f"{day:%d/%m/%Y}" if language == "fr" else f"{day:%Y-%m-%d}"


def _named(title: str, name: str | None) -> str:
    return title if name is None else f"{title} ({name})"


def declaration_accepted(declaration: Declaration, reason: str) -> Written:
    def written(language: str) -> Letter:
        _ = translator(language)
        what = _named(declaration.title, declaration.person_name)
        return Letter(
            kind="declaration_accepted",
            subject=_("We have checked: {what}").format(what=what),
            paragraphs=[
                _("What you declared was accepted and counts towards your level."),
                _("Reason: {reason}").format(reason=reason),
            ],
        )

    return written


def declaration_refused(declaration: Declaration, reason: str) -> Written:
    def written(language: str) -> Letter:
        _ = translator(language)
        what = _named(declaration.title, declaration.person_name)
        return Letter(
            kind="declaration_refused",
            subject=_("Not accepted: {what}").format(what=what),
            paragraphs=[
                _("What you declared was not accepted and does not count towards your level."),
                _("Reason: {reason}").format(reason=reason),
                _("You may contest this decision by answering this letter, or declare it anew."),
            ],
        )

    return written


def expires_soon(expiring: Sequence[Expiring]) -> Written:
    """Sent 60 and 30 days before the last day, one letter for all of a day."""

    def written(language: str) -> Letter:
        _ = translator(language)
        lines = [
            _("{what}: to {day}, that day included.").format(
                what=_named(each.title, each.name), day=_day(each.expires_on, language)
            )
            for each in expiring
        ]
        return Letter(
            kind="expires_soon",
            subject=_("Soon this will count no more towards your level"),
            paragraphs=[
                _("This counts for your organisation to its last day only:"),
                *lines,
                _("Declare what renews it in your portal, under People and certificates."),
            ],
        )

    return written
