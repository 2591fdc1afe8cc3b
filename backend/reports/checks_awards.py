"""Invariants of awards: rebates on turnover, suppliers' shares, co-marketing."""

from backend.reports.checks_books import MOVED

AWARDS_EQUAL_ENTRIES = f"""
    WITH {MOVED.format(prefix="^award:")}
    SELECT a.reference, a.kind, a.amount_minor, m.entry_id, m.owed, m.earned
    FROM awards.award a
    LEFT JOIN ledger.entry e ON e.reference = 'award:' || a.reference
    LEFT JOIN moved m ON m.entry_id = e.id
    WHERE m.entry_id IS NULL OR e.month <> a.month OR m.partner <> a.organisation_id::text
       OR (m.owed, m.earned) <> CASE a.kind WHEN 'rebate' THEN (a.amount_minor::numeric, 0::numeric)
                                            ELSE (0::numeric, a.amount_minor::numeric) END
    UNION ALL
    SELECT e.reference, NULL, NULL, e.id, NULL, NULL FROM ledger.entry e
    WHERE e.reference LIKE 'award:%' AND NOT EXISTS
      (SELECT FROM awards.award a WHERE 'award:' || a.reference = e.reference)
"""  # noqa: S608

STATEMENTS_EQUAL_REBATES = """
    WITH documents AS (
      SELECT organisation_id, month, currency, vat_category, vat_rate_bp,
             sum(amount_minor) AS base
      FROM awards.award WHERE kind = 'rebate'
        AND month <= (SELECT closed_through FROM ledger.book) GROUP BY 1, 2, 3, 4, 5),
    parts AS (
      SELECT organisation_id, month, currency, sum(base) AS base,
             sum(sign(base) * div(2 * abs(base) * vat_rate_bp + 10000, 20000)) AS vat
      FROM documents GROUP BY 1, 2, 3),
    told AS (
      SELECT statement_id, sum(base_minor) AS base, sum(vat_minor) AS vat
      FROM settlement.statement_rebates_vat GROUP BY 1)
    SELECT s.number, month, currency::text AS currency, organisation_id, s.rebates_minor, p.base,
           s.rebates_vat_minor, p.vat
    FROM settlement.statement s FULL JOIN parts p USING (organisation_id, month, currency)
    LEFT JOIN told t ON t.statement_id = s.id
    WHERE s.id IS NULL
       OR (s.rebates_minor, s.rebates_vat_minor) <> (coalesce(p.base, 0), coalesce(p.vat, 0))
       OR (s.rebates_minor, s.rebates_vat_minor) <> (coalesce(t.base, 0), coalesce(t.vat, 0))
"""

# The whole of a quarter is what was posted of it, and each posting is in its award.
REBATES_ADD_UP = """
    SELECT r.organisation_id, r.quarter, r.currency::text AS currency,
           max(r.number) AS number, sum(r.amount_minor)::bigint AS posted_minor,
           coalesce(sum(a.amount_minor), 0)::bigint AS awarded_minor
    FROM awards.rebate r LEFT JOIN awards.award a ON a.id = r.award_id
    GROUP BY 1, 2, 3
    HAVING sum(r.amount_minor) <> coalesce(sum(a.amount_minor), 0)
        OR sum(r.amount_minor) <> (array_agg(r.rebate_minor ORDER BY r.number DESC))[1]
"""
