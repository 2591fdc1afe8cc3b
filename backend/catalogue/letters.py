"""What the office decides of a listing, written to its partner: a statement of reasons."""

from backend.mail import OPERATOR, Letter, translator


def decided(
    language: str, verb: str, *, listing: str, organisation: str, reason: str, link: str
) -> Letter:
    """The decision, its reason in the reviewer's own words, and what can be done about it.

    `verb` is approve, ask_change or withdraw. Seed rows R-04 and V-13; Regulation (EU) 2019/1150,
    article 4: the reasons are given, in lasting form, with the decision.
    """
    _ = translator(language)
    names = {"listing": listing, "organisation": organisation, "operator": OPERATOR}
    subject, told = {
        "approve": (
            _("On sale: {listing}"),
            _("{operator} has accepted {listing}, of {organisation}: it is on sale from now on."),
        ),
        "ask_change": (
            _("To be changed: {listing}"),
            _(
                "{operator} has read {listing}, of {organisation}. It is not on sale yet: "
                "something has to be changed first."
            ),
        ),
        "withdraw": (
            _("Withdrawn from sale: {listing}"),
            _(
                "{operator} has withdrawn {listing}, of {organisation}, from sale. Nobody can "
                "order it any more; what was bought before is not touched."
            ),
        ),
    }[verb]
    may_answer = verb != "approve"
    return Letter(
        kind="listing_decided",
        subject=subject.format(**names),
        paragraphs=[told.format(**names), _("The reason:"), *paragraphs_of(reason)],
        button=_("See the listing"),
        link=link,
        closing=[
            _(
                "You can change the listing and submit it again. If you do not agree, answer with "
                "what should be considered: another person reads it."
            )
        ]
        if may_answer
        else [],
    )


def paragraphs_of(text: str) -> list[str]:
    """Each line that says something."""
    return [line.strip() for line in text.splitlines() if line.strip()]
