"""Invariants of the ledger, of sales and of statements, as SQL that answers what breaks them."""

BALANCED = """
    SELECT p.entry_id, p.line, e.reference, d.code AS debit, c.code AS credit, p.amount_minor,
           p.currency::text AS currency
    FROM ledger.posting p
    LEFT JOIN ledger.entry e ON e.id = p.entry_id
    LEFT JOIN ledger.account d ON d.id = p.debit_id
    LEFT JOIN ledger.account c ON c.id = p.credit_id
    WHERE e.id IS NULL OR p.debit_id = p.credit_id OR p.amount_minor <= 0
       OR (d.currency = p.currency AND c.currency = p.currency) IS NOT TRUE
"""

# What each entry did to each kind of account: credit minus debit.
MOVED = """
    moved AS MATERIALIZED (
      SELECT p.entry_id,
        coalesce(sum(m.minor) FILTER (WHERE a.code LIKE 'partner:%:earned'), 0) AS earned,
        coalesce(sum(m.minor) FILTER (WHERE a.code LIKE 'partner:%:payable'), 0) AS payable,
        coalesce(sum(m.minor) FILTER (WHERE a.code LIKE 'partner:%:owed'), 0) AS owed,
        coalesce(sum(m.minor) FILTER (WHERE a.code = 'operator:revenue'), 0) AS revenue,
        coalesce(sum(m.minor) FILTER (WHERE a.code = 'operator:vat'), 0) AS vat,
        coalesce(sum(m.minor) FILTER (WHERE a.code = 'operator:vat_input'), 0) AS vat_input,
        coalesce(sum(m.minor) FILTER (WHERE a.code IN ('operator:bank', 'operator:stripe')), 0)
          AS cash,
        min(split_part(a.code, ':', 2)) FILTER (WHERE a.code LIKE 'partner:%') AS partner,
        count(DISTINCT split_part(a.code, ':', 2)) FILTER (WHERE a.code LIKE 'partner:%')
          AS partners
      FROM ledger.posting p
      JOIN ledger.entry x ON x.id = p.entry_id AND x.reference ~ '{prefix}'
      CROSS JOIN LATERAL (VALUES (p.credit_id, p.amount_minor), (p.debit_id, -p.amount_minor))
        AS m (account_id, minor)
      JOIN ledger.account a ON a.id = m.account_id
      GROUP BY p.entry_id)
"""

LINES_EQUAL_ENTRIES = f"""
    WITH {MOVED.format(prefix="^(sale|refund):")}
    SELECT l.reference, l.kind, l.net_minor, l.vat_minor, l.partner_minor, l.operator_minor,
           e.id AS entry_id, m.earned, m.revenue, m.vat, m.cash
    FROM sales.sale_line l
    LEFT JOIN ledger.entry e ON e.reference = l.kind || ':' || l.reference
    LEFT JOIN moved m ON m.entry_id = e.id
    WHERE l.partner_minor + l.operator_minor <> l.net_minor
       OR m.entry_id IS NULL OR e.month <> l.month OR m.partners > 1
       OR m.partner <> l.organisation_id::text
       OR (m.earned, m.revenue, m.vat, m.cash) IS DISTINCT FROM
          (l.partner_minor, l.operator_minor, l.vat_minor, -(l.net_minor + l.vat_minor))
"""  # noqa: S608

REFUNDS = """
    SELECT s.reference, s.net_minor + r.net AS net_left, s.vat_minor + r.vat AS vat_left,
           s.partner_minor + r.partner AS partner_left,
           s.operator_minor + r.operator AS operator_left
    FROM sales.sale_line s
    JOIN (SELECT original_id, sum(net_minor) AS net, sum(vat_minor) AS vat,
                 sum(partner_minor) AS partner, sum(operator_minor) AS operator
          FROM sales.sale_line WHERE original_id IS NOT NULL GROUP BY 1) AS r
      ON r.original_id = s.id
    WHERE least(s.net_minor + r.net, s.vat_minor + r.vat, s.partner_minor + r.partner,
                s.operator_minor + r.operator) < 0
       OR s.joint_offer_id IS NULL AND (
            (s.net_minor + r.net = 0 AND (s.vat_minor + r.vat, s.partner_minor + r.partner,
                                          s.operator_minor + r.operator) <> (0, 0, 0))
            OR -r.partner <> div(-2 * r.net * s.partner_bp + 10000, 20000)
            OR (s.bundle_reference IS NULL
                AND -r.vat <> div(-2 * r.net * s.vat_rate_bp + 10000, 20000)))
"""

RULES = """
    SELECT l.reference, l.sold_at, r.name AS share_rule, r.valid_from, l.partner_bp,
           r.partner_bp AS rule_partner_bp, l.net_minor, l.partner_minor, l.vat_minor
    FROM sales.sale_line l
    LEFT JOIN sales.share_rule r ON r.id = l.share_rule_id
    LEFT JOIN sales.sale_line o ON o.id = l.original_id
    LEFT JOIN catalogue.joint_offer j ON j.id = l.joint_offer_id
    WHERE (l.partner_bp = r.partner_bp AND l.operator_bp = r.operator_bp) IS NOT TRUE
       OR (l.kind = 'refund' AND (o.share_rule_id = l.share_rule_id) IS NOT TRUE)
       OR (l.kind = 'sale' AND (
            r.valid_from > l.sold_at
            OR r.organisation_id <> coalesce(j.organisation_id, l.organisation_id)
            OR coalesce(r.channel, l.channel) <> l.channel
            OR coalesce(r.brought_by, l.brought_by) <> l.brought_by
            OR l.joint_offer_id IS NULL AND (
                 l.partner_minor <> div(2::numeric * l.net_minor * l.partner_bp + 10000, 20000)
                 OR (l.bundle_reference IS NULL AND l.vat_minor
                     <> div(2::numeric * l.net_minor * l.vat_rate_bp + 10000, 20000)))))
"""

ONE_REFERENCE = """
    SELECT 'ledger.entry' AS place, reference, count(*) FROM ledger.entry
    GROUP BY 2 HAVING count(*) > 1
    UNION ALL
    SELECT 'sales.sale_line', reference, count(*) FROM sales.sale_line
    GROUP BY 2 HAVING count(*) > 1
    UNION ALL
    SELECT 'settlement.statement', number, count(*) FROM settlement.statement
    GROUP BY 2 HAVING count(*) > 1
    UNION ALL
    SELECT 'payments.stripe_event', id, count(*) FROM payments.stripe_event
    GROUP BY 2 HAVING count(*) > 1
"""

# By EXCEPT: a join on a reference that is put together is planned as one loop in another.
ENTRIES_NAME_FACTS = """
    (SELECT reference, month FROM ledger.entry WHERE reference ~ '^(sale|refund):'
     EXCEPT
     SELECT kind || ':' || reference, month FROM sales.sale_line)
    UNION ALL
    (SELECT reference, month FROM ledger.entry WHERE reference ~ '^charge(_refund)?:'
     EXCEPT
     SELECT CASE kind WHEN 'charge' THEN 'charge:' ELSE 'charge_refund:' END
       || consumer_id || ':' || reference, month
     FROM charges.charge_line)
    UNION ALL
    SELECT e.reference, e.month FROM ledger.entry e
    WHERE e.reference LIKE 'statement:%' AND NOT EXISTS (
      SELECT FROM settlement.statement s WHERE e.reference = 'statement:'
        || to_char(s.month, 'YYYY-MM') || ':' || s.currency || ':' || s.organisation_id)
"""

BALANCES_CHAIN = """
    SELECT s.number, s.month, s.currency::text AS currency, s.opening_minor,
           b.closing_minor AS closing_before_minor
    FROM settlement.statement s
    LEFT JOIN settlement.statement b ON b.organisation_id = s.organisation_id
      AND b.currency = s.currency AND b.month = (s.month - interval '1 month')::date
    WHERE s.opening_minor <> coalesce(b.closing_minor, 0)
       OR s.opening_minor + s.sales_minor + s.refunds_minor + s.margins_minor + s.awards_minor
          + s.vat_minor - s.charges_minor - s.charges_vat_minor + s.rebates_minor
          + s.rebates_vat_minor + s.receipts_minor <> s.due_minor + s.closing_minor
    UNION ALL
    SELECT b.number, b.month, b.currency::text, NULL, b.closing_minor
    FROM settlement.statement b
    WHERE b.closing_minor <> 0
      AND b.month < (SELECT closed_through FROM ledger.book)
      AND NOT EXISTS (SELECT FROM settlement.statement s
        WHERE s.organisation_id = b.organisation_id AND s.currency = b.currency
          AND s.month = (b.month + interval '1 month')::date)
"""

STATEMENTS_EQUAL_LINES = """
    WITH lines AS (
      SELECT organisation_id, month, currency, partner_vat_category AS category,
             partner_vat_rate_bp AS rate_bp,
             coalesce(sum(partner_minor) FILTER (WHERE kind = 'sale'), 0) AS sales,
             coalesce(sum(partner_minor) FILTER (WHERE kind = 'refund'), 0) AS refunds,
             0::numeric AS margins, 0::numeric AS awards, sum(net_minor) AS net,
             sum(operator_minor) AS operator, count(*) AS lines
      FROM sales.sale_line
      WHERE month <= (SELECT closed_through FROM ledger.book) GROUP BY 1, 2, 3, 4, 5
      UNION ALL
      SELECT organisation_id, month, currency, vat_category, vat_rate_bp, 0, 0,
             sum(margin_minor), 0, 0, 0, 0
      FROM charges.margin
      WHERE month <= (SELECT closed_through FROM ledger.book) GROUP BY 1, 2, 3, 4, 5
      UNION ALL
      SELECT organisation_id, month, currency, vat_category, vat_rate_bp, 0, 0, 0,
             sum(amount_minor), 0, 0, 0
      FROM awards.award WHERE kind <> 'rebate'
        AND month <= (SELECT closed_through FROM ledger.book) GROUP BY 1, 2, 3, 4, 5),
    documents AS (
      SELECT organisation_id, month, currency, category, rate_bp, sum(sales) AS sales,
             sum(refunds) AS refunds, sum(margins) AS margins, sum(awards) AS awards,
             sum(net) AS net, sum(operator) AS operator, sum(lines) AS lines,
             sum(sales + refunds + margins + awards) AS base
      FROM lines GROUP BY 1, 2, 3, 4, 5),
    parts AS (
      SELECT organisation_id, month, currency, sum(sales) AS sales, sum(refunds) AS refunds,
             sum(margins) AS margins, sum(awards) AS awards, sum(net) AS net,
             sum(operator) AS operator, sum(lines) AS lines,
             sum(sign(base) * div(2 * abs(base) * rate_bp + 10000, 20000)) AS vat,
             count(*) AS parts
      FROM documents GROUP BY 1, 2, 3),
    told AS (
      SELECT statement_id, sum(base_minor) AS base, sum(vat_minor) AS vat, count(*) AS parts
      FROM settlement.statement_vat GROUP BY 1)
    SELECT s.number, month, currency::text AS currency, organisation_id, s.line_count, p.lines,
           s.sales_minor, p.sales, s.refunds_minor, p.refunds, s.margins_minor, p.margins,
           s.awards_minor, p.awards, s.vat_minor, p.vat
    FROM settlement.statement s FULL JOIN parts p USING (organisation_id, month, currency)
    LEFT JOIN told t ON t.statement_id = s.id
    WHERE s.id IS NULL
       OR (s.sales_minor, s.refunds_minor, s.margins_minor, s.awards_minor, s.net_minor,
           s.operator_minor, s.line_count, s.vat_minor)
          IS DISTINCT FROM
          (coalesce(p.sales, 0), coalesce(p.refunds, 0), coalesce(p.margins, 0),
           coalesce(p.awards, 0),
           coalesce(p.net, 0), coalesce(p.operator, 0), coalesce(p.lines, 0), coalesce(p.vat, 0))
       OR (coalesce(t.base, 0), coalesce(t.vat, 0), coalesce(t.parts, 0))
          <> (s.sales_minor + s.refunds_minor + s.margins_minor + s.awards_minor, s.vat_minor,
              coalesce(p.parts, 0))
"""

STATEMENTS_EQUAL_ENTRIES = f"""
    WITH {MOVED.format(prefix="^statement:")},
    meant AS (
      SELECT *, sales_minor + refunds_minor + margins_minor + awards_minor AS share_minor,
             charges_minor + charges_vat_minor - rebates_minor - rebates_vat_minor
               - receipts_minor AS owed_minor
      FROM settlement.statement)
    SELECT s.number, s.month, s.share_minor, s.vat_minor, s.owed_minor, s.charges_vat_minor,
           m.earned, m.payable, m.vat_input, m.owed, m.vat
    FROM meant s
    LEFT JOIN ledger.entry e ON e.reference = 'statement:' || to_char(s.month, 'YYYY-MM')
      || ':' || s.currency || ':' || s.organisation_id
    LEFT JOIN moved m ON m.entry_id = e.id
    WHERE (coalesce(m.earned, 0), coalesce(m.vat_input, 0), coalesce(m.payable, 0),
           coalesce(m.owed, 0), coalesce(m.vat, 0)) <>
          (-s.share_minor, -s.vat_minor, s.share_minor + s.vat_minor - s.owed_minor,
           s.charges_minor - s.rebates_minor - s.receipts_minor,
           s.charges_vat_minor - s.rebates_vat_minor)
       OR m.partner <> s.organisation_id::text OR m.partners > 1 OR e.month <> s.month
"""  # noqa: S608

EARNED_IS_EMPTY = """
    SELECT a.code, a.currency::text AS currency, b.month,
           b.credit_minor - b.debit_minor AS left_minor
    FROM ledger.balance b JOIN ledger.account a ON a.id = b.account_id
    WHERE a.code ~ '^partner:.*:(earned|owed)$' AND b.credit_minor <> b.debit_minor
      AND b.month <= (SELECT closed_through FROM ledger.book)
"""
