"""Who looks at the store: what is offered to some segments is shown to those only (O-02)."""

from typing import NamedTuple
from uuid import UUID

from backend.core import OPERATOR, who_acts


class Viewer(NamedTuple):
    """The first two arguments of `catalogue.on_sale`, which says what there is for them."""

    organisation_id: UUID | None
    by_operator: bool


def viewer() -> Viewer:
    """Whoever the session acts for; nobody has to sign in to look at what is for everybody."""
    acts = who_acts()
    if not acts or acts == OPERATOR:
        return Viewer(None, acts == OPERATOR)
    return Viewer(UUID(acts), False)
