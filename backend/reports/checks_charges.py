"""Invariants of charges and start-up credits, as SQL that answers what breaks them."""

from backend.reports.checks_books import MOVED

# Pieces are the whole of a charge; a refund has none, it copies its charge. Sums, and no join: what
# was just imported has no statistics yet, and a join would be planned for a handful.
PIECES = """
    SELECT line_id, sum(list)::bigint AS list_differs_minor,
           sum(discount)::bigint AS discount_differs_minor
    FROM (SELECT id AS line_id, list_minor AS list, discount_minor AS discount, 1 AS lines,
                 0 AS pieces
          FROM charges.charge_line WHERE kind = 'charge'
          UNION ALL
          SELECT line_id, -list_minor, -(discount_minor + points_minor), 0, 1
          FROM charges.charge_piece) AS x
    GROUP BY 1 HAVING sum(list) <> 0 OR sum(discount) <> 0 OR sum(lines) <> 1 OR sum(pieces) = 0
"""

CHARGES_EQUAL_ENTRIES = f"""
    WITH {MOVED.format(prefix="^charge(_refund)?:")}
    SELECT l.consumer_id, l.reference, l.kind, l.payable_minor, l.credit_minor, g.margins_minor,
           m.entry_id, m.owed, m.earned
    FROM charges.charge_line l
    LEFT JOIN (SELECT line_id, sum(margin_minor) AS margins_minor FROM charges.margin GROUP BY 1)
      AS g ON g.line_id = l.id
    LEFT JOIN ledger.entry e ON e.reference = CASE l.kind WHEN 'charge' THEN 'charge:'
      ELSE 'charge_refund:' END || l.consumer_id || ':' || l.reference
    LEFT JOIN moved m ON m.entry_id = e.id
    WHERE l.list_minor - l.discount_minor - l.credit_minor <> l.payable_minor
       OR (coalesce(m.owed, 0), coalesce(m.earned, 0))
          <> (-l.payable_minor, coalesce(g.margins_minor, 0))
       OR e.month <> l.month
"""  # noqa: S608

STATEMENTS_EQUAL_CHARGES = """
    WITH documents AS (
      SELECT organisation_id, month, currency, vat_category, vat_rate_bp,
             sum(payable_minor) AS base, count(*) AS lines
      FROM charges.charge_line
      WHERE month <= (SELECT closed_through FROM ledger.book) GROUP BY 1, 2, 3, 4, 5),
    parts AS (
      SELECT organisation_id, month, currency, sum(base) AS base, sum(lines) AS lines,
             sum(sign(base) * div(2 * abs(base) * vat_rate_bp + 10000, 20000)) AS vat,
             count(*) AS parts
      FROM documents GROUP BY 1, 2, 3),
    told AS (
      SELECT statement_id, sum(base_minor) AS base, sum(vat_minor) AS vat, count(*) AS parts
      FROM settlement.statement_charges_vat GROUP BY 1)
    SELECT s.number, month, currency::text AS currency, organisation_id, s.charge_count, p.lines,
           s.charges_minor, p.base, s.charges_vat_minor, p.vat
    FROM settlement.statement s FULL JOIN parts p USING (organisation_id, month, currency)
    LEFT JOIN told t ON t.statement_id = s.id
    WHERE s.id IS NULL
       OR (s.charges_minor, s.charges_vat_minor, s.charge_count)
          <> (coalesce(p.base, 0), coalesce(p.vat, 0), coalesce(p.lines, 0))
       OR (coalesce(t.base, 0), coalesce(t.vat, 0), coalesce(t.parts, 0))
          <> (s.charges_minor, s.charges_vat_minor, coalesce(p.parts, 0))
"""

CREDITS = """
    SELECT 'grant' AS of, grant_id::text AS id, sum(minor)::bigint AS differs_minor
    FROM (SELECT id AS grant_id, amount_minor AS minor FROM charges.credit_grant
          UNION ALL SELECT grant_id, -left_minor FROM charges.credit_balance
          UNION ALL SELECT grant_id, -amount_minor FROM charges.credit_use WHERE kind <> 'lapse')
      AS x GROUP BY 2 HAVING sum(minor) <> 0
    UNION ALL
    SELECT 'charge', line_id::text, sum(minor)::bigint
    FROM (SELECT id AS line_id, credit_minor AS minor FROM charges.charge_line
          WHERE credit_minor <> 0
          UNION ALL SELECT line_id, -amount_minor FROM charges.credit_use)
      AS x GROUP BY 2 HAVING sum(minor) <> 0
"""
