"""Relations: who manages a customer - itself, a colleague by name, or the partner that brought it.

Reads `partners` (segments), `deals` and `network` (who brought whom, and when). `orders` copies the
relation that it finds at the purchase; `reports` writes the list of who manages whom.
"""

from backend.relations.actions import decide_relation
from backend.relations.queries import Managed, Sought, history_of, list_managed, managed_at
from backend.relations.rules import (
    Basis,
    ManagerUnfit,
    Relation,
    RelationPast,
    RelationTaken,
)

__all__ = [
    "Basis",
    "Managed",
    "ManagerUnfit",
    "Relation",
    "RelationPast",
    "RelationTaken",
    "Sought",
    "decide_relation",
    "history_of",
    "list_managed",
    "managed_at",
]
