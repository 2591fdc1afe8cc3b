"""Closing a month of 10,000 partners and 1,000,000 lines, against plain set-based SQL for it."""

import time
from datetime import UTC, date, datetime

import asyncpg

from backend import settlement
from backend.core import Month
from backend.postgres import Server
from tests.bench.posting import post_lines
from tests.bench.rows import make_partners
from tests.bench.table import Line, peak_mb

AUGUST = Month(date(2026, 8, 1))
PLAIN = """
    CREATE TEMP TABLE plain_statement (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      organisation_id uuid, month date, currency text, share_minor bigint, vat_minor bigint,
      UNIQUE (organisation_id, month, currency));
    CREATE TEMP TABLE plain_line (statement_id bigint, line_id bigint,
      PRIMARY KEY (statement_id, line_id));
    INSERT INTO plain_statement (organisation_id, month, currency, share_minor, vat_minor)
      SELECT organisation_id, month, currency, sum(partner_minor), round(sum(partner_minor) * 0.2)
      FROM sales.sale_line WHERE month = '2026-08-01' GROUP BY 1, 2, 3;
    INSERT INTO plain_line
      SELECT s.id, l.id FROM sales.sale_line l
      JOIN plain_statement s USING (organisation_id, month, currency)
      WHERE l.month = '2026-08-01';
"""


async def run(server: Server, divisor: int) -> list[Line]:
    total = 1_000_000 // divisor
    await make_partners()
    await post_lines(total)
    owner = await asyncpg.connect(server.url())
    await owner.execute("VACUUM ANALYZE sales.sale_line")
    start = time.perf_counter()
    await owner.execute(PLAIN)
    plain = time.perf_counter() - start
    before = peak_mb()
    start = time.perf_counter()
    closed = await settlement.close_month(
        AUGUST, minimum_hundredths=2500, now=datetime(2026, 9, 1, tzinfo=UTC), actor="bench"
    )
    ours = time.perf_counter() - start
    await owner.close()
    rise = peak_mb() - before
    assert closed.line_count == total
    return [
        Line(
            f"close {total:,} lines, {closed.statement_count:,} statements (+{rise} MB)",
            f"{ours:.1f} s",
            f"{plain:.1f} s",
            ours / plain,
            5.0,
            at_least=False,
        )
    ]
