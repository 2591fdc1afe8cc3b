"""Checklists: what a member of a programme does step by step, and the office confirms.

A list belongs to a programme and has versions that begin on announced dates. A partner says that
an item is done, the office accepts or refuses with a reason; nothing is ever overwritten. One list
is a gate: `catalogue` lets no listing of a member into review before it is done (seed row R-08).
"""

from backend.checklists.actions import (
    accept_item,
    announce_version,
    mark_done,
    refuse_item,
    take_back,
)
from backend.checklists.queries import open_gates, standing
from backend.checklists.rules import (
    BadLink,
    BadVersion,
    ChecklistOpen,
    ChecklistUnknown,
    Item,
    ItemUnknown,
    Standing,
    StepWrong,
    VersionTooLate,
)

__all__ = [
    "BadLink",
    "BadVersion",
    "ChecklistOpen",
    "ChecklistUnknown",
    "Item",
    "ItemUnknown",
    "Standing",
    "StepWrong",
    "VersionTooLate",
    "accept_item",
    "announce_version",
    "mark_done",
    "open_gates",
    "refuse_item",
    "standing",
    "take_back",
]
