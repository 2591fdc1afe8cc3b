"""Words and moments in the reader's language; English is what stands in templates and code."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path

from babel.dates import format_datetime
from babel.messages.pofile import read_po

from backend.core import PARIS

FOLDER = Path(__file__).resolve().parents[2] / "frontend" / "storefront" / "locales"
LOCALES = {"fr": "fr_FR", "en": "en_GB"}


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
