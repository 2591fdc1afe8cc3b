"""What is written to partners about their checklists, in their language."""

from backend.checklists.rules import Checklist, Item
from backend.mail import Letter, translator


def accepted(language: str, checklist: Checklist, item: Item, reason: str, left: int) -> Letter:
    _ = translator(language)
    if left:
        rest = _("Items left to do: {number}.").format(number=left)
    else:
        rest = _("The checklist is done.")
    return Letter(
        kind="checklist_accepted",
        subject=_("Accepted: {item}").format(item=item.title(language)),
        paragraphs=[
            _("An item of your checklist {checklist} was accepted.").format(
                checklist=checklist.name(language)
            ),
            *([_("Remark: {reason}").format(reason=reason)] if reason else []),
            rest,
        ],
    )


def refused(language: str, checklist: Checklist, item: Item, reason: str) -> Letter:
    _ = translator(language)
    return Letter(
        kind="checklist_refused",
        subject=_("To be done again: {item}").format(item=item.title(language)),
        paragraphs=[
            _("An item of your checklist {checklist} was not accepted.").format(
                checklist=checklist.name(language)
            ),
            _("Reason: {reason}").format(reason=reason),
            _("Mark it done again once it is, with what proves it."),
        ],
    )
