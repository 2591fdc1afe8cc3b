"""Relations: who manages a customer - itself, a colleague by name, or the partner that brought it.

Reads `partners` (segments), `deals` and `network` (who brought whom, and when). `orders` copies the
relation that it finds at the purchase; `reports` writes the list of who manages whom. The
office confirms segments here, too, and sets the rule of each.
"""

from backend.relations.actions import decide_relation
from backend.relations.queries import Managed, Sought, history_of, list_managed, managed_at
from backend.relations.rules import (
    Basis,
    ManagerUnfit,
    Relation,
    RelationPast,
    RelationTaken,
    SegmentMoved,
    SegmentRelation,
)
from backend.relations.segments import (
    check_segment,
    checks_of,
    decide_segment_rule,
    list_segments,
)

__all__ = [
    "Basis",
    "Managed",
    "ManagerUnfit",
    "Relation",
    "RelationPast",
    "RelationTaken",
    "SegmentMoved",
    "SegmentRelation",
    "Sought",
    "check_segment",
    "checks_of",
    "decide_relation",
    "decide_segment_rule",
    "history_of",
    "list_managed",
    "list_segments",
    "managed_at",
]
