"""Words, amounts and dates in the reader's language. Amounts come in rounded and stay so (M8)."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from babel.dates import format_date, format_datetime
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal

from backend.core import EXPONENTS, PARIS, Month

LOCALES = {"fr": "fr_FR", "en": "en_GB"}
FOLDER = Path(__file__).parent / "locale"


@cache
def catalogue(language: str) -> dict[str, str]:
    """English -> `language`, read from its .po file: no build step, a missing word is English."""
    path = FOLDER / language / "LC_MESSAGES" / "reports.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        found = read_po(file, locale=language)
    return {str(m.id): str(m.string) for m in found if m.id and m.string and not m.fuzzy}


def translator(language: str) -> Callable[[str], str]:
    """`_("Opening balance")` in `language`."""
    words = catalogue(language)
    return lambda text: words.get(text, text)


def amount(amount_minor: int, currency: str, language: str) -> str:
    """`1 234,56 €` or `€1,234.56`: the exact cents, a true minus sign."""
    exact = Decimal(amount_minor).scaleb(-EXPONENTS[currency])
    return format_currency(exact, currency, locale=LOCALES[language]).replace("-", "\u2212")


def rate(rate_bp: int, language: str) -> str:
    """`30 %`, `5,5 %`."""
    share = format_decimal(Decimal(rate_bp).scaleb(-2), "0.##", locale=LOCALES[language])
    return f"{share}\u00a0%" if language == "fr" else f"{share}%"


def count(number: int, language: str) -> str:
    return format_decimal(number, locale=LOCALES[language])


def day(value: date, language: str) -> str:
    """`31 oct. 2026`, `31 Oct 2026`."""
    return format_date(value, "medium", locale=LOCALES[language])


def moment(value: datetime, language: str) -> str:
    """On the operator's clock, with its zone: `31 oct. 2026, 23:00 (Europe/Paris)`."""
    local = value.astimezone(PARIS)
    text = format_datetime(local, "d MMM y, HH:mm", locale=LOCALES[language])
    return f"{text} ({PARIS.key})"


def month(value: Month, language: str) -> str:
    """`octobre 2026`, `October 2026`."""
    return format_date(value.first_day, "LLLL y", locale=LOCALES[language])
