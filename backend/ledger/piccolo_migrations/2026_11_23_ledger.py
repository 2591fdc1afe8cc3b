"""The ledger and its one door."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import reading_policy, sql_migration

ID = "2026-11-23T06:02:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Accounts, entries, postings, balances; post, open_month, close_month"

TABLES = """
CREATE SCHEMA ledger;
GRANT USAGE ON SCHEMA ledger TO maillage_app, maillage_audit;

CREATE TABLE ledger.account (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code text NOT NULL CHECK (code ~ '^[a-z_]+(:[a-z0-9_-]+)+$' AND length(code) <= 120),
  currency core.currency NOT NULL,
  UNIQUE (code, currency)
);

-- One row: every month up to closed_through is closed.
CREATE TABLE ledger.book (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  closed_through date CHECK (extract(day FROM closed_through) = 1)
);
INSERT INTO ledger.book DEFAULT VALUES;

CREATE TABLE ledger.entry (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  reference text NOT NULL UNIQUE CHECK (length(reference) BETWEEN 1 AND 200),
  month date NOT NULL CHECK (extract(day FROM month) = 1),
  effective_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id()
);

-- References to entry and account are checked by the trigger below, for all rows of a statement
-- at once; a foreign key would check each row by itself, three times.
CREATE TABLE ledger.posting (
  entry_id bigint NOT NULL,
  line smallint NOT NULL,
  debit_id bigint NOT NULL,
  credit_id bigint NOT NULL,
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  currency core.currency NOT NULL,
  PRIMARY KEY (entry_id, line),
  CONSTRAINT two_accounts CHECK (debit_id <> credit_id)
);
CREATE INDEX posting_debit ON ledger.posting (debit_id);
CREATE INDEX posting_credit ON ledger.posting (credit_id);

CREATE TABLE ledger.balance (
  account_id bigint NOT NULL REFERENCES ledger.account,
  month date NOT NULL,
  debit_minor bigint NOT NULL CHECK (debit_minor >= 0),
  credit_minor bigint NOT NULL CHECK (credit_minor >= 0),
  PRIMARY KEY (account_id, month)
) WITH (fillfactor = 50);
CREATE INDEX balance_month ON ledger.balance (month);
"""

GUARD = """
CREATE FUNCTION ledger.guard_posting() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE fault text;
  -- Dynamic, so that neither a plan made for three rows serves a million nor the reverse.
  check_rows constant text := $q$
    SELECT CASE
      WHEN e.id IS NULL THEN 'posting without an entry'
      WHEN e.transaction_id <> pg_current_xact_id() THEN 'entry ' || e.reference || ' is sealed'
      WHEN d.id IS NULL OR c.id IS NULL THEN 'posting to an unknown account'
      ELSE 'account in another currency than the posting' END
    FROM added a
    LEFT JOIN ledger.entry e ON e.id = a.entry_id
    LEFT JOIN ledger.account d ON d.id = a.debit_id
    LEFT JOIN ledger.account c ON c.id = a.credit_id
    WHERE e.id IS NULL OR e.transaction_id <> pg_current_xact_id()
       OR (d.currency::text = a.currency::text AND c.currency::text = a.currency::text) IS NOT TRUE
    LIMIT 1 $q$;
  keep_balances constant text := $q$
    INSERT INTO ledger.balance AS b (account_id, month, debit_minor, credit_minor)
    SELECT s.account_id, s.month, s.debit, s.credit FROM (
      SELECT x.account_id, e.month, sum(x.debit)::bigint AS debit, sum(x.credit)::bigint AS credit
      FROM (SELECT entry_id, debit_id AS account_id, amount_minor AS debit, 0 AS credit FROM added
            UNION ALL
            SELECT entry_id, credit_id, 0, amount_minor FROM added) AS x
      JOIN ledger.entry e ON e.id = x.entry_id
      GROUP BY 1, 2) AS s
    ORDER BY s.account_id, s.month   -- one order for everybody: no deadlock
    ON CONFLICT (account_id, month) DO UPDATE
      SET debit_minor = b.debit_minor + excluded.debit_minor,
          credit_minor = b.credit_minor + excluded.credit_minor $q$;
BEGIN
  EXECUTE check_rows INTO fault;
  IF fault IS NOT NULL THEN
    RAISE EXCEPTION '%', fault USING ERRCODE = '23514', CONSTRAINT = 'posting_is_sound';
  END IF;
  EXECUTE keep_balances;
  RETURN NULL;
END $$;
CREATE TRIGGER guard AFTER INSERT ON ledger.posting REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.guard_posting();

-- Writers share this lock until they commit, a close has it alone. It queues: a close waits for
-- the writers under way, later ones wait behind it. (Share locks on the row of ledger.book let
-- later writers overtake: under steady sales a close never got its turn.)
CREATE FUNCTION ledger.share_book() RETURNS date
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(7402019002);
  RETURN (SELECT closed_through FROM ledger.book);
END $$;
CREATE FUNCTION ledger.hold_close() RETURNS date
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7402019002);
  RETURN (SELECT closed_through FROM ledger.book);
END $$;

-- For every table whose rows belong to a month: a closed one takes no more.
CREATE FUNCTION ledger.guard_month() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE closed constant date := ledger.share_book(); late date;
BEGIN
  SELECT min(month) INTO late FROM added;
  IF late <= closed THEN
    RAISE EXCEPTION 'month % is closed', to_char(late, 'YYYY-MM') USING ERRCODE = '55000';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER guard AFTER INSERT ON ledger.entry REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.guard_month();

CREATE FUNCTION ledger.guard_book() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.closed_through IS NULL
     OR NEW.closed_through <> (OLD.closed_through + interval '1 month')::date THEN
    RAISE EXCEPTION 'months close in order' USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE UPDATE ON ledger.book
  FOR EACH ROW EXECUTE FUNCTION ledger.guard_book();
CREATE TRIGGER no_change BEFORE DELETE OR TRUNCATE ON ledger.book
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.entry
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.posting
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.account
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
"""

DOOR = """
CREATE FUNCTION ledger.post(
  p_references text[], p_months date[], p_effective_at timestamptz[],
  p_entries int[], p_debits text[], p_credits text[], p_amounts bigint[], p_currencies text[]
) RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE wanted constant int := cardinality(p_references); new int; ids bigint[]; other text;
  -- Dynamic, so that it is planned for as many lines as there are.
  other_lines constant text := $q$
    WITH given AS (
      SELECT g.reference, l.debit, l.credit, l.amount_minor, l.currency,
             row_number() OVER (PARTITION BY g.number ORDER BY l.position) AS line
      FROM unnest($1, $2) WITH ORDINALITY AS g (reference, id, number)
      JOIN unnest($3, $4, $5, $6, $7)
        WITH ORDINALITY AS l (entry, debit, credit, amount_minor, currency, position)
        ON l.entry = g.number
      WHERE g.id = 0
    ), stored AS (
      SELECT e.reference, d.code AS debit, c.code AS credit, p.amount_minor,
             p.currency::text AS currency, p.line::bigint AS line
      FROM ledger.entry e JOIN ledger.posting p ON p.entry_id = e.id
      JOIN ledger.account d ON d.id = p.debit_id JOIN ledger.account c ON c.id = p.credit_id
      WHERE e.reference IN (SELECT reference FROM given)
    )
    SELECT reference FROM (
      (TABLE given EXCEPT TABLE stored) UNION ALL (TABLE stored EXCEPT TABLE given)) AS x
    LIMIT 1 $q$;
BEGIN
  PERFORM core.check_operator();
  INSERT INTO ledger.account (code, currency)
    SELECT w.code, w.currency
    FROM (SELECT unnest(p_debits) AS code, unnest(p_currencies) AS currency
          UNION SELECT unnest(p_credits), unnest(p_currencies)) AS w
    WHERE NOT EXISTS (SELECT FROM ledger.account a
                      WHERE a.code = w.code AND a.currency::text = w.currency)
    ORDER BY 1, 2
    ON CONFLICT DO NOTHING;

  -- Ids are drawn first, so that lines find their entry by position: ids[n] takes no search.
  ids := ARRAY(SELECT nextval('ledger.entry_id_seq') FROM generate_series(1, wanted));
  INSERT INTO ledger.entry (id, reference, month, effective_at) OVERRIDING SYSTEM VALUE
    SELECT * FROM unnest(ids, p_references, p_months, p_effective_at)
    ON CONFLICT (reference) DO NOTHING;
  GET DIAGNOSTICS new = ROW_COUNT;
  IF new < wanted THEN
    ids := ARRAY(SELECT CASE WHEN EXISTS (SELECT FROM ledger.entry e WHERE e.id = u.id)
                             THEN u.id ELSE 0 END
                 FROM unnest(ids) WITH ORDINALITY AS u (id, number) ORDER BY u.number);
  END IF;

  INSERT INTO ledger.posting (entry_id, line, debit_id, credit_id, amount_minor, currency)
    SELECT ids[l.entry], row_number() OVER (PARTITION BY l.entry ORDER BY l.position),
           d.id, c.id, l.amount_minor, l.currency
    FROM unnest(p_entries, p_debits, p_credits, p_amounts, p_currencies)
      WITH ORDINALITY AS l (entry, debit, credit, amount_minor, currency, position)
    JOIN ledger.account d ON d.code = l.debit AND d.currency::text = l.currency
    JOIN ledger.account c ON c.code = l.credit AND c.currency::text = l.currency
    WHERE ids[l.entry] <> 0;

  IF new < wanted THEN
    -- Some references stood already: their lines must be the ones given.
    EXECUTE other_lines INTO other
      USING p_references, ids, p_entries, p_debits, p_credits, p_amounts, p_currencies;
    IF other IS NOT NULL THEN
      RAISE EXCEPTION 'reference % was used with other lines', other
        USING ERRCODE = '23505', CONSTRAINT = 'entry_reference_key', DETAIL = other;
    END IF;
  END IF;
  RETURN new;
END $$;

CREATE FUNCTION ledger.open_month(p_wanted date) RETURNS date
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT greatest(p_wanted, (ledger.share_book() + interval '1 month')::date)
$$;

CREATE FUNCTION ledger.close_month(p_month date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM core.check_operator();
  PERFORM ledger.hold_close();
  UPDATE ledger.book SET closed_through = p_month;
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ledger FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.post, ledger.open_month, ledger.hold_close, ledger.close_month
  TO maillage_app;
GRANT SELECT ON ALL TABLES IN SCHEMA ledger TO maillage_app, maillage_audit;
"""


async def forwards() -> MigrationManager:
    tables = ("account", "entry", "posting", "balance")
    walls = "".join(reading_policy(f"ledger.{table}") for table in tables)
    return sql_migration("ledger", ID, DESCRIPTION, TABLES + GUARD + DOOR + walls)
