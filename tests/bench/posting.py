"""A million sale lines posted with every guard on, against INSERT ... SELECT of the same rows."""

import time

import asyncpg

from backend import core
from backend.postgres import Server
from tests.bench.rows import COLUMNS, NUMBERING, SALE_LINES, make_partners
from tests.bench.table import Line

CHUNK = 50_000

POST = """
    WITH s AS (
      SELECT l.*, row_number() OVER (ORDER BY l.id)::int AS n FROM sales.sale_line l
      WHERE l.reference IN (SELECT 'bench-' || g FROM generate_series($1::int, $2::int) AS g)
    ), p AS (
      SELECT n, 1 AS line, 'partner:' || organisation_id || ':earned' AS credit,
             partner_minor AS amount FROM s
      UNION ALL SELECT n, 2, 'operator:revenue', operator_minor FROM s
      UNION ALL SELECT n, 3, 'operator:vat', vat_minor FROM s
    )
    SELECT ledger.post(
      (SELECT array_agg('sale:' || reference ORDER BY n) FROM s),
      (SELECT array_agg(month ORDER BY n) FROM s),
      (SELECT array_agg(sold_at ORDER BY n) FROM s),
      array_agg(n ORDER BY n, line), array_agg('operator:bank'::text ORDER BY n, line),
      array_agg(credit ORDER BY n, line), array_agg(amount ORDER BY n, line),
      array_agg('EUR'::text ORDER BY n, line)) FROM p
"""
PLAIN = [
    "CREATE SCHEMA plain",
    "CREATE TABLE plain.entry (LIKE ledger.entry INCLUDING ALL)",
    "CREATE TABLE plain.posting (LIKE ledger.posting INCLUDING ALL)",
    "CREATE TABLE plain.sale_line (LIKE sales.sale_line INCLUDING ALL)",
]


async def post_lines(total: int) -> float:
    """Lines and entries through the application's role, the door and every trigger; seconds."""
    spent = 0.0
    for first in range(1, total + 1, CHUNK):
        last = min(first + CHUNK - 1, total)
        async with core.transaction():
            await core.connection().execute(NUMBERING)
            start = time.perf_counter()
            await core.connection().execute(
                f"INSERT INTO sales.sale_line ({COLUMNS}) {SALE_LINES}", first, last
            )
            await core.connection().execute(POST, first, last)
        spent += time.perf_counter() - start
    return spent


STORED_COLUMNS = """
SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position)
FROM information_schema.columns
WHERE table_name = $1 AND table_schema = $2 AND is_generated = 'NEVER'
"""
"""Those that are computed from others are computed again by the copy."""


async def run(server: Server, divisor: int) -> list[Line]:
    total = 1_000_000 // divisor
    await make_partners()
    ours = await post_lines(total)
    owner = await asyncpg.connect(server.url())
    for statement in PLAIN:
        await owner.execute(statement)
    start = time.perf_counter()
    async with owner.transaction():
        for table, source in (("sale_line", "sales"), ("entry", "ledger"), ("posting", "ledger")):
            names = await owner.fetchval(STORED_COLUMNS, table, source)
            kept = "" if table == "posting" else "OVERRIDING SYSTEM VALUE"
            await owner.execute(
                f"INSERT INTO plain.{table} ({names}) {kept} SELECT {names} FROM {source}.{table}"
            )
    plain = time.perf_counter() - start
    drift = await owner.fetchval("SELECT count(*) FROM ledger.posting") - 3 * total
    assert drift == 0, "every line has three postings"
    await owner.close()
    return [
        Line(
            f"post {total:,} sale lines, every guard on",
            f"{ours:.1f} s",
            f"{plain:.1f} s",
            ours / plain,
            3.0,
            at_least=False,
        )
    ]
