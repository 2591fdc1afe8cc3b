"""Invariants of charges and start-up credits, as SQL that answers what breaks them."""

from backend.reports.checks_books import MOVED

# Pieces are the whole of a charge; a refund has none, it copies its charge.
PIECES = """
    SELECT l.consumer_id, l.reference, l.list_minor, l.discount_minor, p.list, p.discount
    FROM charges.charge_line l
    LEFT JOIN (SELECT line_id, sum(list_minor) AS list,
                      sum(discount_minor + points_minor) AS discount
               FROM charges.charge_piece GROUP BY 1) AS p ON p.line_id = l.id
    WHERE l.kind = 'charge'
      AND (p.list, p.discount) IS DISTINCT FROM (l.list_minor, l.discount_minor)
"""

CHARGES_EQUAL_ENTRIES = f"""
    WITH {MOVED.format(prefix="^charge(_refund)?:")},
    booked AS (
      SELECT e.reference, e.month, m.* FROM moved m JOIN ledger.entry e ON e.id = m.entry_id)
    SELECT l.consumer_id, l.reference, l.kind, l.payable_minor, l.credit_minor, g.margin_minor,
           b.entry_id, b.owed, b.earned
    FROM charges.charge_line l
    LEFT JOIN charges.margin g ON g.line_id = l.id
    LEFT JOIN booked b ON b.reference = CASE l.kind WHEN 'charge' THEN 'charge:'
      ELSE 'charge_refund:' END || l.consumer_id || ':' || l.reference
    WHERE l.list_minor - l.discount_minor - l.credit_minor <> l.payable_minor
       OR (coalesce(b.owed, 0), coalesce(b.earned, 0))
          <> (-l.payable_minor, coalesce(g.margin_minor, 0))
       OR b.month <> l.month
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
    SELECT g.id AS grant_id, g.amount_minor, b.left_minor, coalesce(u.used, 0) AS used_minor
    FROM charges.credit_grant g
    LEFT JOIN charges.credit_balance b ON b.grant_id = g.id
    LEFT JOIN (SELECT grant_id, sum(amount_minor) FILTER (WHERE kind <> 'lapse') AS used
               FROM charges.credit_use GROUP BY 1) AS u ON u.grant_id = g.id
    WHERE b.left_minor IS DISTINCT FROM g.amount_minor - coalesce(u.used, 0) OR b.left_minor < 0
    UNION ALL
    SELECT NULL, l.credit_minor, NULL, coalesce(u.used, 0)
    FROM charges.charge_line l
    LEFT JOIN (SELECT line_id, sum(amount_minor) AS used FROM charges.credit_use GROUP BY 1) AS u
      ON u.line_id = l.id
    WHERE l.credit_minor <> coalesce(u.used, 0)
"""
