"""What an account begins with, and where a sign-in may lead. Pure."""

import re
from urllib.parse import unquote

EU = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)
"""The Union without France."""

_OURS = re.compile(r"/([^/\\.][^\\]*)?")
"""A path, decoded: one stroke, and behind it a name."""


def vat_regime_of(country: str) -> str:
    """What an organisation of this country is taken for until it says otherwise."""
    if country == "FR":
        return "fr_registered"
    return "eu_reverse_charge" if country in EU else "non_eu"


def local_page(page: str, otherwise: str = "/") -> str:
    """`page` if it is a path of this site and nothing else, else `otherwise`.

    `//host`, `/\\host` and controls would lead elsewhere in some browsers, and as `/%2Fhost` behind
    some servers.
    """
    plain = page.isascii() and page.isprintable() and "\\" not in page
    path = unquote(page.partition("?")[0].partition("#")[0])
    ours = _OURS.fullmatch(path) is not None and path.isprintable()
    return page if plain and ours else otherwise
