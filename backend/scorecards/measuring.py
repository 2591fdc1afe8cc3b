"""What was measured of many organisations at once: set-based SQL over sales and charges."""

# $1 organisations, $2 first day, $3 day after the last, $4 from when on a customer is present.
FACTS = """
    WITH member AS MATERIALIZED (SELECT unnest($1::uuid[]) AS id),
    customer AS (
      SELECT c.consumer_id AS id, c.end_customer,
             sum(c.list_minor) AS used,
             sum(c.list_minor) FILTER (WHERE c.environment <> 'start') AS high_end,
             max(c.charged_on) FILTER (WHERE c.kind = 'charge' AND c.end_customer <> '') AS last_on
        FROM charges.charge_line c
       WHERE c.charged_on >= $2 AND c.charged_on < $3 AND c.currency::text = 'EUR'
         AND c.consumer_id IN (SELECT id FROM member)
       GROUP BY 1, 2),
    used AS (
      SELECT id, sum(used)::bigint AS used, coalesce(sum(high_end), 0)::bigint AS high_end,
             count(last_on) AS ever, count(*) FILTER (WHERE last_on >= $4) AS present
        FROM customer GROUP BY 1),
    sold AS (
      SELECT s.organisation_id AS id, sum(s.net_minor)::bigint AS sold
        FROM sales.sale_line s
       WHERE s.sold_at >= $2::date::timestamp AT TIME ZONE 'Europe/Paris'
         AND s.sold_at < $3::date::timestamp AT TIME ZONE 'Europe/Paris'
         AND s.currency::text = 'EUR' AND s.organisation_id IN (SELECT id FROM member)
       GROUP BY 1),
    people AS (
      SELECT e.organisation_id AS id, count(DISTINCT e.person_id) AS people
        FROM programmes.employment e
        JOIN programmes.certificate c ON c.person_id = e.person_id
       WHERE e.during @> $3::date AND $3::date BETWEEN c.issued_on AND c.expires_on
       GROUP BY 1),
    shown AS (
      SELECT a.organisation_id AS id,
             count(*) FILTER (WHERE a.kind = 'reference') AS "references",
             count(*) FILTER (WHERE a.kind = 'training') AS training,
             count(*) FILTER (WHERE a.kind = 'support_contract') AS support
        FROM programmes.achievement a
       WHERE a.achieved_on <= $3 AND (a.expires_on IS NULL OR a.expires_on >= $3)
       GROUP BY 1)
    SELECT m.id AS organisation_id, v.measure, v.value
      FROM member m
      LEFT JOIN used USING (id) LEFT JOIN sold USING (id)
      LEFT JOIN people USING (id) LEFT JOIN shown USING (id)
     CROSS JOIN LATERAL (VALUES
       ('turnover_12m', coalesce(used, 0) + coalesce(sold, 0)),
       ('retention', CASE WHEN ever > 0 THEN present * 10000 / ever END),
       ('environment_mix', CASE WHEN used > 0
          THEN least(greatest(high_end, 0), used) * 10000 / used END),
       ('certified_people', coalesce(people, 0)),
       ('references', coalesce("references", 0)),
       ('training_done', coalesce(training, 0)),
       ('support_contract', coalesce(support, 0))) AS v (measure, value)
"""

MEASURED = f"CREATE TEMP TABLE measured ON COMMIT DROP AS {FACTS}"

# $1 the requirements, $2 the lowest level, which asks for nothing.
JUDGED = """
    CREATE TEMP TABLE judged ON COMMIT DROP AS
    SELECT organisation_id,
           coalesce((array_agg(level ORDER BY rank DESC) FILTER (WHERE holds))[1], $2) AS level
      FROM (SELECT f.organisation_id, r.level, l.rank,
                   bool_and(coalesce(f.value >= r.at_least, false)) AS holds
              FROM scorecards.requirement r
              JOIN programmes.level l ON l.programme = r.programme AND l.code = r.level
              JOIN measured f ON f.measure = r.measure
             WHERE r.set_id = $1 GROUP BY 1, 2, 3) AS each_level
     GROUP BY 1
"""

# $1 the run, $2 the programme, $3 whether only those who rise, or whose fall is called off.
CARDS = """
    INSERT INTO scorecards.scorecard (run_id, organisation_id, programme, held, level)
    SELECT $1, j.organisation_id, $2, p.level, j.level
      FROM judged j
      JOIN programmes.level_period p ON p.organisation_id = j.organisation_id
       AND p.programme = $2 AND p.ended_at IS NULL
      JOIN programmes.level held ON held.programme = $2 AND held.code = p.level
      JOIN programmes.level found ON found.programme = $2 AND found.code = j.level
     WHERE NOT $3 OR (p.kind <> 'override' AND (found.rank > held.rank
       OR (found.rank = held.rank AND EXISTS (
         SELECT FROM programmes.demotion d WHERE d.organisation_id = j.organisation_id
            AND d.programme = $2 AND d.state = 'announced'))))
"""

# $1 the run, $2 the requirements.
POINTS = """
    INSERT INTO scorecards.point (scorecard_id, level, measure, at_least, value)
    SELECT s.id, r.level, r.measure, r.at_least, f.value
      FROM scorecards.scorecard s
      JOIN scorecards.requirement r ON r.set_id = $2
      JOIN measured f ON f.organisation_id = s.organisation_id AND f.measure = r.measure
     WHERE s.run_id = $1
"""
