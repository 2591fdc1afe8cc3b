"""Orders and their refunds."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import operator_writes, sql_migration, tenant_policy

ID = "2026-11-23T06:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Orders of one line, refunds"

SQL = """
CREATE SCHEMA orders;
GRANT USAGE ON SCHEMA orders TO maillage_app, maillage_audit;

-- What is bought, by whom and for how much is copied once; only the payment's course changes.
CREATE TABLE orders.order (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  person_id uuid REFERENCES identity.person,
  request_key text CHECK (length(request_key) BETWEEN 1 AND 320),
  listing_id uuid NOT NULL,
  editor_id uuid NOT NULL,
  listing_name text NOT NULL CHECK (length(listing_name) BETWEEN 1 AND 200),
  channel text NOT NULL CHECK (channel IN ('marketplace', 'direct', 'isv', 'vai', 'wholesaler')),
  brought_by text NOT NULL CHECK (brought_by IN ('operator', 'partner')),
  buyer_segment text NOT NULL CHECK (buyer_segment IN
    ('individual', 'tpe', 'pme', 'eti', 'large_account', 'public_body', 'local_authority')),
  buyer_country text NOT NULL CHECK (buyer_country ~ '^[A-Z]{2}$'),
  currency core.currency NOT NULL,
  net_minor bigint NOT NULL CHECK (net_minor > 0 AND net_minor <= 1000000000000),
  vat_rate_bp integer NOT NULL CHECK (vat_rate_bp BETWEEN 0 AND 10000),
  vat_minor bigint NOT NULL CHECK (vat_minor >= 0),
  gross_minor bigint NOT NULL,
  placed_at timestamptz NOT NULL,
  state text NOT NULL DEFAULT 'placed'
    CHECK (state IN ('placed', 'checkout_open', 'paid', 'expired', 'failed')),
  attempt integer NOT NULL DEFAULT 1 CHECK (attempt >= 1),
  session_id text UNIQUE,
  checkout_url text,
  payment_intent_id text UNIQUE,
  look_at timestamptz,
  under_way_at timestamptz,
  paid_at timestamptz,
  fee_minor bigint CHECK (fee_minor >= 0),
  UNIQUE (id, organisation_id),
  FOREIGN KEY (listing_id, editor_id) REFERENCES catalogue.listing (id, organisation_id),
  CONSTRAINT no_three_decimals CHECK (currency::text <> 'KWD'),
  CONSTRAINT gross_is_net_and_vat CHECK (gross_minor = net_minor + vat_minor),
  CONSTRAINT open_has_a_page
    CHECK (state <> 'checkout_open' OR (session_id IS NOT NULL AND checkout_url IS NOT NULL)),
  CONSTRAINT paid_has_a_payment CHECK (
    (state = 'paid') = (paid_at IS NOT NULL) AND (state <> 'paid' OR payment_intent_id IS NOT NULL))
);
COMMENT ON COLUMN orders.order.person_id IS 'NULL: an API key placed it.';
COMMENT ON COLUMN orders.order.under_way_at IS
  'Since when the buyer''s bank has the payment in hand; a debit takes days.';
COMMENT ON COLUMN orders.order.look_at IS 'When a sweep asks Stripe, should no webhook come.';
CREATE INDEX order_organisation ON orders.order (organisation_id, id);
CREATE INDEX order_listing ON orders.order (listing_id, editor_id);
CREATE INDEX order_person ON orders.order (person_id) WHERE person_id IS NOT NULL;
CREATE INDEX order_look ON orders.order (look_at) WHERE look_at IS NOT NULL;
CREATE UNIQUE INDEX order_request ON orders.order (organisation_id, request_key)
  WHERE state IN ('placed', 'checkout_open');

CREATE FUNCTION orders.guard_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (
      ('placed', 'checkout_open'), ('placed', 'paid'), ('placed', 'expired'), ('placed', 'failed'),
      ('checkout_open', 'paid'), ('checkout_open', 'expired'), ('checkout_open', 'failed')) THEN
    RAISE EXCEPTION 'an order does not go from % to %', OLD.state, NEW.state
      USING ERRCODE = '55000';
  END IF;
  IF (OLD.organisation_id, OLD.listing_id, OLD.editor_id, OLD.currency::text, OLD.net_minor,
      OLD.vat_rate_bp, OLD.vat_minor, OLD.gross_minor, OLD.channel, OLD.brought_by,
      OLD.buyer_segment, OLD.buyer_country, OLD.placed_at)
     IS DISTINCT FROM
     (NEW.organisation_id, NEW.listing_id, NEW.editor_id, NEW.currency::text, NEW.net_minor,
      NEW.vat_rate_bp, NEW.vat_minor, NEW.gross_minor, NEW.channel, NEW.brought_by,
      NEW.buyer_segment, NEW.buyer_country, NEW.placed_at)
     OR (OLD.session_id IS NOT NULL AND OLD.session_id IS DISTINCT FROM NEW.session_id)
     OR (OLD.payment_intent_id IS NOT NULL
         AND OLD.payment_intent_id IS DISTINCT FROM NEW.payment_intent_id)
     OR (OLD.fee_minor IS NOT NULL AND OLD.fee_minor IS DISTINCT FROM NEW.fee_minor)
     OR (OLD.paid_at IS NOT NULL AND OLD.paid_at IS DISTINCT FROM NEW.paid_at) THEN
    RAISE EXCEPTION 'what was ordered, and how it was paid, never changes'
      USING ERRCODE = '55000';
  END IF;
  IF NEW.attempt <> OLD.attempt AND OLD.session_id IS NOT NULL THEN
    RAISE EXCEPTION 'a second page while the first may be paid' USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_order BEFORE UPDATE ON orders.order FOR EACH ROW
  EXECUTE FUNCTION orders.guard_order();

-- Who a buyer is at Stripe.
CREATE TABLE orders.customer (
  organisation_id uuid PRIMARY KEY REFERENCES partners.organisation,
  stripe_customer_id text NOT NULL UNIQUE,
  created_at timestamptz NOT NULL
);

CREATE TABLE orders.refund (
  id uuid PRIMARY KEY REFERENCES payments.operation,
  order_id uuid NOT NULL,
  organisation_id uuid NOT NULL,
  currency core.currency NOT NULL,
  net_minor bigint NOT NULL CHECK (net_minor > 0),
  vat_minor bigint NOT NULL CHECK (vat_minor >= 0),
  gross_minor bigint NOT NULL,
  reason text NOT NULL CHECK (reason IN ('duplicate', 'fraudulent', 'requested_by_customer')),
  requested_by text NOT NULL,
  requested_at timestamptz NOT NULL,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'failed')),
  stripe_refund_id text UNIQUE,
  ended_at timestamptz,
  failure text,
  FOREIGN KEY (order_id, organisation_id) REFERENCES orders.order (id, organisation_id),
  CONSTRAINT gross_is_net_and_vat CHECK (gross_minor = net_minor + vat_minor),
  CONSTRAINT ended_has_a_moment CHECK ((state = 'open') = (ended_at IS NULL)),
  CONSTRAINT done_is_known_to_stripe CHECK (state <> 'done' OR stripe_refund_id IS NOT NULL)
);
CREATE INDEX refund_order ON orders.refund (order_id, organisation_id);
CREATE INDEX refund_organisation ON orders.refund (organisation_id);
COMMENT ON COLUMN orders.refund.id IS 'Also that of its operation at Stripe.';
-- The tax of a refund depends on what was refunded before it, so they take turns.
CREATE UNIQUE INDEX one_open_refund ON orders.refund (order_id) WHERE state = 'open';

CREATE FUNCTION orders.guard_refund() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE o orders.order; net bigint; gross bigint;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (OLD.id, OLD.order_id, OLD.currency::text, OLD.net_minor, OLD.vat_minor)
       IS DISTINCT FROM (NEW.id, NEW.order_id, NEW.currency::text, NEW.net_minor, NEW.vat_minor)
       OR (OLD.stripe_refund_id IS NOT NULL
           AND OLD.stripe_refund_id IS DISTINCT FROM NEW.stripe_refund_id)
       OR OLD.state = 'done' OR (OLD.state = 'failed' AND NEW.state = 'failed') THEN
      RAISE EXCEPTION 'an ended refund never changes, nor does its amount' USING ERRCODE = '55000';
    END IF;
    IF OLD.state = 'open' THEN
      RETURN NEW;
    END IF;
    IF NEW.stripe_refund_id IS NULL THEN
      RAISE EXCEPTION 'a failed refund goes on only if Stripe has it' USING ERRCODE = '55000';
    END IF;
  END IF;
  SELECT * INTO o FROM orders.order WHERE id = NEW.order_id FOR NO KEY UPDATE;
  SELECT sum(r.net_minor), sum(r.gross_minor) INTO net, gross
    FROM orders.refund r WHERE r.order_id = o.id AND r.state <> 'failed';
  IF o.state <> 'paid' OR o.currency <> NEW.currency
     OR coalesce(net, 0) + NEW.net_minor > o.net_minor
     OR coalesce(gross, 0) + NEW.gross_minor > o.gross_minor THEN
    RAISE EXCEPTION 'only what was paid, and is left, can be refunded'
      USING ERRCODE = '23514', CONSTRAINT = 'refund_within_order';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_refund BEFORE INSERT OR UPDATE ON orders.refund FOR EACH ROW
  EXECUTE FUNCTION orders.guard_refund();

GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA orders TO maillage_app;
GRANT UPDATE (state, attempt, session_id, checkout_url, payment_intent_id, look_at, under_way_at,
  paid_at, fee_minor) ON orders.order TO maillage_app;
GRANT UPDATE (state, stripe_refund_id, ended_at, failure) ON orders.refund TO maillage_app;
GRANT SELECT ON ALL TABLES IN SCHEMA orders TO maillage_audit;
"""


async def forwards() -> MigrationManager:
    policies = "".join(tenant_policy(f"orders.{name}") for name in ("order", "customer", "refund"))
    # A buyer opens the page; that it paid, and what goes back, is written by the operator's work.
    policies += operator_writes(
        "orders.order",
        rows="NEW.state = 'paid' OR NEW.payment_intent_id IS NOT NULL OR NEW.fee_minor IS NOT NULL "
        "OR NEW.under_way_at IS NOT NULL",
    ) + operator_writes("orders.refund")
    return sql_migration("orders", ID, DESCRIPTION, SQL + policies)
