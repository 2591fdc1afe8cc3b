"""What two partners hear of each other about a joint offer."""

from datetime import date

from backend.catalogue.letters import paragraphs_of
from backend.mail import OPERATOR, Letter, translator


def proposed(language: str, *, listing: str, owner: str, words: str, link: str) -> Letter:
    """Somebody wants to sell a listing together with the reader."""
    _ = translator(language)
    names = {"listing": listing, "owner": owner, "operator": OPERATOR}
    return Letter(
        kind="joint_offer",
        subject=_("A joint offer: {listing}").format(**names),
        paragraphs=[
            _(
                "{owner} proposes to sell {listing} on {operator} together with you. Each of you "
                "would be paid its own part of each sale."
            ).format(**names),
            *paragraphs_of(words),
        ],
        button=_("See the offer"),
        link=link,
        closing=[_("It is not sold before you have accepted or refused.")],
    )


def decided(
    language: str,
    verb: str,
    *,
    listing: str,
    other: str,
    reason: str,
    ends_on: date | None,
    link: str,
) -> Letter:
    """The other owner has accepted, refused or ended it."""
    _ = translator(language)
    day = "" if ends_on is None else ends_on.isoformat()
    names = {"listing": listing, "other": other, "day": day}
    subject, told = {
        "accepted": (
            _("Accepted: {listing}, together with {other}"),
            _("{other} has accepted. Submit {listing} now: we read it before it is on sale."),
        ),
        "refused": (
            _("Refused: {listing}, together with {other}"),
            _("{other} has refused the joint offer. {listing} stays yours alone."),
        ),
        "ended": (
            _("Ends on {day}: {listing}, together with {other}"),
            _(
                "{other} ends the joint offer of {listing}: {day} is the first day without it. "
                "What was ordered before stays shared."
            ),
        ),
        "change_proposed": (
            _("Agree to a change: {listing}, together with {other}"),
            _(
                "{other} proposes to change {listing}, which you own together. It stays as it is "
                "until you agree."
            ),
        ),
        "change_accepted": (
            _("Changed: {listing}, together with {other}"),
            _("{other} has agreed to your change of {listing}: it holds from now on."),
        ),
        "change_refused": (
            _("Not changed: {listing}, together with {other}"),
            _("{other} has refused your change of {listing}: it stays as it is."),
        ),
    }[verb]
    return Letter(
        kind="joint_offer",
        subject=subject.format(**names),
        paragraphs=[
            told.format(**names),
            *([_("The reason:"), *paragraphs_of(reason)] if reason else []),
        ],
        button=_("See the offer"),
        link=link,
        closing=[],
    )
