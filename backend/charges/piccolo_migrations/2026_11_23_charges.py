"""Charges for infrastructure, how each was priced, and the credits that paid of them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import own, reading_policy, sql_migration

ID = "2026-11-23T12:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Charges, their pieces, wholesalers' margins; start-up credits"

# organisation_id pays; consumer_id is whom the file named. They differ where a wholesaler buys
# what its sub-reseller uses, and only the payer may see what it costs.
LINES = """
CREATE SCHEMA charges;
GRANT USAGE ON SCHEMA charges TO maillage_app, maillage_audit;

CREATE TABLE charges.charge_line (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  reference text NOT NULL CHECK (length(reference) BETWEEN 1 AND 100),
  kind text NOT NULL CHECK (kind IN ('charge', 'refund')),
  original_id bigint REFERENCES charges.charge_line,
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  consumer_id uuid NOT NULL REFERENCES partners.organisation,
  end_customer text NOT NULL CHECK (length(end_customer) <= 100),
  end_customer_id uuid REFERENCES partners.organisation,
  charged_on date NOT NULL,
  used_from timestamptz NOT NULL,
  used_to timestamptz NOT NULL,
  month date NOT NULL CHECK (extract(day FROM month) = 1),
  is_late boolean NOT NULL,
  environment text NOT NULL CHECK (environment IN ('start', 'enterprise', 'critical')),
  resource text NOT NULL CHECK (length(resource) BETWEEN 1 AND 100),
  quantity numeric(18, 6),
  unit_price numeric(18, 6),
  currency core.currency NOT NULL,
  list_minor bigint NOT NULL CHECK (abs(list_minor) <= 1000000000000),
  discount_minor bigint NOT NULL,
  net_minor bigint NOT NULL,
  credit_minor bigint NOT NULL,
  payable_minor bigint NOT NULL,
  stream_code text NOT NULL
    CHECK (stream_code IN ('DIR', 'E1', 'E2', 'V1', 'V2', 'RSL', 'WHS')),
  capture_mode text NOT NULL DEFAULT 'usage' CHECK (capture_mode = 'usage'),
  vat_category text NOT NULL CHECK (vat_category IN ('S', 'AE', 'O', 'E', 'Z', 'G')),
  vat_rate_bp integer NOT NULL CHECK (vat_rate_bp BETWEEN 0 AND 10000),
  source text NOT NULL CHECK (source IN ('import', 'metering')),
  recorded_at timestamptz NOT NULL,
  UNIQUE (consumer_id, reference),
  CONSTRAINT lasts CHECK (used_from < used_to),
  CONSTRAINT month_of_use_or_later CHECK (month >= date_trunc('month', charged_on::timestamp)::date
    AND is_late = (month > date_trunc('month', charged_on::timestamp)::date)),
  CONSTRAINT list_less_discount_is_net CHECK (list_minor - discount_minor = net_minor),
  CONSTRAINT net_less_credit_is_payable CHECK (net_minor - credit_minor = payable_minor),
  CONSTRAINT list_is_rounded_once CHECK (kind <> 'charge' OR list_minor = round(
    quantity * unit_price * CASE currency::text WHEN 'JPY' THEN 1 WHEN 'KWD' THEN 1000
                                                ELSE 100 END)),
  CONSTRAINT signs CHECK (
    CASE kind WHEN 'charge' THEN original_id IS NULL AND quantity > 0 AND unit_price >= 0
                AND quantity IS NOT NULL AND unit_price IS NOT NULL
                AND least(list_minor, discount_minor, net_minor, credit_minor, payable_minor) >= 0
              ELSE original_id IS NOT NULL AND quantity IS NULL AND unit_price IS NULL
                AND net_minor < 0
                AND greatest(list_minor, discount_minor, credit_minor, payable_minor) <= 0 END)
);
CREATE INDEX charge_line_statement ON charges.charge_line (organisation_id, month, currency);
CREATE INDEX charge_line_used ON charges.charge_line (consumer_id, charged_on);
CREATE INDEX charge_line_month ON charges.charge_line (month, currency);
CREATE INDEX charge_line_original ON charges.charge_line (original_id)
  WHERE original_id IS NOT NULL;
CREATE INDEX charge_line_end_customer ON charges.charge_line (end_customer_id)
  WHERE end_customer_id IS NOT NULL;
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON charges.charge_line
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
CREATE TRIGGER guard_month AFTER INSERT ON charges.charge_line REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.guard_month();

-- How the price of a charge came about: one row for each stretch of its time with other terms.
CREATE TABLE charges.charge_piece (
  line_id bigint NOT NULL REFERENCES charges.charge_line,
  position smallint NOT NULL CHECK (position > 0),
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  basis text NOT NULL CHECK (basis IN ('list', 'level', 'isv_rate')),
  level text,
  matrix_id uuid NOT NULL REFERENCES programmes.matrix,
  rate_bp integer NOT NULL CHECK (rate_bp BETWEEN 0 AND 10000),
  points_bp integer NOT NULL CHECK (points_bp BETWEEN 0 AND 10000),
  cap_bp integer NOT NULL CHECK (cap_bp BETWEEN 0 AND 10000),
  list_minor bigint NOT NULL CHECK (list_minor >= 0),
  discount_minor bigint NOT NULL CHECK (discount_minor >= 0),
  points_minor bigint NOT NULL CHECK (points_minor >= 0),
  PRIMARY KEY (line_id, position),
  CONSTRAINT lasts CHECK (starts_at < ends_at),
  CONSTRAINT level_or_none CHECK ((basis = 'level') = (level IS NOT NULL)),
  CONSTRAINT nothing_at_list CHECK (basis <> 'list' OR rate_bp = 0),
  CONSTRAINT rounded_half_up CHECK (
    discount_minor = div(2::numeric * list_minor * least(rate_bp, cap_bp) + 10000, 20000)
    AND discount_minor + points_minor
      = div(2::numeric * list_minor * least(rate_bp + points_bp, cap_bp) + 10000, 20000))
);
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON charges.charge_piece
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

CREATE FUNCTION charges.guard_pieces() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE bad bigint;
BEGIN
  SELECT l.id INTO bad
    FROM (SELECT line_id, sum(list_minor) AS list, sum(discount_minor + points_minor) AS discount,
                 min(starts_at) AS starts_at, max(ends_at) AS ends_at
          FROM charges.charge_piece WHERE line_id IN (SELECT line_id FROM added)
          GROUP BY line_id) AS p
    JOIN charges.charge_line l ON l.id = p.line_id
    WHERE (l.kind, l.list_minor, l.discount_minor, l.used_from, l.used_to)
          IS DISTINCT FROM ('charge', p.list, p.discount, p.starts_at, p.ends_at)
    LIMIT 1;
  IF bad IS NOT NULL THEN
    RAISE EXCEPTION 'the pieces of charge % are not the whole of it', bad
      USING ERRCODE = '23514', CONSTRAINT = 'pieces_are_the_whole';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER guard_pieces AFTER INSERT ON charges.charge_piece REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION charges.guard_pieces();

-- What the operator pays a wholesaler of what it invoices the sub-reseller (money rule e). It
-- says all that the wholesaler may know of the charge, which itself it does not see.
CREATE TABLE charges.margin (
  line_id bigint PRIMARY KEY REFERENCES charges.charge_line,
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  consumer_id uuid NOT NULL REFERENCES partners.organisation,
  reseller text NOT NULL,
  reference text NOT NULL,
  charged_on date NOT NULL,
  environment text NOT NULL,
  month date NOT NULL CHECK (extract(day FROM month) = 1),
  currency core.currency NOT NULL,
  points_bp integer NOT NULL CHECK (points_bp BETWEEN 0 AND 10000),
  margin_minor bigint NOT NULL CHECK (margin_minor <> 0),
  vat_category text NOT NULL CHECK (vat_category IN ('S', 'AE', 'O', 'E', 'Z', 'G')),
  vat_rate_bp integer NOT NULL CHECK (vat_rate_bp BETWEEN 0 AND 10000)
);
CREATE INDEX margin_consumer ON charges.margin (consumer_id);
CREATE INDEX margin_statement ON charges.margin (organisation_id, month, currency);
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON charges.margin
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
CREATE TRIGGER guard_month AFTER INSERT ON charges.margin REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.guard_month();

-- Refunds of one charge take turns; together they never exceed it, and the whole leaves no cent.
CREATE FUNCTION charges.guard_refund() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE o charges.charge_line; list bigint; net bigint; credit bigint; payable bigint;
BEGIN
  SELECT * INTO o FROM charges.charge_line WHERE id = NEW.original_id FOR UPDATE;
  IF o.kind <> 'charge'
     OR (o.organisation_id, o.consumer_id, o.end_customer, o.environment, o.resource,
         o.currency::text, o.stream_code, o.vat_category, o.vat_rate_bp)
        IS DISTINCT FROM
        (NEW.organisation_id, NEW.consumer_id, NEW.end_customer, NEW.environment, NEW.resource,
         NEW.currency::text, NEW.stream_code, NEW.vat_category, NEW.vat_rate_bp) THEN
    RAISE EXCEPTION 'a refund copies the terms of its charge'
      USING ERRCODE = '23514', CONSTRAINT = 'refund_copies_terms';
  END IF;
  IF NEW.charged_on < o.charged_on OR NEW.month < o.month THEN
    RAISE EXCEPTION 'a refund comes after its charge'
      USING ERRCODE = '23514', CONSTRAINT = 'refund_after_charge';
  END IF;
  SELECT coalesce(sum(l.list_minor), 0), coalesce(sum(l.net_minor), 0),
         coalesce(sum(l.credit_minor), 0), coalesce(sum(l.payable_minor), 0)
    INTO list, net, credit, payable
    FROM charges.charge_line l WHERE l.original_id = o.id;
  list := o.list_minor + list + NEW.list_minor;
  net := o.net_minor + net + NEW.net_minor;
  credit := o.credit_minor + credit + NEW.credit_minor;
  payable := o.payable_minor + payable + NEW.payable_minor;
  IF least(list, net, credit, payable) < 0
     OR (net = 0 AND (list, credit, payable) <> (0, 0, 0)) THEN
    RAISE EXCEPTION 'refunds exceed the charge or leave a cent behind'
      USING ERRCODE = '23514', CONSTRAINT = 'refund_within_charge';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_refund BEFORE INSERT ON charges.charge_line FOR EACH ROW
  WHEN (NEW.kind = 'refund') EXECUTE FUNCTION charges.guard_refund();
"""

CREDITS = """
CREATE TABLE charges.credit_grant (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  currency core.currency NOT NULL,
  amount_minor bigint NOT NULL CHECK (amount_minor BETWEEN 1 AND 1000000000000),
  granted_on date NOT NULL,
  expires_on date NOT NULL,
  reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
  actor text NOT NULL,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT lasts CHECK (granted_on <= expires_on)
);
CREATE INDEX credit_grant_organisation ON charges.credit_grant (organisation_id, expires_on);

-- What a grant still has: written by the triggers below alone.
CREATE TABLE charges.credit_balance (
  grant_id uuid PRIMARY KEY REFERENCES charges.credit_grant,
  amount_minor bigint NOT NULL,
  left_minor bigint NOT NULL,
  CONSTRAINT credits_are_never_negative CHECK (left_minor >= 0),
  CONSTRAINT no_more_than_was_granted CHECK (left_minor <= amount_minor)
);

-- 'lapse' would have come back to a grant that has expired.
CREATE TABLE charges.credit_use (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  grant_id uuid NOT NULL REFERENCES charges.credit_grant,
  line_id bigint NOT NULL REFERENCES charges.charge_line,
  kind text NOT NULL CHECK (kind IN ('use', 'return', 'lapse')),
  amount_minor bigint NOT NULL,
  UNIQUE (line_id, grant_id),
  CONSTRAINT signs CHECK ((kind = 'use') = (amount_minor > 0) AND amount_minor <> 0)
);
CREATE INDEX credit_use_grant ON charges.credit_use (grant_id);

CREATE TABLE charges.credit_warning (
  grant_id uuid NOT NULL REFERENCES charges.credit_grant,
  days smallint NOT NULL CHECK (days IN (30, 7)),
  warned_at timestamptz NOT NULL,
  PRIMARY KEY (grant_id, days)
);
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON charges.credit_grant
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON charges.credit_use
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON charges.credit_warning
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

CREATE FUNCTION charges.open_balance() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO charges.credit_balance VALUES (NEW.id, NEW.amount_minor, NEW.amount_minor);
  RETURN NULL;
END $$;
CREATE TRIGGER open_balance AFTER INSERT ON charges.credit_grant
  FOR EACH ROW EXECUTE FUNCTION charges.open_balance();

CREATE FUNCTION charges.guard_use() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE g charges.credit_grant; l charges.charge_line;
BEGIN
  SELECT * INTO g FROM charges.credit_grant WHERE id = NEW.grant_id;
  SELECT * INTO l FROM charges.charge_line WHERE id = NEW.line_id;
  IF (g.organisation_id, g.currency::text) IS DISTINCT FROM (l.organisation_id, l.currency::text)
     OR (NEW.kind = 'use') <> (l.kind = 'charge') THEN
    RAISE EXCEPTION 'grant % does not pay for charge %', g.id, l.id
      USING ERRCODE = '23514', CONSTRAINT = 'own_credit';
  END IF;
  IF (CASE NEW.kind WHEN 'use' THEN l.charged_on NOT BETWEEN g.granted_on AND g.expires_on
                    WHEN 'return' THEN l.charged_on > g.expires_on
                    ELSE l.charged_on <= g.expires_on END) THEN
    RAISE EXCEPTION 'grant % runs from % to %', g.id, g.granted_on, g.expires_on
      USING ERRCODE = '23514', CONSTRAINT = 'credit_while_it_runs';
  END IF;
  IF NEW.kind <> 'lapse' THEN
    UPDATE charges.credit_balance SET left_minor = left_minor - NEW.amount_minor
      WHERE grant_id = g.id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER guard_use AFTER INSERT ON charges.credit_use
  FOR EACH ROW EXECUTE FUNCTION charges.guard_use();

-- What a line says that credits paid of it, credits paid.
CREATE FUNCTION charges.guard_credit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE line bigint := CASE TG_TABLE_NAME WHEN 'credit_use' THEN (to_jsonb(NEW)->>'line_id')::bigint
                                          ELSE (to_jsonb(NEW)->>'id')::bigint END;
BEGIN
  IF (SELECT credit_minor FROM charges.charge_line WHERE id = line) <>
     (SELECT coalesce(sum(amount_minor), 0) FROM charges.credit_use WHERE line_id = line) THEN
    RAISE EXCEPTION 'the credits of charge % are not its credit', line
      USING ERRCODE = '23514', CONSTRAINT = 'credits_sum_to_the_credit';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER guard_credit AFTER INSERT ON charges.charge_line
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.credit_minor <> 0)
  EXECUTE FUNCTION charges.guard_credit();
CREATE CONSTRAINT TRIGGER guard_credit AFTER INSERT ON charges.credit_use
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION charges.guard_credit();

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA charges FROM PUBLIC;
GRANT SELECT, INSERT ON charges.charge_line, charges.charge_piece, charges.margin,
  charges.credit_grant, charges.credit_use, charges.credit_warning TO maillage_app;
GRANT SELECT ON charges.credit_balance TO maillage_app;
GRANT SELECT ON ALL TABLES IN SCHEMA charges TO maillage_audit;
"""

MINE = own("organisation_id")
OF_A_LINE = "line_id IN (SELECT id FROM charges.charge_line)"
OF_A_GRANT = "grant_id IN (SELECT id FROM charges.credit_grant)"


async def forwards() -> MigrationManager:
    walls = "".join(
        [
            reading_policy("charges.charge_line", MINE),
            reading_policy("charges.charge_piece", OF_A_LINE),
            reading_policy("charges.margin", MINE),
            reading_policy("charges.credit_grant", MINE),
            reading_policy("charges.credit_balance", OF_A_GRANT),
            reading_policy("charges.credit_use", OF_A_GRANT),
            reading_policy("charges.credit_warning"),
        ]
    )
    return sql_migration("charges", ID, DESCRIPTION, LINES + CREDITS + walls)
