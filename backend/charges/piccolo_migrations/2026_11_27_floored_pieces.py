"""Floors of charges' pieces, and rules that were withdrawn price nothing."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-27T07:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Price floors under discounts, contracts and wholesalers' prices"

# `floor_minor` is what the floor left under a piece: never above its list price, so that a floor
# above it freezes the discount and raises nothing (money rules e, l).
SQL = """
ALTER TABLE charges.charge_piece
  ADD COLUMN floor_id uuid REFERENCES programmes.price_floor,
  ADD COLUMN floor_minor bigint NOT NULL DEFAULT 0,
  ADD CONSTRAINT floor_up_to_list CHECK (floor_minor BETWEEN 0 AND list_minor
    AND (floor_id IS NOT NULL OR floor_minor = 0)),
  ADD CONSTRAINT nothing_below_its_floor CHECK
    (list_minor - discount_minor - points_minor >= floor_minor),
  DROP CONSTRAINT rounded_half_up,
  ADD CONSTRAINT rounded_half_up CHECK (CASE
    WHEN fixed_minor IS NOT NULL THEN
      list_minor - discount_minor = greatest(fixed_minor, floor_minor) AND points_minor = 0
    ELSE discount_minor = least(list_minor - floor_minor,
        div(2::numeric * list_minor * coalesce(sold_bp, least(rate_bp, cap_bp)) + 10000, 20000))
    AND discount_minor + points_minor = least(list_minor - floor_minor,
        div(2::numeric * list_minor
            * coalesce(bought_bp, least(rate_bp + points_bp, cap_bp)) + 10000, 20000)) END);
CREATE INDEX charge_piece_floor ON charges.charge_piece (floor_id) WHERE floor_id IS NOT NULL;

CREATE OR REPLACE FUNCTION charges.bought_above(
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
    WHERE name IN ('discount_cap_bp', 'wholesaler_points_bp', 'isv_rate_bp')
      AND withdrawn_at IS NULL AND valid_from <= at
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
                       AND b.withdrawn_at IS NULL AND b.valid_from <= at
                     ORDER BY b.valid_from DESC LIMIT 1)
                AND r.environment = bought_above.environment
                AND r.matrix_id = (SELECT id FROM programmes.matrix
                                   WHERE withdrawn_at IS NULL AND valid_from <= at
                                   ORDER BY valid_from DESC LIMIT 1)),
             (SELECT s.value FROM setting s WHERE s.name = 'isv_rate_bp' AND EXISTS (
                SELECT FROM programmes.level_period p WHERE p.organisation_id = reseller
                AND p.programme = 'software_editor' AND p.during @> at
                AND (SELECT b.is_given FROM programmes.benefit b
                     WHERE (b.programme, b.level, b.kind) = (p.programme, p.level, 'isv_rate')
                       AND b.withdrawn_at IS NULL AND b.valid_from <= at
                     ORDER BY b.valid_from DESC LIMIT 1))),
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
"""


async def forwards() -> MigrationManager:
    return sql_migration("charges", ID, DESCRIPTION, SQL)
