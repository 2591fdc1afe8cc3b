"""What an account begins with, and where a sign-in may lead. Pure."""

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


def vat_regime_of(country: str) -> str:
    """What an organisation of this country is taken for until it says otherwise."""
    if country == "FR":
        return "fr_registered"
    return "eu_reverse_charge" if country in EU else "non_eu"


def local_page(page: str, otherwise: str = "/") -> str:
    """`page` if it is a path of this site and nothing else, else `otherwise`.

    `//host`, `/\\host` and controls would lead elsewhere in some browsers.
    """
    plain = page.isascii() and page.isprintable() and "\\" not in page
    return page if plain and page.startswith("/") and not page.startswith("//") else otherwise
