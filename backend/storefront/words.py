"""Words and moments in the reader's language; English is what stands in templates and code."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from babel.dates import format_date, format_datetime
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal

from backend.core import PARIS, Money

FOLDER = Path(__file__).resolve().parents[2] / "frontend" / "storefront" / "locales"
LOCALES = {"fr": "fr_FR", "en": "en_GB"}
CLEARER = str.maketrans({"\u202f": "\u00a0", "-": "\u2212"})
"""A narrow space is hardly seen in Inter, and a hyphen is no minus."""


@cache
def catalogue(language: str) -> dict[str, str]:
    """English -> `language`, from every .po file of it: there is no build step."""
    words: dict[str, str] = {}
    for path in sorted((FOLDER / language / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            found = read_po(file, locale=language)
        words |= {str(m.id): str(m.string) for m in found if m.id and m.string and not m.fuzzy}
    return words


def translator(language: str) -> Callable[[str], str]:
    """`_("Sign in")` in `language`."""
    words = catalogue(language)
    return lambda text: words.get(text, text)


def moment(value: datetime, language: str) -> str:
    """On the operator's clock, with its zone: `31 oct. 2026, 23:00 (Europe/Paris)`."""
    local = value.astimezone(PARIS)
    text = format_datetime(local, "d MMM y, HH:mm", locale=LOCALES[language])
    return f"{text} ({PARIS.key})"


def day(value: datetime | date, language: str) -> str:
    """The day, of a moment on the operator's clock: `31 oct. 2026`."""
    local = value.astimezone(PARIS).date() if isinstance(value, datetime) else value
    return format_date(local, "d MMM y", locale=LOCALES[language])


def money(value: Money, language: str) -> str:
    """`1 234,50 €`, `€1,234.50`: as many decimals as the currency has."""
    amount = Decimal(value.decimal())
    return format_currency(amount, value.currency, locale=LOCALES[language]).translate(CLEARER)


def percent(basis_points: int, language: str) -> str:
    """`99,95 %`, `99.95%`: no zeros at its end."""
    number = format_decimal(Decimal(basis_points) / 100, "0.##", locale=LOCALES[language])
    return f"{number}\u00a0%" if language == "fr" else f"{number}%"


def whole(value: int, language: str) -> str:
    """`1 234`, `1,234`."""
    return format_decimal(value, locale=LOCALES[language]).translate(CLEARER)
