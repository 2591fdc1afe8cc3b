"""What a partner is written about its webhooks."""

from backend.mail import Letter, translator


def disabled(language: str, *, url: str, because: str, link: str | None) -> Letter:
    """`because` is `gone` or `kept_failing`."""
    _ = translator(language)
    why = {
        "gone": _("It answered that it is gone (410), so nothing more is sent to it."),
        "kept_failing": _("For three days it took nothing of what we sent, ten times over."),
    }
    return Letter(
        kind="webhook_disabled",
        subject=_("A webhook was switched off"),
        paragraphs=[
            _("Your webhook {url} was switched off.").format(url=url),
            why[because],
            _(
                "What happens meanwhile is kept. Once it works again, switch it on in the portal "
                "and have everything replayed that it missed."
            ),
        ],
        button=None if link is None else _("Look at the webhooks"),
        link=link,
    )
