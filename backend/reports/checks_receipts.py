"""Invariants of receipts: what organisations paid the operator of what they owed."""

from backend.reports.checks_books import MOVED

RECEIPTS_EQUAL_ENTRIES = f"""
    WITH {MOVED.format(prefix="^receipt:")}
    SELECT r.id, r.reference, r.amount_minor, m.entry_id, m.owed
    FROM receipts.receipt r
    LEFT JOIN ledger.entry e ON e.reference = 'receipt:' || r.id
    LEFT JOIN moved m ON m.entry_id = e.id
    WHERE m.entry_id IS NULL OR e.month <> r.month OR m.partner <> r.organisation_id::text
       OR m.owed <> r.amount_minor
    UNION ALL
    SELECT NULL, e.reference, NULL, e.id, NULL FROM ledger.entry e
    WHERE e.reference LIKE 'receipt:%' AND NOT EXISTS
      (SELECT FROM receipts.receipt r WHERE 'receipt:' || r.id = e.reference)
"""  # noqa: S608

STATEMENTS_EQUAL_RECEIPTS = """
    WITH parts AS (
      SELECT organisation_id, month, currency, sum(amount_minor) AS paid
      FROM receipts.receipt
      WHERE month <= (SELECT closed_through FROM ledger.book) GROUP BY 1, 2, 3)
    SELECT s.number, month, currency::text AS currency, organisation_id, s.receipts_minor, p.paid
    FROM settlement.statement s FULL JOIN parts p USING (organisation_id, month, currency)
    WHERE s.id IS NULL OR s.receipts_minor <> coalesce(p.paid, 0)
"""
