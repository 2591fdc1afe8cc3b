"""The three reports on real rows: columns, totals, forms, and what may never change."""

import csv
import hashlib
import io
import json
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pypdf
import pytest

from backend import core, dues, ledger, partners, reports, sales, settlement
from backend.core import Money, Month
from backend.reports import pages, pages_statement, queries, sheets
from tests import given
from tests.reports.history import (
    AUGUST,
    JULY,
    NOW,
    SEPTEMBER,
    close,
    history,
    on,
    reference_of,
    refund,
)


async def sales_csv(month: Month = AUGUST, **how: Any) -> bytes:
    return await (await reports.sales_report(month, "csv", now=how.pop("now", NOW), **how)).whole()


async def statement(reference: str, form: str, month: Month = AUGUST, **how: Any) -> bytes:
    report = await reports.statement_report(reference, month, form, now=how.pop("now", NOW), **how)
    return await report.whole()


async def payouts(form: str, month: Month = AUGUST, **how: Any) -> bytes:
    return await (await reports.payout_report(month, form, now=how.pop("now", NOW), **how)).whole()


def rows_of(report: bytes, delimiter: str = ",") -> list[dict[str, str]]:
    assert report.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(report.decode("utf-8-sig")), delimiter=delimiter))


def total(rows: Iterable[dict[str, str]], *columns: str) -> Decimal:
    return sum((Decimal(row[name] or 0) for row in rows for name in columns), Decimal(0))


def text_of(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return (
        "\n".join(page.extract_text() for page in pages)
        .replace("\u202f", " ")
        .replace("\u00a0", " ")
    )


async def balance(code: str, month: Month) -> int:
    return int(
        await core.fetch_value(
            "SELECT coalesce(sum(b.credit_minor - b.debit_minor), 0) FROM ledger.balance b "
            "JOIN ledger.account a ON a.id = b.account_id "
            "WHERE a.code = $1 AND a.currency = 'EUR' AND b.month = $2",
            code,
            month.first_day,
        )
    )


async def test_the_sales_report_has_its_columns_and_every_shared_line(db: None) -> None:
    made = await history()
    report = await sales_csv()
    assert report.decode("utf-8-sig").splitlines()[0] == (
        "sale_id,sold_at,partner_ref,listing_ref,net_amount,currency,share_rule,"
        "partner_amount_ht,operator_amount_ht,statement,status"
    )
    rows = rows_of(report)
    assert len(rows) == 8
    [sold] = [row for row in rows if row["sale_id"] == made.sale]
    assert sold["sold_at"] == "2026-08-12T10:00:00Z"
    assert (sold["partner_ref"], sold["net_amount"], sold["share_rule"]) == (
        made.acme_reference,
        "100.00",
        "30/70",
    )
    assert (sold["partner_amount_ht"], sold["operator_amount_ht"]) == ("70.00", "30.00")
    assert sold["statement"].startswith("S-2026-08-")


async def test_the_sales_report_has_the_totals_of_the_ledger(db: None) -> None:
    await history()
    rows = [row for row in rows_of(await sales_csv()) if row["currency"] == "EUR"]
    revenue = await balance(ledger.OPERATOR_REVENUE, AUGUST)
    assert total(rows, "operator_amount_ht") * 100 == revenue
    assert total(rows, "partner_amount_ht", "operator_amount_ht") == total(rows, "net_amount")


async def test_status_says_open_held_payable_and_carried(db: None) -> None:
    made = await history()
    held = {row["sale_id"]: row["status"] for row in rows_of(await sales_csv(now=on(8, 20)))}
    later = {row["sale_id"]: row["status"] for row in rows_of(await sales_csv(now=on(9, 20)))}
    assert (held[made.sale], later[made.sale]) == ("on_hold", "payable")
    debts = [
        row for row in rows_of(await sales_csv()) if row["partner_ref"] == made.debtor_reference
    ]
    assert {row["status"] for row in debts} == {"carried"}
    [still_open] = rows_of(await sales_csv(SEPTEMBER))
    assert (still_open["status"], still_open["statement"]) == ("accrued", "")


async def test_a_closed_report_never_changes(db: None) -> None:
    """Not by a later sale of that month, a refund, a new rule, or the day it is made."""
    made = await history()

    async def made_again(days: int) -> list[bytes]:
        now = NOW + timedelta(days=days)
        own = made.acme_reference
        found = [await statement(own, "pdf", now=now, language="en")]
        for form in reports.KINDS["statement"]:
            found.append(await statement(own, form, now=now))
        for form in reports.KINDS["sales"]:
            found.append(await (await reports.sales_report(AUGUST, form, now=now)).whole())
        return found

    before = await made_again(0)
    await given.sale(made.acme, 77_00, sold_at=on(8, 30))
    await refund(made.sale, Money(60_00, "EUR"), on(9, 3))
    await sales.add_share_rule(
        "20/80", sales.Rates(8000, 0, 2000), valid_from=on(7, 1), actor="system:test"
    )
    await close(SEPTEMBER)
    assert await made_again(40) == before


async def test_an_open_month_is_told_to_be_open(db: None) -> None:
    made = await history()
    facts = json.loads(await statement(made.acme_reference, "json", SEPTEMBER))
    assert (facts["closed"], facts["generated_at"]) == (False, "2026-11-23T09:00:00Z")
    assert "closed_at" not in facts
    draft = text_of(await statement(made.acme_reference, "pdf", SEPTEMBER))
    assert "Mois ouvert" in draft and "Acquis à ce jour" in draft
    rows = rows_of(await statement(made.acme_reference, "csv", SEPTEMBER))
    assert {row["status"] for row in rows} == {"accrued"}


async def test_a_draft_comes_to_what_the_close_then_writes(db: None) -> None:
    made = await history()
    draft = json.loads(await statement(made.acme_reference, "json", SEPTEMBER))["statements"][0]
    await close(SEPTEMBER)
    final = json.loads(await statement(made.acme_reference, "json", SEPTEMBER))["statements"][0]
    for name in ("opening_balance", "sales_share", "refunds", "vat", "lines"):
        assert draft[name] == final[name]


async def test_the_rows_of_a_statement_sum_to_its_closing_balance(db: None) -> None:
    """Rule of the statement: opening + movements = closing, and the balance is on every row."""
    made = await history()
    for reference in (made.acme_reference, made.debtor_reference):
        rows = rows_of(await statement(reference, "csv"))
        for number in {row["statement_id"] for row in rows}:
            own = [row for row in rows if row["statement_id"] == number]
            balance_minor = Decimal(0)
            for place, row in enumerate(own, 1):
                assert int(row["line_no"]) == place
                balance_minor += total(
                    [row], "partner_amount_ht", "vat_amount", "partner_amount_ttc"
                )
                assert Decimal(row["balance_after"]) == balance_minor
    debt = rows_of(await statement(made.debtor_reference, "csv"))
    assert debt[-1]["balance_after"] == "-105.00"


async def test_closing_is_the_opening_of_the_next_statement(db: None) -> None:
    made = await history()
    await given.sale(made.debtor, 10_00, sold_at=on(9, 4))
    first = rows_of(await statement(made.debtor_reference, "csv", SEPTEMBER))[0]
    assert (first["event_type"], first["partner_amount_ttc"]) == ("carry_forward", "-105.00")


async def test_a_refund_names_the_document_that_it_corrects(db: None) -> None:
    """Money rule f: dated on the day of the refund, with the original document's number."""
    made = await history()
    rows = rows_of(await statement(made.acme_reference, "csv"))
    refunds = [row for row in rows if row["event_type"] == "refund"]
    assert {row["original_document_number"] for row in refunds} == {made.sale}
    assert [row["event_date_local"] for row in refunds] == ["2026-08-13", "2026-08-14"]


async def test_a_partner_paid_in_two_currencies_has_two_statements_in_one_report(db: None) -> None:
    made = await history()
    rows = rows_of(await statement(made.acme_reference, "csv"))
    by_currency = {row["currency"]: row["statement_id"] for row in rows}
    assert set(by_currency) == {"EUR", "JPY"} and len(set(by_currency.values())) == 2
    [line] = [r for r in rows if r["currency"] == "JPY" and r["event_type"] == "sale"]
    assert (line["net_ht"], line["partner_amount_ht"]) == ("5000", "3500")


async def test_the_payout_report_has_the_totals_of_the_ledger(db: None) -> None:
    await history()
    rows = [row for row in rows_of(await payouts("csv")) if row["currency"] == "EUR"]
    for row in rows:
        parts = total([row], "gross_ttc", "refunds_ttc", "iaas_netted_ttc", "carried_in")
        assert parts == total([row], "net_paid", "carried_out")
    owed = await core.fetch_value(
        "SELECT sum(b.credit_minor - b.debit_minor) FROM ledger.balance b "
        "JOIN ledger.account a ON a.id = b.account_id WHERE a.code LIKE '%:payable' "
        "AND a.currency = 'EUR' AND b.month = '2026-08-01'"
    )
    carried_in = total(rows, "carried_in") * 100
    assert total(rows, "net_paid", "carried_out") * 100 - carried_in == owed


async def test_the_payout_report_says_who_is_not_paid_and_why(db: None) -> None:
    made = await history()
    rows = {row["partner_id"]: row for row in rows_of(await payouts("csv", now=on(8, 20)))}
    debtor = rows[made.debtor_reference]
    assert (debtor["status"], debtor["hold_reason"]) == ("carried", "negative_balance")
    assert (debtor["net_paid"], debtor["carried_out"]) == ("0.00", "-105.00")
    reasons = {row["hold_reason"] for row in rows.values()}
    assert reasons == {"negative_balance", "below_minimum", "hold"}


async def test_json_says_what_it_is_and_proves_its_lines(db: None) -> None:
    made = await history()
    facts = json.loads(await statement(made.acme_reference, "json"))
    assert facts["report"] == "statement" and facts["version"] == 1
    assert (facts["period"], facts["timezone"]) == ("2026-08", "Europe/Paris")
    assert (facts["closed"], facts["closed_at"]) == (True, "2026-11-23T09:00:00Z")
    as_csv = await statement(made.acme_reference, "csv")
    assert facts["sha256"] == hashlib.sha256(as_csv).hexdigest()
    assert len(facts["lines"]) == len(rows_of(as_csv))
    sold = next(line for line in facts["lines"] if line["event_id"] == f"sale:{made.sale}")
    assert sold["partner_amount_ht"] == {"amount_minor": 7000, "currency": "EUR"}


async def test_the_french_csv_has_semicolons_and_decimal_commas(db: None) -> None:
    made = await history()
    rows = rows_of(await sales_csv(locale="fr"), ";")
    [sold] = [row for row in rows if row["sale_id"] == made.sale]
    assert (sold["net_amount"], sold["partner_amount_ht"]) == ("100,00", "70,00")


async def test_formulas_in_names_stay_text_in_csv_and_sheets(db: None) -> None:
    acme = await given.partner()
    reference = '=HYPERLINK("http://evil.example")'
    await given.sale(acme, 100_00, reference=reference)
    [row] = rows_of(await sales_csv())
    assert row["sale_id"] == "'" + reference
    report = await reports.sales_report(AUGUST, "xlsx", now=NOW)
    sheet = openpyxl.load_workbook(io.BytesIO(await report.whole())).active
    assert sheet is not None
    cell = sheet.cell(2, 1)
    assert (cell.data_type, cell.value) == ("s", "'" + reference)


async def test_amounts_in_sheets_are_numbers_in_their_currency(db: None) -> None:
    made = await history()
    book = openpyxl.load_workbook(io.BytesIO(await statement(made.acme_reference, "xlsx")))
    sheet = book.active
    assert sheet is not None
    names = [cell.value for cell in sheet[1]]
    amounts = {
        (row[names.index("currency")].value, row[names.index("net_ht")].value):
        row[names.index("net_ht")].number_format
        for row in sheet.iter_rows(min_row=2)
    }  # fmt: skip
    assert amounts["EUR", 49.99] == "#,##0.00"
    assert amounts["JPY", 5000] == "#,##0"


async def test_moments_in_sheets_are_those_of_the_csv_and_the_sheet_has_its_name(db: None) -> None:
    made = await history()
    acme = made.acme_reference
    books: dict[str, tuple[bytes, bytes, list[str]]] = {
        "statement": (
            await statement(acme, "xlsx"),
            await statement(acme, "csv"),
            ["event_time_utc", "hold_until"],
        ),
        "sales": (
            await (await reports.sales_report(AUGUST, "xlsx", now=NOW)).whole(),
            await sales_csv(),
            ["sold_at"],
        ),
        "payouts": (await payouts("xlsx"), await payouts("csv"), ["hold_until"]),
    }
    for kind, (as_sheet, as_csv, moments) in books.items():
        book = openpyxl.load_workbook(io.BytesIO(as_sheet))
        assert book.sheetnames == [kind]
        header, *rows = book[kind].iter_rows()
        names = [cell.value for cell in header]
        for row, expected in zip(rows, rows_of(as_csv), strict=True):
            for name in moments:
                cell = row[names.index(name)]
                if cell.value is None:
                    assert expected[name] == ""
                    continue
                assert f"{cell.value:%Y-%m-%dT%H:%M:%SZ}" == expected[name]
                assert cell.number_format == 'yyyy-mm-dd"T"hh:mm:ss"Z"'


@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
async def test_progress_is_told_of_every_row(db: None, form: str) -> None:
    await history()
    told: list[int] = []
    report = await reports.sales_report(AUGUST, form, now=NOW, progress=told.append)
    await report.whole()
    assert sum(told) == len(rows_of(await sales_csv()))


async def test_a_sheet_that_would_not_hold_the_rows_is_refused(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    await history()
    monkeypatch.setattr(sheets, "MOST_ROWS", 7)
    with pytest.raises(reports.TooManyRows):
        await (await reports.sales_report(AUGUST, "xlsx", now=NOW)).whole()


async def test_the_pdf_explains_every_deduction_in_both_languages(db: None) -> None:
    made = await history()
    french = text_of(await statement(made.acme_reference, "pdf", language="fr"))
    assert "Pourquoi ce montant" in french and "Commission de la marketplace" in french
    assert "Règle « 30/70 » : 30 % de 149,99" in french
    english = text_of(await statement(made.acme_reference, "pdf", language="en"))
    assert "Rule “30/70”: 30% of €149.99, 2 lines" in english
    assert "20% of your part, €76.99" in english
    assert "Page 1 of" in english


async def test_the_rules_of_the_first_day_are_named_in_the_language_of_the_reader(
    db: None,
) -> None:
    partner = await given.partner()
    await given.sale(partner, 100_00, sold_at=on(8, 12), channel="vai", brought_by="partner")
    await close(AUGUST)
    reference = (await partners.read_organisation(partner)).reference
    for language, named in (
        ("fr", "Règle « Client apporté par le VAI » : 0 % de 100,00"),
        ("en", "Rule “VAI brought the customer”: 0% of €100.00"),
    ):
        text = text_of(await statement(reference, "pdf", language=language))
        assert named in " ".join(text.split()), language


async def test_a_debt_by_refunds_alone_is_asked_for_on_the_day_that_its_pdf_names(db: None) -> None:
    """Set against later sales first (money rule f3), asked for after 60 and 90 days (f6)."""
    made = await history()
    text = text_of(await statement(made.debtor_reference, "pdf", language="en"))
    flat = " ".join(text.split())
    assert "You owe nothing now: the balance is set against your next sales." in flat
    assert "\u2212€105.00" in flat and "article 293 B" in flat
    assert "What is left of it on 31 Oct 2026 is asked for by letter." in flat
    written = [
        await dues.write_reminders(core.midnight(date(2026, 9, 1) + timedelta(days=days)))
        for days in (30, 59, 60, 89, 90, 91)
    ]
    assert written == [0, 0, 1, 0, 1, 0]


async def test_the_pdf_embeds_its_fonts_and_nothing_of_the_machine(db: None) -> None:
    made = await history()
    pdf = pypdf.PdfReader(io.BytesIO(await statement(made.acme_reference, "pdf")))
    fonts = {
        font.get_object()["/BaseFont"]
        for page in pdf.pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
    }
    assert fonts and all("+Inter" in name for name in fonts)
    assert pdf.metadata is not None and pdf.metadata.creation_date == NOW


async def test_three_hundred_lines_run_over_pages_with_header_and_number(db: None) -> None:
    acme = await given.partner()
    listing = await given.listing(acme)
    for day in range(1, 31):
        for hour in range(10):
            await given.sale(acme, 100_00, listing_id=listing, sold_at=on(8, day, hour))
    await close(AUGUST)
    pages = pypdf.PdfReader(
        io.BytesIO(await statement(await reference_of(acme), "pdf", language="en"))
    ).pages
    assert len(pages) > 4
    for number, page in enumerate(pages, 1):
        text = page.extract_text()
        assert f"Page {number} of {len(pages)}" in text
        assert number == len(pages) or "Hold until" in text


async def test_a_report_comes_in_pieces_from_a_cursor(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory stays flat: no more than one batch of rows is ever held."""
    await history()
    whole = await sales_csv()
    monkeypatch.setattr(queries, "BATCH", 3)
    report = await reports.sales_report(AUGUST, now=NOW)
    pieces = [piece async for piece in report.pieces]
    assert [piece.count(b"\r\n") for piece in pieces] == [1, 3, 3, 2]
    assert b"".join(pieces) == whole


async def test_typst_forgets_a_large_document(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    made = await history()
    aged: list[None] = []
    monkeypatch.setattr(pages, "_forget", lambda: aged.append(None))
    await statement(made.acme_reference, "pdf")
    assert aged == []
    monkeypatch.setattr(pages, "LARGE", 100)
    await statement(made.acme_reference, "pdf")
    assert aged == [None]


async def test_a_very_long_statement_prints_its_first_lines_and_points_to_the_csv(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await history()
    monkeypatch.setattr(pages_statement, "MOST_LINES", 1)
    text = text_of(await statement(made.acme_reference, "pdf", language="en"))
    assert "3 more lines are in the CSV of this statement." in text


async def test_the_payout_pdf_sums_up_by_state(db: None) -> None:
    await history()
    for language, title, debt in (
        ("fr", "Versements", "\u2212105,00 €"),
        ("en", "Payouts", "\u2212€105.00"),
    ):
        text = text_of(await payouts("pdf", language=language))
        assert title in text and debt in text


async def test_an_unknown_partner_or_an_empty_month_is_no_report(db: None) -> None:
    made = await history()
    with pytest.raises(partners.OrganisationUnknown):
        await statement("nobody", "csv")
    with pytest.raises(reports.ReportUnknown):
        await statement(made.acme_reference, "csv", Month.parse("2025-01"))
    assert rows_of(await sales_csv(Month.parse("2025-01"))) == []


async def test_one_statement_by_its_id_is_the_same_as_in_the_partners_report(db: None) -> None:
    made = await history()
    [row] = await settlement.list_statements(organisation_id=made.debtor, month=JULY)
    report = await reports.statement_report_of(row["id"], "csv", now=NOW)
    assert report.name == f"{row['number']}.csv"
    assert await report.whole() == await statement(made.debtor_reference, "csv", JULY)
