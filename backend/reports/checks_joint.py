"""Joint offers in the books: the lines of two owners are the sale, shared once, to the cent."""

# Of each sale of a joint offer, and of all refunds of it together: the whole, and what the first
# owner has of it. What the second has is the rest (money rules M3 and M5).
JOINT_LINES_ARE_THE_WHOLE = """
    WITH line AS (
      SELECT s.joint_reference AS sale, s.* FROM sales.sale_line s
      WHERE s.joint_offer_id IS NOT NULL AND s.kind = 'sale'),
    told AS (
      SELECT sale, 'sale' AS kind, joint_offer_id, partner_bp, vat_rate_bp, organisation_id,
             joint_bp, net_minor, vat_minor, partner_minor, operator_minor, joint_net_minor
      FROM line
      UNION ALL
      SELECT l.sale, 'refund', l.joint_offer_id, l.partner_bp, l.vat_rate_bp, l.organisation_id,
             l.joint_bp, -r.net_minor, -r.vat_minor, -r.partner_minor, -r.operator_minor, NULL
      FROM line l JOIN sales.sale_line r ON r.original_id = l.id),
    summed AS (
      SELECT t.sale, t.kind, j.first_bp, t.partner_bp, t.vat_rate_bp,
             max(t.joint_net_minor) AS said, sum(t.net_minor) AS net, sum(t.vat_minor) AS vat,
             sum(t.partner_minor) AS partner, sum(t.operator_minor) AS operator,
             coalesce(sum(t.partner_minor) FILTER (WHERE t.organisation_id = j.organisation_id), 0)
               AS first_partner,
             coalesce(sum(t.operator_minor) FILTER (WHERE t.organisation_id = j.organisation_id), 0)
               AS first_operator,
             coalesce(sum(t.vat_minor) FILTER (WHERE t.organisation_id = j.organisation_id), 0)
               AS first_vat,
             bool_and(CASE t.organisation_id WHEN j.organisation_id THEN t.joint_bp = j.first_bp
                      WHEN j.second_id THEN t.joint_bp = j.second_bp ELSE false END) AS owners
      FROM told t JOIN catalogue.joint_offer j ON j.id = t.joint_offer_id
      GROUP BY 1, 2, 3, 4, 5)
    SELECT * FROM summed
    WHERE NOT owners OR net <> coalesce(said, net)
       OR (partner, vat, first_partner, first_operator, first_vat) IS DISTINCT FROM (
         div(2 * net * partner_bp + 10000, 20000), div(2 * net * vat_rate_bp + 10000, 20000),
         div(2 * partner * first_bp + 10000, 20000), div(2 * operator * first_bp + 10000, 20000),
         div(2 * vat * first_bp + 10000, 20000))
"""

# Of each order of several parts: all of them, with the VAT of the whole (money rule M6), and what
# the order said when it was placed.
BUNDLE_PARTS_ARE_THE_WHOLE = """
    SELECT l.bundle_reference, sum(l.net_minor) AS net, sum(l.vat_minor) AS vat,
           max(o.net_minor) AS ordered_net, max(o.vat_minor) AS ordered_vat
    FROM sales.sale_line l
    LEFT JOIN orders.order o ON 'order:' || o.id = l.bundle_reference
    WHERE l.bundle_reference IS NOT NULL AND l.kind = 'sale'
    GROUP BY 1
    HAVING (sum(l.net_minor), sum(l.vat_minor))
           IS DISTINCT FROM (max(o.net_minor), max(o.vat_minor))
       OR max(l.vat_rate_bp) <> min(l.vat_rate_bp)
       OR sum(l.vat_minor) <> div(2 * sum(l.net_minor) * max(l.vat_rate_bp) + 10000, 20000)
"""
