"""What each finds who asks for a row: stated for own and for everybody else's, in one place."""

from collections.abc import Mapping

Route = tuple[str, str]

WORKS = range(200, 400)
REFUSED = {409, 413, 415, 422}
"""What the domain may say of one's own row: it is decided already, it misses something."""

NOT_FOUND = {404}

COMMON: Mapping[str, str] = {
    "kit/document_id": "the operator's, for every partner",
    "agreements/agreement_id": "the operator's, signed by every partner",
}
"""Kinds that belong to nobody of them: there is no other's row to be found."""

OF_A_CHILD: Mapping[Route, set[int]] = {
    ("POST", "/api/portal/network/resellers/{organisation_id}/contact"): {204},
    ("POST", "/api/portal/network/resellers/{organisation_id}/invitation"): {204, 409},
    ("POST", "/api/portal/network/resellers/{organisation_id}/withdrawal"): {204, 409},
    ("POST", "/api/portal/network/resellers/{organisation_id}/price"): {200, 201, 204, 409, 422},
    ("POST", "/api/portal/network/resellers/{organisation_id}/price/trial"): {200, 201, 409, 422},
}
"""What who stands right above may do, and nobody else: not oneself, nor a grandparent."""

SAYS_NOTHING: Mapping[Route, set[int]] = {
    # How many notices the reader has, whatever the id: nothing of another is said or marked.
    ("POST", "/api/portal/notices/{notice_id}/read"): {200, 201},
    # What the asking organisation itself asked about it: nothing, so an empty list.
    ("GET", "/api/portal/payouts/{payout_id}/retry-requests"): {200},
}
"""Which answer without having looked whose it is; that they tell nothing is looked at, too."""

PEOPLES_OWN: Mapping[Route, str] = {
    ("DELETE", "/api/store/account/passkeys/{passkey_id}"): "a person's, whichever organisation",
}


def stated(route: Route, relation: str, kinds: list[str]) -> set[int] | None:
    """The statuses that somebody of self may get whose role holds the scope; None: any of one's
    own row, which works or is refused by the domain.
    """
    if all(kind in COMMON for kind in kinds):
        return None
    if route in OF_A_CHILD:
        return OF_A_CHILD[route] if relation == "child" else NOT_FOUND
    if relation == "self":
        return None
    return SAYS_NOTHING.get(route, NOT_FOUND)


SEEN_BY_DESIGN: set[tuple[str, str]] = set()
"""(Address of a list, relation) whose words self may read there."""

SECOND_WALL_SHOWS: Mapping[str, tuple[str, ...]] = {
    "network.membership": ("child",),  # who stands right below
    # Of both owners: self is the second of what its partner proposed.
    "catalogue.joint_change": ("another",),
    "catalogue.joint_offer": ("another",),
}
"""Rows of others that PostgreSQL lets self read."""
BEHIND_ONE_WALL = frozenset(
    ("catalogue.listing", "catalogue.bundle", "catalogue.bundle_part", "onboarding.shelf")
)
"""What the store shows, and whose offers it may show: the app's own conditions guard the rest."""
