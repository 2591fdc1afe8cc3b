"""The words of letters in the reader's language; English is what stands in the code."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent / "locale"


@cache
def catalogue(language: str) -> dict[str, str]:
    """English -> `language`, read from its .po file: there is no build step."""
    path = FOLDER / language / "LC_MESSAGES" / "mail.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        found = read_po(file, locale=language)
    return {str(m.id): str(m.string) for m in found if m.id and m.string and not m.fuzzy}


def translator(language: str) -> Callable[[str], str]:
    """`_("Confirm your address")` in `language`."""
    words = catalogue(language)
    return lambda text: words.get(text, text)
