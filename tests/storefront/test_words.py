"""Every word of the store has its French and its English, and no catalogue holds another."""

from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file

from backend.storefront.words import catalogue

ROOT = Path(__file__).parents[2]
KEYWORDS = {"_": None, "_p": (1, 2)}
"""`_("a word")`, and `_p("one", "many", count)`."""


def said() -> set[str]:
    """What templates and handlers say."""
    templates = sorted((ROOT / "frontend" / "storefront" / "templates").rglob("*.html"))
    handlers = sorted((ROOT / "backend" / "storefront").rglob("*.py"))
    return {
        one
        for files, method in ((templates, "jinja2.ext:babel_extract"), (handlers, "python"))
        for file in files
        for _, message, _, _ in extract_from_file(method, file, keywords=KEYWORDS)
        for one in ([message] if isinstance(message, str) else message)
    }


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_word_is_missing_empty_or_unused(language: str) -> None:
    words = catalogue(language)
    assert said() - set(words) == set(), "missing or empty"
    assert set(words) - said() == set(), "unused"


def test_french_keeps_its_spaces_before_double_signs() -> None:
    wrong = [
        text
        for text in catalogue("fr").values()
        for mark in (":", ";", "?", "!", "»")
        if f" {mark}" in text
    ]
    assert wrong == []
