"""The language that a browser asks for."""

import pytest

from backend.storefront.store_index import preferred


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("fr-FR,fr;q=0.9,en;q=0.8", "fr"),
        ("fr;q=0.3, en;q=0.9", "en"),
        ("de, fr;q=0.5", "fr"),
        ("fr;q=much, en;q=0.1", "en"),
        ("fr;q=nan, en;q=snan", "fr"),
        ("en;q=0.5, fr;q=1e999999999", "fr"),
        ("de", "en"),
        ("", "en"),
    ],
)
def test_the_store_begins_in_the_first_of_our_languages_that_the_reader_wants(
    accepted: str, language: str
) -> None:
    assert preferred(accepted) == language
