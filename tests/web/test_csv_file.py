"""A list as a CSV."""

from decimal import Decimal

import pytest

from backend import web
from backend.core import Money


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1"])
def test_text_that_a_spreadsheet_would_compute_stays_text(text: str) -> None:
    written = web.csv_file("x", ["words"], [[text]], "international").content
    assert written.splitlines()[1].startswith("'")


def test_the_french_form_has_semicolons_commas_and_a_mark() -> None:
    rows = [[Money(-12_34, "EUR"), None, True, Decimal("1.5"), -3]]
    assert web.csv_file("x", list("abcde"), rows, "fr").content == (
        "\ufeffa;b;c;d;e\r\n-12,34;;true;1,5;-3\r\n"
    )
