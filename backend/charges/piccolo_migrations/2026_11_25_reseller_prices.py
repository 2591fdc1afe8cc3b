"""What a wholesaler charges the resellers below it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import own, reading_policy, sql_migration

ID = "2026-11-25T06:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Wholesalers' own prices for their resellers"

# A discount that is null is the matrix's. The newest row that has begun counts.
SQL = """
CREATE TABLE charges.reseller_price (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  parent_id uuid NOT NULL REFERENCES partners.organisation,
  starts_on date NOT NULL,
  start_bp integer CHECK (start_bp BETWEEN 0 AND 10000),
  enterprise_bp integer CHECK (enterprise_bp BETWEEN 0 AND 10000),
  critical_bp integer CHECK (critical_bp BETWEEN 0 AND 10000),
  actor text NOT NULL,
  set_at timestamptz NOT NULL,
  CONSTRAINT not_its_own CHECK (organisation_id <> parent_id),
  CONSTRAINT begins_on_a_day_to_come CHECK (starts_on > (set_at AT TIME ZONE 'Europe/Paris')::date)
);
CREATE INDEX reseller_price_organisation
  ON charges.reseller_price (organisation_id, parent_id, starts_on);
CREATE INDEX reseller_price_parent ON charges.reseller_price (parent_id);

-- At which discount whoever stands right above `below` buys what `reseller` uses, which is `below`
-- or buys through it (decisions 0029, 0041): the least of what each tier up from there has by the
-- matrix, or was given by the one above it.
CREATE FUNCTION charges.bought_above(
  reseller uuid, below uuid, environment text, at timestamptz)
RETURNS integer LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  WITH RECURSIVE up (id, step) AS (
    SELECT m.parent_id, 1 FROM network.membership m
    WHERE m.organisation_id = reseller AND m.during @> at
    UNION ALL
    SELECT m.parent_id, up.step + 1 FROM up
    JOIN network.membership m ON m.organisation_id = up.id AND m.during @> at
  ),
  setting AS (
    SELECT DISTINCT ON (name) name, value FROM programmes.setting
    WHERE name IN ('discount_cap_bp', 'wholesaler_points_bp', 'isv_rate_bp') AND valid_from <= at
    ORDER BY name, valid_from DESC, id DESC
  ),
  held AS (
    SELECT (SELECT value FROM setting WHERE name = 'discount_cap_bp') AS cap,
           (SELECT value FROM setting WHERE name = 'wholesaler_points_bp') AS points,
           greatest(
             (SELECT r.rate_bp FROM programmes.matrix_rate r
              JOIN programmes.level_period p ON p.level = r.level
              WHERE p.organisation_id = reseller AND p.programme = 'reseller_integrator'
                AND p.during @> at AND (SELECT b.is_given FROM programmes.benefit b
                     WHERE (b.programme, b.level, b.kind) = (p.programme, p.level, 'discount')
                       AND b.valid_from <= at ORDER BY b.valid_from DESC LIMIT 1)
                AND r.environment = bought_above.environment
                AND r.matrix_id = (SELECT id FROM programmes.matrix WHERE valid_from <= at
                                   ORDER BY valid_from DESC LIMIT 1)),
             (SELECT s.value FROM setting s WHERE s.name = 'isv_rate_bp' AND EXISTS (
                SELECT FROM programmes.level_period p WHERE p.organisation_id = reseller
                AND p.programme = 'software_editor' AND p.during @> at
                AND (SELECT b.is_given FROM programmes.benefit b
                     WHERE (b.programme, b.level, b.kind) = (p.programme, p.level, 'isv_rate')
                       AND b.valid_from <= at ORDER BY b.valid_from DESC LIMIT 1))),
             0) AS own
  )
  SELECT min(CASE WHEN g.rate_bp IS NULL THEN least(own + up.step * points, cap)
                  ELSE greatest(g.rate_bp, least(own, cap)) END)::integer
  FROM up CROSS JOIN held
  LEFT JOIN LATERAL (
    SELECT CASE bought_above.environment WHEN 'start' THEN x.start_bp
                WHEN 'enterprise' THEN x.enterprise_bp ELSE x.critical_bp END AS rate_bp
    FROM charges.reseller_price x JOIN up a ON a.id = x.parent_id AND a.step = up.step + 1
    WHERE x.organisation_id = up.id AND x.starts_on <= (at AT TIME ZONE 'Europe/Paris')::date
    ORDER BY x.starts_on DESC, x.id DESC LIMIT 1
  ) AS g ON true
  WHERE up.step > coalesce((SELECT b.step FROM up b WHERE b.id = below), 0)
$$;

-- The most that whoever stands right above `reseller` has of anything that is bought through it.
CREATE FUNCTION charges.most_given(reseller uuid, environment text, at timestamptz)
RETURNS integer LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  WITH RECURSIVE down (id) AS (
    SELECT reseller
    UNION ALL
    SELECT m.organisation_id FROM down
    JOIN network.membership m ON m.parent_id = down.id AND m.during @> at
  )
  SELECT max(charges.bought_above(down.id, reseller, environment, at)) FROM down
$$;

CREATE FUNCTION charges.guard_reseller_price() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  at timestamptz := NEW.starts_on::timestamp AT TIME ZONE 'Europe/Paris';
BEGIN
  IF NOT EXISTS (SELECT FROM network.membership m WHERE m.organisation_id = NEW.organisation_id
                 AND m.parent_id = NEW.parent_id AND upper_inf(m.during)) THEN
    RAISE EXCEPTION 'only whoever stands right above % sets its price', NEW.organisation_id
      USING ERRCODE = '23514', CONSTRAINT = 'priced_from_right_above';
  END IF;
  IF NEW.start_bp > charges.most_given(NEW.organisation_id, 'start', at)
     OR NEW.enterprise_bp > charges.most_given(NEW.organisation_id, 'enterprise', at)
     OR NEW.critical_bp > charges.most_given(NEW.organisation_id, 'critical', at) THEN
    RAISE EXCEPTION 'a wholesaler gives no more than it has'
      USING ERRCODE = '23514', CONSTRAINT = 'never_more_than_its_own';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT ON charges.reseller_price
  FOR EACH ROW EXECUTE FUNCTION charges.guard_reseller_price();
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON charges.reseller_price
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
CREATE TRIGGER operator_writes BEFORE INSERT ON charges.reseller_price
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_tenant();

-- What counted of a piece instead of level, points and cap, where wholesalers set prices.
ALTER TABLE charges.charge_piece
  ADD COLUMN sold_bp integer CHECK (sold_bp BETWEEN 0 AND 10000),
  ADD COLUMN bought_bp integer CHECK (bought_bp BETWEEN 0 AND 10000),
  DROP CONSTRAINT rounded_half_up,
  ADD CONSTRAINT rounded_half_up CHECK (
    discount_minor
      = div(2::numeric * list_minor * coalesce(sold_bp, least(rate_bp, cap_bp)) + 10000, 20000)
    AND discount_minor + points_minor
      = div(2::numeric * list_minor
            * coalesce(bought_bp, least(rate_bp + points_bp, cap_bp)) + 10000, 20000)),
  ADD CONSTRAINT nobody_sells_below_its_own CHECK (
    (sold_bp IS NULL OR bought_bp IS NOT NULL) AND bought_bp <= cap_bp
    AND bought_bp >= coalesce(sold_bp, least(rate_bp, cap_bp)));

REVOKE ALL ON FUNCTION charges.guard_reseller_price, charges.bought_above,
  charges.most_given FROM PUBLIC;
GRANT EXECUTE ON FUNCTION charges.bought_above, charges.most_given TO maillage_app;
GRANT SELECT, INSERT ON charges.reseller_price TO maillage_app;
GRANT SELECT ON charges.reseller_price TO maillage_audit;
"""
SEEN = f"{own('organisation_id')} OR {own('parent_id')}"


async def forwards() -> MigrationManager:
    walls = reading_policy("charges.reseller_price", SEEN)
    return sql_migration("charges", ID, DESCRIPTION, SQL + walls)
