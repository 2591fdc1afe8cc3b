"""What a checklist is, which step may follow which, and what is refused. Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from msgspec import Struct

from backend.core import Problem

Verb = Literal["done", "take_back", "accept", "refuse"]
State = Literal["open", "waiting", "accepted", "refused"]

AFTER: Mapping[Verb, State] = {
    "done": "waiting",
    "take_back": "open",
    "accept": "accepted",
    "refuse": "refused",
}
"""Where an item stands after a step; before the first it is open."""

FOLLOWS: Mapping[Verb, frozenset[State]] = {
    "done": frozenset({"open", "refused"}),
    "take_back": frozenset({"waiting"}),
    "accept": frozenset({"waiting"}),
    # What was accepted may turn out to be wrong.
    "refuse": frozenset({"waiting", "accepted"}),
}
"""Which states a step may follow. PostgreSQL holds it too."""

MOST_ITEMS = 50


class Item(Struct, frozen=True, kw_only=True):
    """One thing to do. `link`: a document that helps; `due_days`: so long after coming in."""

    code: str
    title_fr: str
    title_en: str
    help_fr: str = ""
    help_en: str = ""
    link: str = ""
    due_days: int | None = None
    is_required: bool = True

    def title(self, language: str) -> str:
        return self.title_fr if language == "fr" else self.title_en


class Version(Struct, frozen=True):
    """What a list asks for from a moment on."""

    number: int
    valid_from: datetime
    note: str
    items: Sequence[Item]


class Checklist(Struct, frozen=True):
    """`is_gate`: no listing of a member goes into review before it is done."""

    code: str
    programme: str
    name_fr: str
    name_en: str
    is_gate: bool

    def name(self, language: str) -> str:
        return self.name_fr if language == "fr" else self.name_en


class Place(Struct, frozen=True, kw_only=True):
    """Where one item stands, and the words of the last step."""

    item: Item
    state: State
    words: str = ""
    proof: str = ""
    reason: str = ""
    at: datetime | None = None
    due_at: datetime | None = None


class Standing(Struct, frozen=True):
    """A checklist of an organisation that is in its programme since `since`."""

    checklist: Checklist
    version: int
    since: datetime
    places: Sequence[Place]

    @property
    def missing(self) -> list[Item]:
        """What is asked for and not accepted."""
        return [
            each.item for each in self.places if each.item.is_required and each.state != "accepted"
        ]


class ChecklistUnknown(Problem):
    status = 404
    code = "checklist-unknown"
    title = "There is no such checklist"


class ItemUnknown(Problem):
    status = 404
    code = "checklist-item-unknown"
    title = "The checklist has no such item for this organisation"


class StepWrong(Problem):
    code = "checklist-step-wrong"
    title = "The item is not in a state for this"


class BadVersion(Problem):
    status = 422
    code = "bad-checklist"
    title = "This is no checklist"


class BadLink(Problem):
    status = 422
    code = "bad-checklist-link"
    title = "This is no address of a page"


class VersionTooLate(Problem):
    status = 422
    code = "checklist-too-late"
    title = "A version begins in the future"


class ChecklistOpen(Problem):
    """A listing waits for its partner's technical checklist (seed row R-08)."""

    code = "checklist-open"
    title = "The technical checklist is not done"


def check_version(items: Sequence[Item]) -> None:
    """Raises: BadVersion, BadLink."""
    if not 1 <= len(items) <= MOST_ITEMS:
        raise BadVersion(f"List 1 to {MOST_ITEMS} items; these are {len(items)}.")
    codes = [each.code for each in items]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise BadVersion(f"Name each item once; twice there: {', '.join(twice)}.")
    for each in items:
        check_link(each.link)


def check_link(link: str) -> None:
    """Raises: BadLink."""
    if link and not re.match(r"(https://[^/\s]|/[^/\s])\S*$", link):
        raise BadLink(f"Begin it with https://, or with / for a page here: {link!r}.")


def check_proof(proof: str) -> None:
    """Raises: BadLink."""
    if proof and not re.match(r"https://[^/\s]\S*$", proof):
        raise BadLink(f"Give the address of a page that begins with https://: {proof!r}.")


def due(since: datetime, item: Item) -> datetime | None:
    return None if item.due_days is None else since + timedelta(days=item.due_days)


def check_step(state: State, verb: Verb, item: str) -> None:
    """Raises: StepWrong."""
    if state not in FOLLOWS[verb]:
        raise StepWrong(f"{item} is {state}: load the checklist again.")


class Waiting(Struct, frozen=True):
    """An item that its partner says is done."""

    id: UUID
    organisation_id: UUID
    organisation_name: str
    checklist: str
    item: str
    title_fr: str
    title_en: str
    words: str
    proof: str
    at: datetime
