"""Evaluating 10,000 partners over 12 months of 1,000,000 lines, against plain SQL; one look-up."""

import random
import statistics
import time
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import asyncpg

from backend import programmes, scorecards
from backend.postgres import Server
from tests.bench.rows import MAKE_PARTNERS, PARTNERS
from tests.bench.table import Line

BEFORE = datetime(2026, 8, 3, tzinfo=UTC)
NOW = datetime(2026, 8, 9, tzinfo=UTC)
ON = date(2026, 8, 9)

MEMBERS = """
    UPDATE partners.organisation SET email = reference || '@bench.example';
    INSERT INTO partners.organisation_role (organisation_id, role)
      SELECT id, 'reseller' FROM partners.organisation;
    INSERT INTO programmes.level_period (organisation_id, programme, level, during, is_track, kind,
      reason, actor, recorded_at)
      SELECT id, 'reseller_integrator', (ARRAY['registered', 'certified', 'premium'])[1 + n % 3],
             tstzrange('2026-08-03Z', NULL), true, 'entry', 'bench', 'system:bench', '2026-08-03Z'
        FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM partners.organisation) AS o;
"""
LINES = """
    INSERT INTO charges.charge_line (reference, kind, organisation_id, consumer_id, end_customer,
      charged_on, used_from, used_to, month, is_late, environment, resource, quantity, unit_price,
      currency, list_minor, discount_minor, net_minor, credit_minor, payable_minor, stream_code,
      vat_category, vat_rate_bp, source, recorded_at)
    SELECT 'bench-' || n, 'charge', p.id, p.id, 'customer ' || n / 10000 % 10, d.day, d.day,
           d.day + interval '1 day', date_trunc('month', d.day), false,
           (ARRAY['start', 'enterprise', 'critical'])[1 + n % 3], 'vm', 1, a.minor / 100.0, 'EUR',
           a.minor, 0, a.minor, 0, a.minor, 'RSL', 'S', 2000, 'import', '2026-08-08Z'
      FROM generate_series($1::int, $2::int) AS n
      JOIN bench_member p ON p.number = 1 + n % 10000,
           LATERAL (SELECT (1000 + n * 7919::bigint % 200000) AS minor) AS a,
           LATERAL (SELECT '2025-08-10'::timestamptz + n % 364 * interval '1 day' AS day) AS d
"""
CHUNK = 100_000
# The same facts, cards, levels, audit rows and letters in tables that guard nothing.
PLAIN = """
    CREATE TEMP TABLE plain_fact AS
      SELECT consumer_id, sum(used)::bigint AS used, sum(high)::bigint AS high,
             count(*) FILTER (WHERE last_on > '2026-05-01') * 10000 / count(*) AS kept
        FROM (SELECT consumer_id, end_customer, sum(list_minor) AS used, max(charged_on) AS last_on,
                     sum(list_minor) FILTER (WHERE environment <> 'start') AS high
                FROM charges.charge_line WHERE charged_on BETWEEN '2025-08-09' AND '2026-08-08'
               GROUP BY 1, 2) AS customer GROUP BY 1;
    CREATE TEMP TABLE plain_card AS
      SELECT consumer_id, CASE WHEN used > 10300000 THEN 'premium' WHEN used > 10000000
        THEN 'certified' ELSE 'registered' END AS level FROM plain_fact;
    CREATE TEMP TABLE plain_point AS
      SELECT consumer_id, m, used FROM plain_fact, generate_series(1, 4) AS m;
    CREATE TEMP TABLE plain_period AS
      SELECT c.*, tstzrange(now(), NULL) AS during FROM plain_card c;
    CREATE TEMP TABLE plain_change AS
      SELECT consumer_id, sha256(convert_to(consumer_id || level, 'UTF8')) FROM plain_card;
    CREATE TEMP TABLE plain_letter AS
      SELECT consumer_id, repeat('a letter of some length, ', 100) FROM plain_card;
"""
ASKED: dict[tuple[str, scorecards.Measure], int] = {
    ("certified", "turnover_12m"): 100_000_00, ("certified", "retention"): 5000,
    ("premium", "turnover_12m"): 103_000_00, ("premium", "retention"): 5000,
}  # fmt: skip


async def run(server: Server, divisor: int) -> list[Line]:
    total = 1_000_000 // divisor
    owner = await asyncpg.connect(server.url())
    await _make(owner, total)
    await scorecards.announce_requirements(
        programmes.RESELLER, "Bench", ASKED, valid_from=NOW - timedelta(days=1), now=BEFORE,
        actor="system:bench",
    )  # fmt: skip
    start = time.perf_counter()
    await owner.execute(PLAIN)
    plain = time.perf_counter() - start
    start = time.perf_counter()
    done = await scorecards.evaluate(
        programmes.RESELLER, "quarterly", ON, now=NOW, actor="system:bench"
    )
    ours = time.perf_counter() - start
    assert done.organisations == PARTNERS
    moved = PARTNERS - done.follows.get("keep", 0)
    members = [row["id"] for row in await owner.fetch("SELECT id FROM partners.organisation")]
    looked = await _look_up(members)
    empty = await _empty_question(owner)
    await owner.close()
    return [
        Line(
            f"evaluate {PARTNERS:,} partners, {total:,} lines; {moved:,} move",
            f"{ours:.1f} s", f"{plain:.1f} s", ours / plain, 20.0, at_least=False,
        ),
        Line(
            "the level as of a past moment, from Python",
            f"{looked * 1000:.2f} ms", f"{empty * 1000:.2f} ms (SELECT 1)", looked / empty, 8.0,
            at_least=False,
        ),
    ]  # fmt: skip


async def _make(owner: asyncpg.Connection, total: int) -> None:
    await owner.execute(MAKE_PARTNERS.replace("$1", str(PARTNERS)))
    await owner.execute(MEMBERS)
    await owner.execute(
        "CREATE TEMP TABLE bench_member AS SELECT row_number() OVER (ORDER BY id) AS number, id "
        "FROM partners.organisation"
    )
    for first in range(1, total + 1, CHUNK):
        await owner.execute(LINES, first, min(first + CHUNK - 1, total))
    await owner.execute("VACUUM ANALYZE charges.charge_line, programmes.level_period")


async def _look_up(members: list[UUID]) -> float:
    """Seconds of the median look-up, each of another partner."""
    chosen, spent = random.Random(1).sample(members, 1000), []
    for one in chosen:
        start = time.perf_counter()
        level = await programmes.level_at(one, programmes.RESELLER, BEFORE + timedelta(days=1))
        spent.append(time.perf_counter() - start)
        assert level is not None
    return statistics.median(spent)


async def _empty_question(owner: asyncpg.Connection) -> float:
    spent = []
    for _ in range(1000):
        start = time.perf_counter()
        await owner.fetchval("SELECT 1")
        spent.append(time.perf_counter() - start)
    return statistics.median(spent)
