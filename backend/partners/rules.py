"""What an organisation may be, and the VAT that its regime puts on a self-billed invoice. Pure."""

from typing import Literal, get_args

from backend.core import Problem

Role = Literal["isv", "vai", "wholesaler", "reseller", "startup", "buyer", "supplier"]
ROLES: tuple[Role, ...] = get_args(Role)
Segment = Literal[
    "individual", "tpe", "pme", "eti", "large_account", "public_body", "local_authority"
]
SEGMENTS = (
    "individual",
    "tpe",
    "pme",
    "eti",
    "large_account",
    "public_body",
    "local_authority",
)
"""Customer segments (seed row O-01): every organisation is in exactly one."""

VAT_REGIMES = ("fr_registered", "fr_franchise_293b", "eu_reverse_charge", "non_eu")

STANDARD_RATE_BP = 2000
"""French VAT on services."""


class OrganisationUnknown(Problem):
    status = 404
    code = "organisation-unknown"
    title = "There is no such organisation"


class AlreadyVerified(Problem):
    code = "organisation-verified"
    title = "The organisation was verified"


class ReferenceTaken(Problem):
    code = "organisation-reference-taken"
    title = "Another organisation has this reference"


def vat_on_self_billing(regime: str) -> tuple[str, int]:
    """EN 16931 category and rate in basis points of the operator's self-billed invoice.

    Money rule b1: a French registered editor adds 20 %; under article 293 B none; an editor of
    another country is reverse-charged.
    """
    return {
        "fr_registered": ("S", STANDARD_RATE_BP),
        "fr_franchise_293b": ("E", 0),
        "eu_reverse_charge": ("AE", 0),
        "non_eu": ("AE", 0),
    }[regime]
