"""Cells, numbers and words, without a database."""

import ast
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import openpyxl
import pytest
import xlsxwriter

from backend import payouts
from backend.reports import (
    pages_contract,
    pages_payouts,
    pages_statement,
    pages_why,
    rules,
    sheets,
    words,
)
from backend.reports.rules import DIALECTS, Column, FormatUnknown
from backend.reports.writing import CsvWriter


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_text_that_a_spreadsheet_would_run_gets_a_quote(cell: str) -> None:
    assert rules.neutral(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["", "Kerlann", "a=b", "'=1", " =1", "3-2"])
def test_other_text_stays_as_it_is(cell: str) -> None:
    assert rules.neutral(cell) == cell


COLUMNS = (Column("name"), Column("amount", "amount"), Column("currency"), Column("at", "moment"))


@pytest.mark.parametrize(
    ("locale", "line"),
    [
        ("international", '"\'=a,b",-1234.50,EUR,2026-08-12T10:00:00Z'),
        ("fr", "'=a,b;-1234,50;EUR;2026-08-12T10:00:00Z"),
    ],
)
def test_a_dialect_changes_separator_and_decimals_and_no_text(locale: str, line: str) -> None:
    writer = CsvWriter(COLUMNS, DIALECTS[locale])
    at = datetime(2026, 8, 12, 12, tzinfo=timezone(timedelta(hours=2)))
    assert writer.lines([("=a,b", -1234_50, "EUR", at)]).decode() == line + "\r\n"


@pytest.mark.parametrize(
    ("currency", "text"), [("EUR", "12.34"), ("JPY", "1234"), ("KWD", "1.234")]
)
def test_amounts_have_the_decimals_of_their_currency(currency: str, text: str) -> None:
    writer = CsvWriter((Column("amount", "amount"), Column("currency")), DIALECTS["international"])
    assert writer.lines([(1234, currency)]).decode() == f"{text},{currency}\r\n"


def test_an_absent_fact_is_an_empty_cell() -> None:
    writer = CsvWriter(COLUMNS, DIALECTS["international"])
    assert writer.lines([(None, None, "EUR", None)]).decode() == ",,EUR,\r\n"


def test_m8_amounts_are_written_as_they_were_rounded() -> None:
    """Babel rounds half-even, so that 1.2345 KWD would be printed 1.234: ours comes in rounded."""
    assert words.amount(1235, "KWD", "en") == "KWD1.235"
    assert words.amount(-10_824_676, "EUR", "fr") == "\u2212108\u202f246,76\u00a0€"
    assert words.amount(5, "JPY", "en") == "JP¥5"


def test_dates_are_those_of_the_operators_clock_and_name_it() -> None:
    """Money rule i: 22:00 UTC on 30 September is already October in Paris."""
    at = datetime(2026, 9, 30, 22, tzinfo=UTC)
    assert words.moment(at, "fr") == "1 oct. 2026, 00:00 (Europe/Paris)"
    assert words.moment(at, "en") == "1 Oct 2026, 00:00 (Europe/Paris)"


def test_every_word_is_translated_and_keeps_its_places() -> None:
    found = words.catalogue("fr")
    assert len(found) > 80
    for english, french in found.items():
        assert sorted(_places(english)) == sorted(_places(french)), english


def said(module: ModuleType) -> set[str]:
    """The English of every `say("...")` in a module."""
    assert module.__file__ is not None
    calls = [
        node
        for node in ast.walk(ast.parse(Path(module.__file__).read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.args[0] if node.args else None, ast.Constant)
    ]
    return {
        str(call.args[0].value)
        for call in calls
        if getattr(call.func, "id", getattr(call.func, "attr", "")) == "say"
        and isinstance(call.args[0], ast.Constant)
    }


def test_the_catalogue_has_every_word_that_is_said_and_no_other() -> None:
    words_of_codes = {word.replace("_", " ") for word in pages_payouts.ORDER}
    wanted = said(pages_statement) | said(pages_why) | said(pages_payouts) | words_of_codes
    wanted |= said(pages_contract)
    wanted |= set(pages_statement.VAT_NOTES.values()) | set(pages_payouts.NOTES.values())
    wanted |= rules.OUR_RULES
    assert set(words.catalogue("fr")) == wanted


def test_every_reason_of_a_held_payout_is_said_in_the_report() -> None:
    with_a_day = {"hold"}
    assert set(payouts.REASONS) - with_a_day <= set(pages_payouts.NOTES)


def _places(text: str) -> list[str]:
    return [part.partition("}")[0] for part in text.split("{")[1:]]


@pytest.mark.parametrize(
    ("kind", "form", "locale", "language"),
    [
        ("sales", "pdf", "fr", "fr"),
        ("payouts", "xml", "fr", "fr"),
        ("statement", "pdf", "de", "fr"),
        ("statement", "pdf", "fr", "de"),
    ],
)
def test_a_form_that_there_is_not_is_refused(
    kind: str, form: str, locale: str, language: str
) -> None:
    with pytest.raises(FormatUnknown):
        rules.check_form(kind, form, locale, language)


TEXTS = [
    "plain", "a & b < c > d", " outer ", "two\nlines", "_x0041_", "a\x01b", "\ufffe", "日本 😀",
    '"quoted"', "", "'",
]  # fmt: skip


def test_a_sheet_holds_texts_as_xlsxwriter_alone_would_write_them(tmp_path: Path) -> None:
    """Ours is five times as fast and reaches into the library, which may change."""
    columns = (Column("name"), Column("currency"), Column("amount", "amount"))
    ours = sheets.Sheet(tmp_path / "ours.xlsx", "sales", columns, datetime(2026, 8, 31, tzinfo=UTC))
    ours.write([(text, "EUR", number) for number, text in enumerate(TEXTS)])
    ours.close()
    book = xlsxwriter.Workbook(str(tmp_path / "plain.xlsx"), {"constant_memory": True})
    plain = book.add_worksheet("sales")
    for place, column in enumerate(columns):
        plain.write_string(0, place, column.name)
    for number, text in enumerate(TEXTS, 1):
        plain.write_string(number, 0, text)
        plain.write_string(number, 1, "EUR")
        plain.write_number(number, 2, Decimal(number - 1) / 100)
    book.close()

    def values(name: str) -> list[tuple[object, ...]]:
        sheet = openpyxl.load_workbook(tmp_path / name)["sales"]
        assert sheet.dimensions == f"A1:C{len(TEXTS) + 1}"
        return list(sheet.iter_rows(values_only=True))

    assert values("ours.xlsx") == values("plain.xlsx")


def test_a_text_in_the_marks_of_rich_text_is_text(tmp_path: Path) -> None:
    """XlsxWriter takes it for XML of its own, and the cell is empty."""
    columns = (Column("name"), Column("currency"))
    made = sheets.Sheet(tmp_path / "r.xlsx", "sales", columns, datetime(2026, 8, 31, tzinfo=UTC))
    made.write([("<r>x</r>", "EUR")])
    made.close()
    assert openpyxl.load_workbook(tmp_path / "r.xlsx")["sales"]["A2"].value == "<r>x</r>"
