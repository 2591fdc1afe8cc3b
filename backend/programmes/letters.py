"""What is written to partners about their programmes, in their language, each with its reason."""

from collections.abc import Callable
from datetime import datetime

from backend.core import PARIS
from backend.mail import Letter, translator
from backend.programmes.rules import Demotion, Programme

Written = Callable[[str], Letter]
"""A letter, once the language is told."""


def _day(moment: datetime, language: str) -> str:
    day = moment.astimezone(PARIS)
    return f"{day:%d/%m/%Y}" if language == "fr" else f"{day:%Y-%m-%d}"


def accepted(programme: Programme, level: str, reason: str) -> Written:
    def written(language: str) -> Letter:
        _ = translator(language)
        return Letter(
            kind="programme_accepted",
            subject=_("Welcome to the programme {programme}").format(
                programme=programme.name(language)
            ),
            paragraphs=[
                _("Your application was accepted. Your level is {level} from now on.").format(
                    level=programme.level_name(level, language)
                ),
                _("Reason: {reason}").format(reason=reason),
                _("Your portal shows what the level gives you."),
            ],
        )

    return written


def refused(programme: Programme, reason: str) -> Written:
    def written(language: str) -> Letter:
        _ = translator(language)
        return Letter(
            kind="programme_refused",
            subject=_("Your application for the programme {programme}").format(
                programme=programme.name(language)
            ),
            paragraphs=[
                _("We did not accept your application."),
                _("Reason: {reason}").format(reason=reason),
                _("You may contest this decision by answering this letter, or apply again."),
            ],
        )

    return written


def left(programme: Programme) -> Written:
    def written(language: str) -> Letter:
        _ = translator(language)
        return Letter(
            kind="programme_left",
            subject=_("You left the programme {programme}").format(
                programme=programme.name(language)
            ),
            paragraphs=[_("What its level gave you has ended; what was priced before stays.")],
        )

    return written


def changed(
    programme: Programme,
    level: str,
    reason: str,
    until: datetime | None,
    urgent: str | None = None,
) -> Written:
    """`urgent`: why a lower level could not wait for notice."""

    def written(language: str) -> Letter:
        _ = translator(language)
        urgency = (
            []
            if urgent is None
            else [
                _("It could not wait for notice: {reason}").format(reason=urgent),
                _("You may contest this decision by answering this letter."),
            ]
        )
        ends = (
            [] if until is None else [_("It holds until {day}.").format(day=_day(until, language))]
        )
        return Letter(
            kind="level_changed",
            subject=_("Your level is now {level}").format(
                level=programme.level_name(level, language)
            ),
            paragraphs=[
                _("Your level in the programme {programme} has changed.").format(
                    programme=programme.name(language)
                ),
                *ends,
                _("Reason: {reason}").format(reason=reason),
                *urgency,
                _("It counts for what is used from now on; what was priced before stays."),
            ],
        )

    return written


def demotion_announced(programme: Programme, demotion: Demotion) -> Written:
    def written(language: str) -> Letter:
        _ = translator(language)
        return Letter(
            kind="demotion_announced",
            subject=_("Your level will change on {day}").format(
                day=_day(demotion.effective_at, language)
            ),
            paragraphs=[
                _("From that day on your level in the programme {programme} is {level}.").format(
                    programme=programme.name(language),
                    level=programme.level_name(demotion.to_level, language),
                ),
                _("Reason: {reason}").format(reason=demotion.reason),
                _(
                    "If the conditions are met again before that day, the change is cancelled. "
                    "You may contest this decision by answering this letter."
                ),
            ],
        )

    return written


def demotion_cancelled(programme: Programme, demotion: Demotion, reason: str) -> Written:
    def written(language: str) -> Letter:
        _ = translator(language)
        return Letter(
            kind="demotion_cancelled",
            subject=_("You keep your level"),
            paragraphs=[
                _("Your level in the programme {programme} stays {level}.").format(
                    programme=programme.name(language),
                    level=programme.level_name(demotion.from_level, language),
                ),
                _("Reason: {reason}").format(reason=reason),
            ],
        )

    return written
