"""Why a listing is refused. Pure."""

from backend.core import Problem


class ListingUnknown(Problem):
    status = 404
    code = "listing-unknown"
    title = "There is no such listing"


class ListingNotOnSale(Problem):
    code = "listing-not-on-sale"
    title = "The listing cannot be bought"


class ReferenceTaken(Problem):
    code = "listing-reference-taken"
    title = "Another listing of yours has this reference"


class SlugTaken(Problem):
    code = "listing-slug-taken"
    title = "Another listing has this address"
