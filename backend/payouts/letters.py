"""What the operator decides of a partner's request, written to who asked."""

from backend.mail import OPERATOR, Letter, translator


def decided(
    language: str,
    state: str,
    *,
    statement: str,
    organisation: str,
    reason: str,
    link: str,
) -> Letter:
    """Whether the payout of `statement` is sent again, and the remark of whoever decided.

    `state` is approved or refused.
    """
    _ = translator(language)
    names = {"statement": statement, "organisation": organisation, "operator": OPERATOR}
    subject, told = {
        "approved": (
            _("Sent again: the payout of {statement}"),
            _(
                "{operator} has agreed: the payout of statement {statement}, of {organisation}, "
                "is sent to the bank again."
            ),
        ),
        "refused": (
            _("Not sent again: the payout of {statement}"),
            _(
                "{operator} does not send the payout of statement {statement}, of {organisation}, "
                "again as things stand."
            ),
        ),
    }[state]
    remark = [_("The reason:"), reason] if state == "refused" else [reason]
    return Letter(
        kind="retry_decided",
        subject=subject.format(**names),
        paragraphs=[told.format(**names), *(remark if reason.strip() else [])],
        button=_("See the payouts"),
        link=link,
        closing=[_("Once what stood in the way is put right, you can ask again.")]
        if state == "refused"
        else [],
    )
