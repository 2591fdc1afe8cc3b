"""What a statement of a month still open would say."""

# A month still open: what the statement would say if no more sales came. Nothing is due yet.
DRAFTS = """
    SELECT NULL::uuid AS id, o.reference || ' ' || to_char($2::date, 'YYYY-MM') AS number,
           o.id AS organisation_id, o.reference AS partner_id, o.name AS partner_name, o.country,
           o.siren, o.vat_number, o.language, $2::date AS month, x.currency,
           coalesce(b.closing_minor, 0) AS opening_minor, x.sales_minor, x.refunds_minor,
           x.net_minor, x.operator_minor, x.line_count::int, x.hold_until, x.margins_minor,
           x.charges_minor, x.charge_count::int, x.awards_minor, x.rebates_minor, x.receipts_minor,
           NULL::timestamptz AS closed_at, NULL::bigint AS minimum_hundredths
    FROM partners.organisation o
    JOIN (SELECT currency, coalesce(sum(sales), 0)::bigint AS sales_minor,
                 coalesce(sum(refunds), 0)::bigint AS refunds_minor,
                 coalesce(sum(net), 0)::bigint AS net_minor,
                 coalesce(sum(operator), 0)::bigint AS operator_minor,
                 coalesce(sum(lines), 0) AS line_count, max(hold_until) AS hold_until,
                 coalesce(sum(margins), 0)::bigint AS margins_minor,
                 coalesce(sum(charges), 0)::bigint AS charges_minor,
                 coalesce(sum(charge_lines), 0) AS charge_count,
                 coalesce(sum(awards), 0)::bigint AS awards_minor,
                 coalesce(sum(rebates), 0)::bigint AS rebates_minor,
                 coalesce(sum(receipts), 0)::bigint AS receipts_minor
          FROM (SELECT currency::text AS currency,
                       sum(partner_minor) FILTER (WHERE kind = 'sale') AS sales,
                       sum(partner_minor) FILTER (WHERE kind = 'refund') AS refunds,
                       sum(net_minor) AS net, sum(operator_minor) AS operator,
                       count(*) AS lines, max(hold_until) AS hold_until,
                       0 AS margins, 0 AS charges, 0 AS charge_lines, 0 AS awards, 0 AS rebates,
                       0 AS receipts
                FROM sales.sale_line WHERE organisation_id = $1 AND month = $2 GROUP BY 1
                UNION ALL
                SELECT currency::text, 0, 0, 0, 0, 0, NULL, 0, sum(payable_minor), count(*), 0, 0, 0
                FROM charges.charge_line WHERE organisation_id = $1 AND month = $2 GROUP BY 1
                UNION ALL
                SELECT currency::text, 0, 0, 0, 0, 0, NULL, sum(margin_minor), 0, 0, 0, 0, 0
                FROM charges.margin WHERE organisation_id = $1 AND month = $2 GROUP BY 1
                UNION ALL
                SELECT currency::text, 0, 0, 0, 0, 0, NULL, 0, 0, 0,
                       sum(amount_minor) FILTER (WHERE kind <> 'rebate'),
                       sum(amount_minor) FILTER (WHERE kind = 'rebate'), 0
                FROM awards.award WHERE organisation_id = $1 AND month = $2 GROUP BY 1
                UNION ALL
                SELECT currency::text, 0, 0, 0, 0, 0, NULL, 0, 0, 0, 0, 0, sum(amount_minor)
                FROM receipts.receipt WHERE organisation_id = $1 AND month = $2 GROUP BY 1) AS y
          GROUP BY 1) AS x ON true
    LEFT JOIN settlement.statement b ON b.organisation_id = o.id AND b.currency::text = x.currency
      AND b.month = (SELECT max(month) FROM settlement.month_close WHERE month < $2)
    WHERE o.id = $1 ORDER BY x.currency
"""
