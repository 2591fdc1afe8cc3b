"""Stripe's balance entries against our books, as SQL that says what each entry is of ours."""

BOOKED = (
    "charge",
    "payment",
    "refund",
    "payment_refund",
    "refund_failure",
    "transfer",
    "transfer_refund",
    "topup",
)
"""Types of the platform's entries that something here posts to the ledger."""

NEVER_BOOKED = ("adjustment", "stripe_fee", "payout", "payout_failure", "payout_cancel")
"""Types of the platform's entries that stripe.md 1.12 expects, and nothing posts: people do."""

PARTNERS = ("payment", "payment_refund", "payout", "payout_failure", "payout_cancel")
"""Types of a connected account's entries (stripe.md 1.12)."""

# What each fact moved on operator:stripe: now, and as far as it was committed when $1 was taken.
# An order of several, and a joint one, is one payment there and here a sale of each owner, named
# order:<id>, order:<id>/1, order:<id>#2; its refund likewise.
_MOVED = """
    moved AS MATERIALIZED (
      SELECT fact, currency, sum(minor)::bigint AS minor,
             coalesce(sum(minor) FILTER (
               WHERE pg_visible_in_snapshot(transaction_id, $1::text::pg_snapshot)), 0)::bigint
               AS minor_then
      FROM (
        SELECT a.currency::text AS currency, e.transaction_id, m.minor,
          CASE
            WHEN e.reference LIKE 'sale:order:%' THEN substr(e.reference, 6, 42)
            WHEN e.reference LIKE 'psp_fee:%' THEN 'order:' || substr(e.reference, 9)
            WHEN e.reference ~ '^receipt_fee:' THEN 'receipt:' || substr(e.reference, 13)
            WHEN e.reference LIKE 'refund:order-refund:%'
              THEN 'refund:' || substr(e.reference, 21, 36)
            WHEN e.reference ~ '^payout:[^:]+:(transferred|executed):'
              THEN 'payout:' || split_part(e.reference, ':', 2) || ':sent'
            WHEN e.reference ~ '^payout:[^:]+:reversed:'
              THEN 'payout:' || split_part(e.reference, ':', 2) || ':back'
            ELSE e.reference END AS fact
        FROM ledger.account a
        CROSS JOIN LATERAL (
          SELECT entry_id, amount_minor AS minor FROM ledger.posting WHERE debit_id = a.id
          UNION ALL
          SELECT entry_id, -amount_minor FROM ledger.posting WHERE credit_id = a.id) AS m
        JOIN ledger.entry e ON e.id = m.entry_id
        WHERE a.code = 'operator:stripe') AS x
      GROUP BY 1, 2)
"""

# The transfers of one payout, and what came back of them, are of one fact, in their order.
_PLATFORM = f"""
    WITH {_MOVED},
    theirs AS (
      SELECT b.id, b.type, b.amount_minor, b.fee_minor, b.net_minor, b.currency,
             b.source_id, b.origin_id, b.created_at, b.matched,
        CASE
          WHEN b.type IN ('charge', 'payment')
            THEN coalesce('order:' || o.id, 'receipt:' || d.receipt_id)
          WHEN b.type = 'adjustment' THEN 'receipt:' || d.reversal_id
          WHEN b.type IN ('refund', 'payment_refund')
            THEN coalesce('refund:' || r.id, 'receipt:' || d.reversal_id)
          WHEN b.type = 'refund_failure' THEN 'refund_returned:' || r.id
          WHEN b.type = 'topup' THEN 'topup:' || b.source_id
          WHEN b.type = 'transfer' THEN t.subject || ':sent'
          WHEN b.type = 'transfer_refund' THEN t.subject || ':back' END AS fact,
        coalesce((b.amount_minor, b.currency) <> (o.gross_minor, o.currency::text)
                 OR b.fee_minor <> o.fee_minor, false)
          OR coalesce(b.type IN ('charge', 'payment') AND (
                 (b.amount_minor, b.currency) <> (d.amount_minor, d.currency::text)
                 OR b.fee_minor <> d.fee_minor), false)
          OR coalesce(
               (CASE b.type WHEN 'refund_failure' THEN b.amount_minor ELSE -b.amount_minor END,
                b.currency) <> (r.gross_minor, r.currency::text), false)
          OR coalesce(b.type = 'transfer' AND (
               -b.amount_minor <> (t.params::jsonb ->> 'amount')::bigint
               OR lower(b.currency) <> t.params::jsonb ->> 'currency'), false) AS wrong
      FROM payments.balance_entry b
      LEFT JOIN orders.order o
        ON b.type IN ('charge', 'payment') AND o.payment_intent_id = b.origin_id
      LEFT JOIN dues.payment d
        ON b.type IN ('charge', 'payment', 'adjustment', 'refund', 'payment_refund')
        AND d.intent_id = b.origin_id
      LEFT JOIN orders.refund r
        ON b.type IN ('refund', 'payment_refund', 'refund_failure')
        AND r.stripe_refund_id = b.source_id
      LEFT JOIN payments.operation t ON t.kind = 'transfer' AND t.result_id =
        CASE b.type WHEN 'transfer' THEN b.source_id WHEN 'transfer_refund' THEN b.origin_id END
      WHERE b.account = ''),
    summed AS (
      SELECT t.*, m.minor AS booked_minor,
             sum(net_minor) OVER (PARTITION BY t.fact, t.currency)::bigint AS total,
             sum(net_minor) OVER (PARTITION BY t.fact, t.currency ORDER BY t.created_at, t.id)
               ::bigint AS running
      FROM theirs t LEFT JOIN moved m ON m.fact = t.fact AND m.currency = t.currency),
    judged AS MATERIALIZED (
      SELECT *, CASE
        WHEN type IN {NEVER_BOOKED} AND fact IS NULL THEN 'never_booked'
        WHEN type NOT IN {BOOKED} AND type NOT IN {NEVER_BOOKED} THEN 'unknown'
        WHEN booked_minor IS NULL THEN 'unbooked'
        WHEN wrong THEN 'differs'
        WHEN fact NOT LIKE 'payout:%' THEN CASE WHEN total = booked_minor THEN 'booked'
                                             ELSE 'differs' END
        WHEN sign(running) = sign(booked_minor) AND abs(running) <= abs(booked_minor) THEN 'booked'
        WHEN running - net_minor = booked_minor THEN 'unbooked'
        ELSE 'differs' END AS verdict
      FROM summed)
"""  # noqa: S608

ENTRIES_OF_PLATFORM = f"""{_PLATFORM}
    SELECT id, type, net_minor, currency, source_id, created_at, matched, fact, booked_minor,
           verdict
    FROM judged WHERE verdict <> 'booked' OR matched IS NULL ORDER BY created_at, id
"""  # noqa: S608
"""$1: a snapshot of PostgreSQL, as text."""

# Both then and now, as a fact may have gone on since; what an entry already says is not said twice.
BOOKED_WITHOUT_ENTRY = f"""{_PLATFORM}
    SELECT m.fact, m.currency, m.minor_then AS booked_minor,
           coalesce(t.total, 0) AS at_stripe_minor
    FROM moved m LEFT JOIN (
      SELECT fact, currency, sum(net_minor)::bigint AS total, bool_or(verdict <> 'booked') AS told
      FROM judged GROUP BY 1, 2) AS t ON t.fact = m.fact AND t.currency = m.currency
    WHERE coalesce(t.total, 0) NOT IN (m.minor_then, m.minor) AND t.told IS NOT TRUE
    ORDER BY 1 LIMIT 1000
"""  # noqa: S608
"""$1: a snapshot taken before Stripe was asked, so Stripe's list holds all that was booked then."""

ENTRIES_OF_PARTNER = f"""
    WITH theirs AS (
      SELECT b.id, b.type, b.net_minor, b.currency, b.source_id, b.created_at,
             b.matched,
        CASE
          WHEN b.type IN ('payment', 'payment_refund') THEN 'transfer:' || o.result_id
          ELSE 'payout:' || t.payout_id || ':' || t.number END AS fact,
        CASE b.type
          WHEN 'payment' THEN CASE WHEN o.params::jsonb ->> 'destination' = b.account
            THEN (o.params::jsonb ->> 'amount')::bigint END
          WHEN 'payment_refund' THEN -CASE WHEN o.reversed_at IS NULL
            THEN coalesce(q.transfer_reversed_minor, 0)
            ELSE (o.params::jsonb ->> 'amount')::bigint END
          WHEN 'payout' THEN -p.amount_minor
          WHEN 'payout_failure' THEN CASE t.state WHEN 'failed' THEN p.amount_minor END
          WHEN 'payout_cancel' THEN CASE t.state WHEN 'canceled' THEN p.amount_minor END
          END AS booked_minor
      FROM payments.balance_entry b
      LEFT JOIN payments.balance_entry got ON b.type = 'payment_refund' AND got.type = 'payment'
        AND got.source_id = b.origin_id AND got.account = b.account
      LEFT JOIN payments.operation o ON o.kind = 'transfer' AND o.state = 'done' AND o.result_id =
        CASE b.type WHEN 'payment' THEN b.origin_id WHEN 'payment_refund' THEN got.origin_id END
      LEFT JOIN payouts.payout q ON q.transfer_id = o.result_id
      LEFT JOIN payouts.payout_attempt t
        ON b.type LIKE 'payout%' AND t.stripe_payout_id = b.source_id
      LEFT JOIN payouts.payout p ON p.id = t.payout_id AND p.stripe_account = b.account
      WHERE b.account = $1),
    summed AS (
      SELECT *, sum(net_minor) OVER (PARTITION BY fact, type ORDER BY created_at, id)::bigint
                  AS running
      FROM theirs)
    SELECT * FROM (
      SELECT id, type, net_minor, currency, source_id, created_at, matched, fact, booked_minor,
        CASE
          WHEN type NOT IN {PARTNERS} THEN 'unknown'
          WHEN booked_minor IS NULL OR booked_minor = 0 THEN 'unbooked'
          WHEN type = 'payment_refund' THEN CASE
            WHEN running >= booked_minor THEN 'booked'
            WHEN running - net_minor = booked_minor THEN 'unbooked'
            ELSE 'differs' END
          WHEN net_minor = booked_minor THEN 'booked'
          ELSE 'differs' END AS verdict
      FROM summed) AS judged
    WHERE verdict <> 'booked' OR matched IS NULL ORDER BY created_at, id
"""  # noqa: S608
"""$1: the connected account."""
