"""Reports and invariants over payouts that really went through the sandbox."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest

from backend import payments, payouts, reports, stripe_sandbox
from backend.core import Month
from backend.reports import checks
from tests import given
from tests.conftest import Owner
from tests.given.payments import funds
from tests.given.payouts import AUGUST, payable_partner, payout_of
from tests.reports.history import NOW, close, on, reference_of
from tests.reports.test_checks import past_the_guards
from tests.reports.test_documents import text_of

LATER = datetime(2099, 1, 1, tzinfo=UTC)


class Paid:
    """A month in which one partner is paid, one bank refuses, and one is not verified."""

    good: str
    refused: str
    held: str


async def paid_month() -> Paid:
    await funds()
    made = Paid()
    good, refused = await payable_partner(), await payable_partner("3001")
    held = await given.partner("Inconnu")
    for organisation in (good, refused, held):
        await given.sale(organisation, 100_00, sold_at=on(8, 12))
    await close(AUGUST)
    await payouts.pay(
        AUGUST, actor="system:test", wait=True, advance_clock=stripe_sandbox.advance_clock
    )
    made.good, made.refused, made.held = [
        await reference_of(organisation) for organisation in (good, refused, held)
    ]
    return made


async def rows_of(month: Month = AUGUST) -> dict[str, dict[str, str]]:
    report = await (await reports.payout_report(month, "csv", now=NOW)).whole()
    rows = csv.DictReader(io.StringIO(report.decode("utf-8-sig")))
    return {row["partner_id"]: row for row in rows}


async def test_paid_refused_and_held_payouts_are_told_in_the_words_of_reports(
    db: None, stripe: Any
) -> None:
    made = await paid_month()
    rows = await rows_of()
    good, refused, held = rows[made.good], rows[made.refused], rows[made.held]
    assert [row["status"] for row in (good, refused, held)] == ["paid", "failed", "scheduled"]
    assert good["psp"] == "stripe" and good["psp_transfer_id"].startswith("tr_")
    assert good["psp_payout_id"].startswith("po_") and good["payout_date"] <= good["arrival_date"]
    assert (good["net_paid"], good["hold_reason"]) == ("84.00", "")
    assert (refused["hold_reason"], refused["arrival_date"]) == ("refused:no_account", "")
    assert (held["hold_reason"], held["psp"]) == ("organisation_unverified", "")


async def test_lines_are_paid_once_their_payout_is(db: None, stripe: Any) -> None:
    made = await paid_month()
    report = await (await reports.sales_report(AUGUST, now=NOW)).whole()
    rows = csv.DictReader(io.StringIO(report.decode("utf-8-sig")))
    status = {row["partner_ref"]: row["status"] for row in rows}
    assert status == {made.good: "paid", made.refused: "payable", made.held: "payable"}


async def test_the_statement_does_not_change_when_it_is_paid(db: None, stripe: Any) -> None:
    await funds()
    good = await payable_partner()
    await given.sale(good, 100_00, sold_at=on(8, 12))
    await close(AUGUST)
    reference = await reference_of(good)

    async def made() -> list[bytes]:
        found = [await reports.statement_report(reference, AUGUST, form, now=NOW)
                 for form in reports.KINDS["statement"]]  # fmt: skip
        return [await report.whole() for report in found]

    before = await made()
    await payouts.pay(
        AUGUST, actor="system:test", wait=True, advance_clock=stripe_sandbox.advance_clock
    )
    assert await made() == before


async def test_the_payout_pdf_says_arrived_held_and_refused(db: None, stripe: Any) -> None:
    await paid_month()
    report = await reports.payout_report(AUGUST, "pdf", now=NOW, language="fr")
    text = text_of(await report.whole())
    for note in ("Arrivé le ", "Identité pas encore vérifiée", "Refusé : no_account"):
        assert note in " ".join(text.split())


async def test_a_month_paid_refused_and_held_has_no_fault(db: None, stripe: Any) -> None:
    await paid_month()
    transfers = await payments.list_transfers()
    assert len(transfers) == 2
    assert await reports.run_checks(transfers, listed_at=LATER) == []


async def test_each_stage_of_a_payout_has_no_fault(db: None, stripe: Any) -> None:
    await funds()
    good = await payable_partner()
    await given.sale(good, 100_00, sold_at=on(8, 12))
    await close(AUGUST)
    await payouts.pay_month(AUGUST, now=NOW, actor="system:test")
    payout_id = await payout_of(good)

    async def clock() -> Any:
        return NOW

    for _ in range(4):
        assert await reports.run_checks() == []
        await payouts.step_payout(payout_id, clock)
    assert await reports.run_checks() == []


PAYOUT = "(SELECT id FROM payouts.payout WHERE state IN ('paid', 'final') LIMIT 1)"
HELD = "(SELECT id FROM payouts.payout WHERE state = 'held' LIMIT 1)"

PLANTS = [
    ("payout_money_is_where_its_state_says", "UPDATE payouts.payout SET state = 'in_transit', "
     f"paid_at = NULL WHERE id = {PAYOUT}"),
    ("payout_money_is_where_its_state_says", "UPDATE payouts.payout SET state = 'canceled', "
     f"transfer_id = NULL WHERE id = {PAYOUT}"),
    ("payout_money_is_where_its_state_says", "DELETE FROM payouts.payout_attempt; "
     "DELETE FROM payouts.payout WHERE state IN ('paid', 'final')"),
    ("payout_money_is_where_its_state_says", "UPDATE ledger.posting SET amount_minor = 1 WHERE "
     "entry_id IN (SELECT id FROM ledger.entry WHERE reference LIKE 'payout:%:transferred:1')"),
    ("partners_are_owed_what_statements_say", "UPDATE ledger.balance b SET "
     "credit_minor = credit_minor + 1 FROM ledger.account a WHERE a.id = b.account_id "
     "AND a.code LIKE '%:payable'"),
    ("partners_are_owed_what_statements_say", "UPDATE ledger.balance b SET "
     "debit_minor = debit_minor + 1 FROM ledger.account a WHERE a.id = b.account_id "
     "AND a.code LIKE '%:at_stripe'"),
    ("statements_are_paid_once", "UPDATE payouts.payout_attempt SET state = 'in_transit', "
     f"booked = false WHERE payout_id = {PAYOUT}"),
    ("statements_are_paid_once", "UPDATE payouts.payout SET attempt_count = 0 "
     f"WHERE id = {PAYOUT}"),
    ("payouts_are_what_statements_owe", f"UPDATE payouts.payout SET amount_minor = 8401 "
     f"WHERE id = {PAYOUT}"),
    ("payouts_are_what_statements_owe", "UPDATE settlement.statement SET due_minor = 8399, "
     "vat_minor = 1399"),
    ("payouts_are_what_statements_owe", "UPDATE payments.operation SET params = "
     "(params::jsonb || '{\"amount\": 9999}')::text WHERE kind = 'transfer'"),
    ("payouts_were_allowed", "UPDATE partners.organisation SET verification = 'unverified'"),
    ("payouts_were_allowed", "UPDATE settlement.statement SET hold_until = '2099-01-01Z'"),
    ("payouts_were_allowed", "DELETE FROM payouts.payout_step"),
    ("payouts_were_allowed", "UPDATE payments.operation SET params = "
     "(params::jsonb || '{\"destination\": \"acct_other\"}')::text WHERE kind = 'transfer'"),
    ("payouts_were_allowed", "UPDATE payments.connected_account SET stripe_account = "
     "stripe_account || 'x'"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("check", "plant"), PLANTS, ids=[f"{check}-{n}" for n, (check, _) in enumerate(PLANTS)]
)
async def test_a_planted_fault_is_found(
    db: None, stripe: Any, owner: Owner, check: str, plant: str
) -> None:
    await paid_month()
    async with past_the_guards(owner):
        await owner.execute(plant)
    assert check in {fault.check for fault in await reports.run_checks()}


@pytest.mark.parametrize(
    ("index", "copy"),
    [
        ("payouts.payout_statement_id_key",
         "INSERT INTO payouts.payout SELECT (jsonb_populate_record(p, jsonb_build_object("
         "'id', uuidv7()))).* FROM payouts.payout p WHERE state = 'held'"),
        ("payments.one_transfer",
         "INSERT INTO payments.operation SELECT (jsonb_populate_record(o, jsonb_build_object("
         "'id', uuidv7(), 'result_id', 'tr_again'))).* FROM payments.operation o "
         "WHERE kind = 'transfer' AND state = 'done' LIMIT 1"),
        ("payouts.one_attempt_at_a_time",
         "INSERT INTO payouts.payout_attempt SELECT (jsonb_populate_record(t, jsonb_build_object("
         "'number', 2, 'operation_id', uuidv7(), 'stripe_payout_id', 'po_again'))).* "
         "FROM payouts.payout_attempt t WHERE state = 'paid' LIMIT 1"),
    ],
)  # fmt: skip
async def test_what_stands_twice_is_found(
    db: None, stripe: Any, owner: Owner, index: str, copy: str
) -> None:
    await paid_month()
    made = await owner.fetchval("SELECT pg_get_indexdef(to_regclass($1))", index)
    table = await owner.fetchval(
        "SELECT indrelid::regclass::text FROM pg_index WHERE indexrelid = to_regclass($1)", index
    )
    constraint = index.endswith("_key")
    try:
        async with past_the_guards(owner):
            name = index.partition(".")[2]
            drop = f"ALTER TABLE {table} DROP CONSTRAINT {name}"
            await owner.execute(drop if constraint else f"DROP INDEX {index}")
            await owner.execute(copy)
        found = [f for f in await reports.run_checks() if f.check == "statements_are_paid_once"]
        assert found
    finally:
        async with past_the_guards(owner):
            await owner.execute(f"DELETE FROM {table}")
        add = f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE (statement_id)"
        await owner.execute(add if constraint else made)


@pytest.mark.parametrize("break_", ["missing", "unknown", "amount", "destination", "reversed"])
async def test_a_transfer_that_differs_at_stripe_is_found(
    db: None, stripe: Any, break_: str
) -> None:
    await paid_month()
    first, *others = await payments.list_transfers()
    facts = {name: getattr(first, name) for name in first.__struct_fields__}
    broken = {
        "missing": [],
        "unknown": [first, payments.Transfer(**{**facts, "id": "tr_other"})],
        "amount": [payments.Transfer(**{**facts, "amount_minor": 1})],
        "destination": [payments.Transfer(**{**facts, "destination": "acct_other"})],
        "reversed": [payments.Transfer(**{**facts, "amount_reversed_minor": 1})],
    }[break_]
    [fault] = await reports.run_checks([*broken, *others], listed_at=LATER)
    assert (fault.check, fault.invariant) == (checks.TRANSFERS_MATCH, "11")


async def test_without_stripes_list_invariant_eleven_is_not_checked(db: None, stripe: Any) -> None:
    await paid_month()
    assert await reports.run_checks() == []
    assert await reports.run_checks([], listed_at=LATER) != []


async def test_transfers_made_while_stripe_was_asked_are_no_fault(
    db: None, stripe: Any, owner: Owner
) -> None:
    await paid_month()
    assert await reports.run_checks([], listed_at=on(1, 1)) == []
    transfers = await payments.list_transfers()
    async with past_the_guards(owner):
        await owner.execute(
            "UPDATE payments.operation SET state = 'sending', result_id = NULL, ended_at = NULL "
            "WHERE kind = 'transfer'"
        )
    found = await reports.run_checks(transfers, listed_at=LATER)
    assert checks.TRANSFERS_MATCH not in {fault.check for fault in found}
