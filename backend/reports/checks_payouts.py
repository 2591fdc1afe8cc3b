"""Invariants of payouts, as SQL that answers what breaks them."""

SENT = """(p.state IN ('transferred', 'payout_pending', 'in_transit', 'paid', 'final')
          OR p.transfer_id IS NOT NULL)"""

# Where the books must have a payout's money, from its state (ground rule 24).
PLACES = f"""
    places AS (
      SELECT p.*,
        CASE WHEN p.state = 'planned' OR {SENT} THEN p.amount_minor - p.transfer_reversed_minor
          ELSE 0 END AS taken,
        CASE WHEN p.state = 'planned' THEN p.amount_minor ELSE 0 END AS should_transit,
        CASE WHEN p.state NOT IN ('paid', 'final') AND {SENT} THEN p.amount_minor ELSE 0 END
          - p.transfer_reversed_minor AS should_stripe
      FROM payouts.payout p)
"""  # noqa: S608

MONEY_WHERE_STATE_SAYS = f"""
    WITH {PLACES},
    moved AS (
      SELECT x.payout_id,
        coalesce(sum(m.minor) FILTER (WHERE a.code LIKE 'partner:%:payable'), 0) AS payable,
        coalesce(sum(m.minor) FILTER (WHERE a.code LIKE 'partner:%:in_transit'), 0) AS in_transit,
        coalesce(sum(m.minor) FILTER (WHERE a.code LIKE 'partner:%:at_stripe'), 0) AS at_stripe,
        coalesce(sum(m.minor) FILTER (WHERE a.code = 'operator:stripe_connected'), 0) AS connected,
        coalesce(sum(m.minor) FILTER (WHERE a.code = 'operator:stripe'), 0) AS stripe,
        min(split_part(a.code, ':', 2)) FILTER (WHERE a.code LIKE 'partner:%') AS partner,
        count(DISTINCT split_part(a.code, ':', 2)) FILTER (WHERE a.code LIKE 'partner:%')
          AS partners
      FROM (SELECT id, split_part(reference, ':', 2) AS payout_id FROM ledger.entry
            WHERE reference LIKE 'payout:%') AS x
      JOIN ledger.posting q ON q.entry_id = x.id
      CROSS JOIN LATERAL (VALUES (q.credit_id, q.amount_minor), (q.debit_id, -q.amount_minor))
        AS m (account_id, minor)
      JOIN ledger.account a ON a.id = m.account_id
      GROUP BY 1)
    SELECT coalesce(p.id::text, m.payout_id) AS payout_id, p.state, p.transfer_id, p.amount_minor,
           m.payable, m.in_transit, m.at_stripe, m.connected, m.stripe
    FROM places p FULL JOIN moved m ON m.payout_id = p.id::text
    WHERE p.id IS NULL OR m.partner <> p.organisation_id::text OR m.partners > 1
       OR (coalesce(m.payable, 0), coalesce(m.in_transit, 0), coalesce(m.at_stripe, 0),
           coalesce(m.connected, 0), coalesce(m.stripe, 0))
          <> (-p.taken, p.should_transit, p.should_stripe, -p.should_stripe,
              p.taken - p.should_transit)
"""  # noqa: S608

PARTNERS_ARE_OWED = f"""
    WITH {PLACES},
    expected AS (
      SELECT organisation_id, currency, sum(payable) AS payable, sum(in_transit) AS in_transit,
             sum(at_stripe) AS at_stripe
      FROM (SELECT organisation_id, currency, sales_minor + refunds_minor + margins_minor
                   + awards_minor + vat_minor - charges_minor - charges_vat_minor
                   + rebates_minor + rebates_vat_minor + receipts_minor AS payable,
                   0 AS in_transit, 0 AS at_stripe FROM settlement.statement
            UNION ALL
            SELECT organisation_id, currency, -taken, should_transit, should_stripe FROM places)
        AS x GROUP BY 1, 2),
    wanted AS (
      SELECT 'partner:' || organisation_id || ':' || v.kind AS code, currency, v.minor
      FROM expected, LATERAL (VALUES ('payable', payable), ('in_transit', in_transit),
                                     ('at_stripe', at_stripe)) AS v (kind, minor)),
    stored AS (
      SELECT a.code, a.currency, sum(b.credit_minor - b.debit_minor) AS minor
      FROM ledger.account a JOIN ledger.balance b ON b.account_id = a.id
      WHERE a.code ~ '^partner:[^:]+:(payable|in_transit|at_stripe)$' GROUP BY 1, 2)
    SELECT code, currency::text AS currency, w.minor AS wanted_minor, s.minor AS stored_minor
    FROM wanted w FULL JOIN stored s USING (code, currency)
    WHERE coalesce(w.minor, 0) <> coalesce(s.minor, 0)
"""  # noqa: S608

PAID_ONCE = """
    SELECT 'two payouts of one statement' AS fault, statement_id::text AS subject, count(*)
    FROM payouts.payout GROUP BY 2 HAVING count(*) > 1
    UNION ALL
    SELECT 'two transfers that stand', subject, count(*)
    FROM payments.operation
    WHERE kind = 'transfer' AND state <> 'rejected' AND reversed_at IS NULL
    GROUP BY 2 HAVING count(*) > 1
    UNION ALL
    SELECT 'two bank payouts that stand', payout_id::text, count(*)
    FROM payouts.payout_attempt WHERE state NOT IN ('failed', 'canceled')
    GROUP BY 2 HAVING count(*) > 1
    UNION ALL
    SELECT 'a bank payout of a payout that does not know it', t.payout_id::text, t.number
    FROM payouts.payout_attempt t JOIN payouts.payout p ON p.id = t.payout_id
    WHERE t.number > p.attempt_count
       OR (t.number = p.attempt_count AND p.state IN ('paid', 'final') AND t.state <> 'paid')
"""

NOT_ABOVE_STATEMENT = """
    SELECT p.id AS payout_id, s.number, p.amount_minor, s.due_minor, o.params
    FROM payouts.payout p
    LEFT JOIN settlement.statement s ON s.id = p.statement_id
    LEFT JOIN payments.operation o ON o.id = p.transfer_operation_id
    WHERE (p.amount_minor, p.organisation_id, p.currency)
          IS DISTINCT FROM (s.due_minor, s.organisation_id, s.currency)
       OR (o.id IS NOT NULL AND (o.params::jsonb ->> 'amount', o.params::jsonb ->> 'currency')
           IS DISTINCT FROM (p.amount_minor::text, lower(p.currency)))
"""

ALLOWED = f"""
    SELECT p.id AS payout_id, p.state, v.verification, a.stripe_account,
           o.params::jsonb ->> 'destination' AS destination, s.hold_until, x.planned_at
    FROM payouts.payout p
    JOIN settlement.statement s ON s.id = p.statement_id
    JOIN partners.organisation v ON v.id = p.organisation_id
    LEFT JOIN payments.connected_account a ON a.organisation_id = p.organisation_id
    LEFT JOIN payments.operation o ON o.id = p.transfer_operation_id
    LEFT JOIN LATERAL (SELECT min(at) AS planned_at FROM payouts.payout_step
                       WHERE payout_id = p.id AND state = 'planned') AS x ON true
    WHERE (p.state = 'planned' OR {SENT})
      AND (v.verification <> 'verified' OR x.planned_at < s.hold_until OR x.planned_at IS NULL
           OR a.stripe_account IS DISTINCT FROM p.stripe_account
           OR o.params::jsonb ->> 'destination' IS DISTINCT FROM p.stripe_account)
"""  # noqa: S608

# $1 to $6: what Stripe has, as arrays; $7: when that list was begun. A transfer that is being sent,
# or was made after the list, is no fault.
TRANSFERS = """
    WITH theirs AS (
      SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::text[],
                           $6::text[])
        AS t (id, destination, amount_minor, reversed_minor, currency, operation)),
    ours AS (
      SELECT o.result_id AS id, o.id AS operation_id, o.ended_at, o.reversed_at,
             o.params::jsonb ->> 'destination' AS destination,
             (o.params::jsonb ->> 'amount')::bigint AS amount_minor,
             upper(o.params::jsonb ->> 'currency') AS currency,
             CASE WHEN o.reversed_at IS NULL THEN coalesce(p.transfer_reversed_minor, 0)
               ELSE (o.params::jsonb ->> 'amount')::bigint END AS reversed_minor
      FROM payments.operation o LEFT JOIN payouts.payout p ON p.transfer_id = o.result_id
      WHERE o.kind = 'transfer' AND o.state = 'done')
    SELECT coalesce(t.id, o.id) AS transfer_id, o.operation_id, t.destination,
           t.amount_minor AS amount_at_stripe_minor, t.reversed_minor,
           o.amount_minor AS amount_here_minor, o.reversed_minor AS reversed_here_minor, o.ended_at
    FROM theirs t FULL JOIN ours o ON o.id = t.id
    WHERE (t.id IS NULL AND o.ended_at < $7)
       OR (o.id IS NULL AND NOT EXISTS (
             SELECT FROM payments.operation x
             WHERE x.id::text = t.operation AND x.state IN ('sending', 'reconcile')))
       OR (t.id = o.id AND (
             (t.destination, t.amount_minor, t.currency, t.reversed_minor)
               IS DISTINCT FROM (o.destination, o.amount_minor, o.currency, o.reversed_minor)))
    LIMIT 1000
"""
