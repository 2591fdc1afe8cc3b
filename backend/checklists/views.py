"""What the portal and the office are shown of checklists."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from backend.checklists import rules


class ChecklistItemView(msgspec.Struct):
    code: str
    title_fr: str
    title_en: str
    help_fr: str
    help_en: str
    link: str
    due_days: int | None
    is_required: bool


class ChecklistPlaceView(msgspec.Struct):
    """`words` and `proof` are the partner's, `reason` the office's."""

    item: ChecklistItemView
    state: rules.State
    words: str
    proof: str
    reason: str
    at: datetime | None
    due_at: datetime | None


class ChecklistStandingView(msgspec.Struct):
    """`done` of `required` items are accepted; a gate holds listings until all are."""

    checklist: str
    programme: str
    name_fr: str
    name_en: str
    is_gate: bool
    version: int
    since: datetime
    done: int
    required: int
    places: list[ChecklistPlaceView]


class ChecklistVersionView(msgspec.Struct):
    number: int
    valid_from: datetime
    note: str
    items: list[ChecklistItemView]


class ChecklistView(msgspec.Struct):
    """Versions, the newest first; some may be still to come."""

    code: str
    programme: str
    name_fr: str
    name_en: str
    is_gate: bool
    versions: list[ChecklistVersionView]


class ChecklistWaitingView(msgspec.Struct):
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


def _item(one: rules.Item) -> ChecklistItemView:
    return ChecklistItemView(**msgspec.structs.asdict(one))


def standing_view(one: rules.Standing) -> ChecklistStandingView:
    asked = [each for each in one.places if each.item.is_required]
    return ChecklistStandingView(
        checklist=one.checklist.code,
        programme=one.checklist.programme,
        name_fr=one.checklist.name_fr,
        name_en=one.checklist.name_en,
        is_gate=one.checklist.is_gate,
        version=one.version,
        since=one.since,
        done=len([each for each in asked if each.state == "accepted"]),
        required=len(asked),
        places=[
            ChecklistPlaceView(
                item=_item(each.item),
                state=each.state,
                words=each.words,
                proof=each.proof,
                reason=each.reason,
                at=each.at,
                due_at=each.due_at,
            )
            for each in one.places
        ],
    )


def checklist_view(one: rules.Checklist, versions: Sequence[rules.Version]) -> ChecklistView:
    return ChecklistView(
        code=one.code,
        programme=one.programme,
        name_fr=one.name_fr,
        name_en=one.name_en,
        is_gate=one.is_gate,
        versions=[
            ChecklistVersionView(
                each.number, each.valid_from, each.note, [_item(item) for item in each.items]
            )
            for each in versions
        ],
    )
