"""Each invariant finds its own fault, planted past every guard, and nothing on a sound history."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from backend import core
from backend.reports import checks
from tests.conftest import Owner
from tests.reports.history import history

SALE = "(SELECT min(id) FROM sales.sale_line WHERE kind = 'sale' AND month = '2026-08-01' " \
       "AND vat_minor > 1)"  # fmt: skip
ENTRY = f"(SELECT e.id FROM ledger.entry e, sales.sale_line l WHERE l.id = {SALE} " \
        "AND e.reference = 'sale:' || l.reference)"  # fmt: skip
ACCOUNT = "(SELECT id FROM ledger.account WHERE code = '{}' AND currency = 'EUR')"
BANK, REVENUE = ACCOUNT.format("operator:bank"), ACCOUNT.format("operator:revenue")

PLANTS = [
    ("postings_are_balanced", f"UPDATE ledger.posting SET credit_id = (SELECT id FROM "
     f"ledger.account WHERE currency = 'JPY' LIMIT 1) WHERE entry_id = {ENTRY} AND line = 1"),
    ("postings_are_balanced", f"UPDATE ledger.posting SET debit_id = -1 WHERE entry_id = {ENTRY}"),
    ("postings_are_balanced", "INSERT INTO ledger.posting SELECT -1, 1, debit_id, credit_id, 5, "
     "currency FROM ledger.posting LIMIT 1"),
    ("stored_balances_equal_sums", "UPDATE ledger.balance SET debit_minor = debit_minor + 1 "
     f"WHERE account_id = {BANK} AND month = '2026-08-01'"),
    ("stored_balances_equal_sums", f"INSERT INTO ledger.posting VALUES ({ENTRY}, 99, {BANK}, "
     f"{REVENUE}, 1, 'EUR')"),
    ("lines_equal_their_entries", f"INSERT INTO ledger.posting VALUES ({ENTRY}, 99, {BANK}, "
     f"{REVENUE}, 1, 'EUR')"),
    ("lines_equal_their_entries", f"DELETE FROM ledger.posting WHERE entry_id = {ENTRY}"),
    ("lines_equal_their_entries", "UPDATE ledger.entry SET reference = 'sale:x' "
     f"WHERE id = {ENTRY}"),
    ("lines_equal_their_entries", "UPDATE ledger.entry SET month = '2026-09-01' "
     f"WHERE id = {ENTRY}"),
    ("lines_equal_their_entries", "UPDATE sales.sale_line SET organisation_id = (SELECT id FROM "
     "partners.organisation WHERE name = 'Trop Petit') WHERE net_minor = 4999"),
    ("lines_equal_their_entries", f"UPDATE sales.sale_line SET vat_minor = vat_minor + 1 "
     f"WHERE id = {SALE}"),
    ("refunds_return_to_zero", "UPDATE sales.sale_line SET partner_minor = partner_minor - 1, "
     "operator_minor = operator_minor + 1 WHERE kind = 'refund' AND net_minor = -20000"),
    ("refunds_return_to_zero", "UPDATE sales.sale_line SET vat_minor = vat_minor + 1 "
     "WHERE kind = 'refund' AND net_minor = -1111"),
    ("refunds_return_to_zero", "DO $$ DECLARE names text; BEGIN "
     "SELECT string_agg(column_name, ', ') INTO names FROM information_schema.columns "
     "WHERE (table_schema, table_name, is_generated) = ('sales', 'sale_line', 'NEVER'); "
     "EXECUTE format('INSERT INTO sales.sale_line (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM "
     "(SELECT (jsonb_populate_record(l, %L)).* FROM sales.sale_line l WHERE kind = ''refund'' "
     "AND net_minor = -20000) AS y', names, names, "
     "'{\"id\": -1, \"reference\": \"again\"}'); END $$"),
    ("lines_copy_a_rule_in_force", "UPDATE sales.sale_line SET partner_bp = 8000, "
     f"operator_bp = 2000 WHERE id = {SALE}"),
    ("lines_copy_a_rule_in_force", "UPDATE sales.share_rule SET valid_from = '2026-08-13Z' "
     "WHERE name = '30/70'"),
    ("lines_copy_a_rule_in_force", "UPDATE sales.share_rule SET channel = 'direct' "
     "WHERE name = '30/70'"),
    ("lines_copy_a_rule_in_force", f"UPDATE sales.sale_line SET partner_minor = partner_minor + 1, "
     f"operator_minor = operator_minor - 1 WHERE id = {SALE}"),
    ("lines_copy_a_rule_in_force", "UPDATE sales.sale_line SET vat_minor = vat_minor - 1 "
     f"WHERE id = {SALE}"),
    ("entries_name_facts", "INSERT INTO ledger.entry (reference, month, effective_at) "
     "VALUES ('sale:ghost', '2026-09-01', now())"),
    ("entries_name_facts", "INSERT INTO ledger.entry (reference, month, effective_at) "
     "VALUES ('statement:2026-09:EUR:ghost', '2026-09-01', now())"),
    ("balances_chain", "UPDATE settlement.statement SET opening_minor = opening_minor + 1, "
     "sales_minor = sales_minor - 1, operator_minor = operator_minor + 1 "
     "WHERE month = '2026-08-01' AND sales_minor > 3500"),
    ("balances_chain", "UPDATE settlement.statement SET closing_minor = due_minor, "
     "due_minor = 0 WHERE month = '2026-07-01' AND vat_minor = 0"),
    ("statements_equal_their_lines", "UPDATE sales.sale_line SET month = '2026-07-01' "
     f"WHERE id = {SALE}"),
    ("statements_equal_their_lines", "DELETE FROM settlement.statement "
     "WHERE month = '2026-08-01' AND currency = 'JPY'"),
    ("statements_equal_their_lines", "UPDATE settlement.statement_vat "
     "SET vat_minor = vat_minor + 1 WHERE vat_minor > 0"),
    ("statements_equal_their_entries", "DELETE FROM ledger.posting WHERE entry_id IN "
     "(SELECT id FROM ledger.entry WHERE reference LIKE 'statement:2026-08:JPY:%')"),
    ("statements_equal_their_entries", "UPDATE ledger.posting SET amount_minor = amount_minor + 1 "
     "WHERE entry_id IN (SELECT id FROM ledger.entry WHERE reference LIKE 'statement:%')"),
    ("earned_is_empty_after_close", "UPDATE ledger.balance b SET credit_minor = credit_minor + 1 "
     "FROM ledger.account a WHERE a.id = b.account_id AND a.code LIKE '%:earned' "
     "AND b.month = '2026-07-01'"),
    ("audit_chains_are_whole", "UPDATE audit.change SET actor = 'person:nobody' WHERE number = 1"),
]  # fmt: skip


@asynccontextmanager
async def past_the_guards(owner: Owner) -> AsyncIterator[None]:
    await owner.execute("SET session_replication_role = replica")
    try:
        yield
    finally:
        await owner.execute("SET session_replication_role = origin")


async def test_a_sound_history_has_no_fault(db: None) -> None:
    await history()
    assert await checks.run_checks() == []


async def test_an_empty_database_has_no_fault(db: None) -> None:
    assert await checks.run_checks() == []


@pytest.mark.parametrize(
    ("check", "plant"), PLANTS, ids=[f"{c}-{n}" for n, (c, _) in enumerate(PLANTS)]
)
async def test_a_planted_fault_is_found(db: None, owner: Owner, check: str, plant: str) -> None:
    await history()
    async with past_the_guards(owner):
        done = await owner.execute(plant)
    assert not done.endswith(" 0"), "the plant changed nothing"
    found = await checks.run_checks()
    assert check in {fault.check for fault in found}
    for fault in found:
        assert fault.row and fault.sentence.endswith(".") and fault.invariant


@pytest.mark.parametrize(
    ("table", "constraint", "column", "copy"),
    [
        ("ledger.entry", "entry_reference_key", "reference",
         "INSERT INTO ledger.entry (reference, month, effective_at) "
         "SELECT reference, month, effective_at FROM ledger.entry LIMIT 1"),
        ("settlement.statement", "statement_number_key", "number",
         "UPDATE settlement.statement SET number = 'S-1'"),
    ],
)  # fmt: skip
async def test_a_reference_that_stands_twice_is_found(
    db: None, owner: Owner, table: str, constraint: str, column: str, copy: str
) -> None:
    await history()
    try:
        async with past_the_guards(owner):
            await owner.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
            await owner.execute(copy)
        found = await checks.run_checks()
        assert table in {f.row["place"] for f in found if f.check == "references_are_unique"}
    finally:
        async with past_the_guards(owner):
            await owner.execute(f"DELETE FROM {table}")
        await owner.execute(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} UNIQUE ({column})")


async def test_a_check_tells_a_thousand_rows_at_most(db: None, owner: Owner) -> None:
    async with past_the_guards(owner):
        await owner.execute(
            "INSERT INTO ledger.entry (reference, month, effective_at) "
            "SELECT 'sale:ghost' || n, '2026-09-01', now() FROM generate_series(1, 1500) AS n"
        )
    assert len(await checks.run_checks()) == checks.MOST_ROWS


async def test_money_only_in_balances_of_open_months_stays_in_earned(db: None) -> None:
    """September is open: what was earned in it is not a fault."""
    await history()
    left = await core.fetch_value(
        "SELECT sum(b.credit_minor - b.debit_minor) FROM ledger.balance b "
        "JOIN ledger.account a ON a.id = b.account_id WHERE a.code LIKE '%:earned'"
    )
    assert left == 19_99
