"""Charges in the statement's CSV and PDF, and in the payout report."""

import csv
import io
import json
from decimal import Decimal
from typing import Any
from uuid import UUID

import pypdf
import pytest

from backend import core, network, partners, reports, settlement
from backend.core import Month
from tests import given
from tests.charges.test_settlement import AUGUST, MONTH, closed, editor
from tests.given import charges as made
from tests.given.programmes import JANUARY, organisation, reseller


async def statement(org: UUID, form: str = "csv", month: Month = MONTH, **how: Any) -> bytes:
    reference = (await partners.read_organisation(org)).reference
    return await (
        await reports.statement_report(reference, month, form, now=given.NOW, **how)
    ).whole()


async def rows(org: UUID) -> list[dict[str, str]]:
    text = (await statement(org)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def text_of(pdf: bytes) -> str:
    found = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    return " ".join(found.split())


async def test_each_charge_is_a_row_and_the_rows_sum_to_the_balance(db: None) -> None:
    org = await editor()
    await given.sale(org, 1000_00)
    await made.grant(org, 10_00)
    line = await made.charge(org, 250_00, charged_on=AUGUST)
    await closed()
    found = await rows(org)
    assert [row["event_type"] for row in found] == [
        "sale",
        "vat",
        "iaas_usage",
        "iaas_vat",
        "payout",
    ]
    charge = found[2]
    assert charge["document_number"] == line["reference"]
    assert (charge["gross_ht"], charge["discount_ht"], charge["net_ht"], charge["credit_ht"]) == (
        "250.00", "-50.00", "200.00", "-10.00",
    )  # fmt: skip
    assert (charge["partner_amount_ht"], charge["quantity"]) == ("-190.00", "1")
    balance = sum(
        Decimal(row[name] or 0)
        for row in found
        for name in ("partner_amount_ht", "vat_amount", "partner_amount_ttc")
    )
    assert balance == 0 == Decimal(found[-1]["balance_after"])


async def test_a_draft_says_what_the_close_then_writes(db: None) -> None:
    wholesaler, sub = await organisation("wholesaler"), await reseller("certified")
    await network.join(sub, wholesaler, "operator", now=JANUARY, actor=given.SYSTEM)
    await made.charge(sub, 1000_00, environment="enterprise", charged_on=AUGUST)
    names = ("margins", "vat", "iaas_usage", "iaas_vat", "iaas_lines", "lines")
    drafts = {}
    for org in (wholesaler, sub):
        drafts[org] = json.loads(await statement(org, "json"))["statements"][0]
    await closed()
    for org in (wholesaler, sub):
        final = json.loads(await statement(org, "json"))["statements"][0]
        assert [drafts[org][name] for name in names] == [final[name] for name in names]
    [margin, *_] = await rows(wholesaler)
    assert (margin["event_type"], margin["partner_amount_ht"]) == ("margin", "50.00")
    assert margin["reseller_id"] == (await partners.read_organisation(sub)).reference
    with core.acting_for(wholesaler):
        report = await reports.statement_report_of(
            (await core.fetch_value("SELECT id FROM settlement.statement")), "csv", now=given.NOW
        )
        assert "margin" in (await report.whole()).decode()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", ["Infrastructure utilisée", "−250,00", "TVA sur l’infrastructure", "600,00"]),
        ("en", ["Infrastructure used", "VAT on infrastructure", "Discounts", "600.00"]),
    ],
)
async def test_the_pdf_says_why_this_amount(db: None, language: str, words: list[str]) -> None:
    org = await editor()
    await given.sale(org, 1000_00)
    await made.charge(org, 250_00, charged_on=AUGUST)
    await closed()
    text = text_of(await statement(org, "pdf", language=language)).replace("-250", "−250")
    assert [word for word in words if word not in text] == []


async def test_the_pdf_of_a_debt_says_that_it_is_carried(db: None) -> None:
    org = await organisation("reseller")
    await made.charge(org, 100_00, charged_on=AUGUST)
    await closed()
    text = text_of(await statement(org, "pdf", language="en"))
    assert "is set against your next" in text


async def test_the_pdf_of_a_debt_that_is_carried_on_does_not_say_that_nothing_is_owed(
    db: None,
) -> None:
    """Nothing was used in September: what is owed is August's, and no refund's."""
    org = await organisation("reseller")
    await made.charge(org, 100_00, charged_on=AUGUST)
    await closed()
    september = MONTH.next
    await settlement.close_month(
        september, minimum_hundredths=2500, now=september.end, actor=given.SYSTEM
    )
    for language, words in (
        ("en", "It is what you owe by an earlier statement."),
        ("fr", "C’est ce que vous devez d’après un relevé précédent."),
    ):
        text = text_of(await statement(org, "pdf", september, language=language))
        assert words in text and "nothing now" not in text


async def test_the_payout_report_says_what_was_netted(db: None) -> None:
    org = await editor()
    await given.sale(org, 1000_00)
    await made.charge(org, 250_00, charged_on=AUGUST)
    await closed()
    text = (await (await reports.payout_report(MONTH, "csv", now=given.NOW)).whole()).decode()
    [row] = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert (row["gross_ttc"], row["iaas_netted_ttc"], row["net_paid"]) == (
        "840.00", "-240.00", "600.00",
    )  # fmt: skip
