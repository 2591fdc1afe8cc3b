"""One sale at a time, 8 at once, against the same SQL by pgbench, interleaved."""

import asyncio
import itertools
import statistics
import subprocess
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from backend import core, sales
from backend.core import Money
from backend.postgres import Server
from tests.bench.rows import make_partners
from tests.bench.table import Line

AT_ONCE = 8
SECONDS = 5
ROUNDS = 5
NOW = datetime(2026, 8, 12, 10, tzinfo=UTC)

# No colon inside a literal: pgbench takes what follows for a variable.
SCRIPT = """
\\set n random(1, 10000)
\\set net random(1000, 100000)
BEGIN;
SELECT id, name, organisation_id, channel, brought_by, partner_bp, operator_bp, valid_from
  FROM sales.share_rule;
SELECT l.organisation_id AS org, l.id AS lid FROM catalogue.listing l
  WHERE l.slug = 'bench-' || (SELECT id FROM partners.organisation
                              WHERE reference = 'p' || :n::text) \\gset
SELECT id, vat_regime FROM partners.organisation WHERE id = ANY (ARRAY[:org::uuid]);
SELECT ledger.open_month('2026-08-01');
SELECT 'g-' || gen_random_uuid() AS ref \\gset
INSERT INTO sales.sale_line (reference, kind, organisation_id, listing_id, buyer_country,
  buyer_segment, channel, brought_by, stream_code, capture_mode, sold_at, month, is_late, currency,
  net_minor, vat_rate_bp, vat_minor, share_rule_id, partner_bp, operator_bp, partner_minor,
  operator_minor, partner_vat_category, partner_vat_rate_bp, hold_until, source, collected_in,
  recorded_at)
VALUES (:ref::text, 'sale', :org::uuid, :lid::uuid, 'FR', 'pme', 'marketplace', 'operator', 'MKT',
  'revenue_sharing', '2026-08-12', '2026-08-01', false, 'EUR', :net::bigint, 2000, :net::bigint / 5,
  '00000000-0000-7000-8000-000000003070', 7000, 3000,
  :net::bigint - :net::bigint * 3 / 10, :net::bigint * 3 / 10,
  'S', 2000, '2026-08-26', 'import', 'bank', now())
  ON CONFLICT (reference) DO NOTHING RETURNING reference;
SELECT ledger.post(ARRAY['sale-' || :ref::text], ARRAY['2026-08-01'::date],
  ARRAY['2026-08-12'::timestamptz], ARRAY[1, 1, 1],
  array_fill('operator' || chr(58) || 'bank', ARRAY[3]),
  ARRAY['partner' || chr(58) || :org::text || chr(58) || 'earned',
        'operator' || chr(58) || 'revenue', 'operator' || chr(58) || 'vat'],
  ARRAY[:net::bigint - :net::bigint * 3 / 10, :net::bigint * 3 / 10, :net::bigint / 5],
  ARRAY['EUR', 'EUR', 'EUR']);
SELECT audit.write(:org::text, 'bench', 'record_sale', :ref::text, NULL,
  jsonb_build_object('net', 1));
COMMIT;
"""


async def ours(made: "itertools.count[int]") -> float:
    """Sales a second through the action."""
    rows = await core.fetch("SELECT organisation_id, id FROM catalogue.listing LIMIT 10000")
    end = time.perf_counter() + SECONDS
    done = 0

    async def record() -> None:
        nonlocal done
        while time.perf_counter() < end:
            number = next(made)
            organisation, listing = rows[number * 7919 % len(rows)]
            sale = sales.Sale(
                reference=f"one-{number}",
                organisation_id=organisation,
                listing_id=listing,
                net=Money(1000 + number % 99_000, "EUR"),
                vat_rate_bp=2000,
                buyer_country="FR",
                buyer_segment="pme",
                channel="marketplace",
                brought_by="operator",
                sold_at=NOW,
                source="import",
                collected_in="bank",
            )
            await sales.record_sale(sale, hold_days=14, now=NOW, actor="bench")
            done += 1

    start = time.perf_counter()
    await asyncio.gather(*[record() for _ in range(AT_ONCE)])
    return done / (time.perf_counter() - start)


def pgbench(server: Server, script: Path) -> float:
    """The same statements a second, written by hand."""
    command = [
        *(str(server.programs / "pgbench"), "-n", "-M", "prepared", "-f", str(script)),
        *("-c", str(AT_ONCE), "-j", "2", "-T", str(SECONDS)),
        server.url("maillage_app") + "&options=-c%20maillage.organisation%3Doperator",
    ]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    for line in answer.stdout.splitlines():
        if line.startswith("tps"):
            return float(line.split()[2])
    raise RuntimeError(answer.stderr)


async def run(server: Server, divisor: int) -> list[Line]:
    await make_partners()
    made = itertools.count()
    pairs = []
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "record.sql"
        script.write_text(SCRIPT)
        for _ in range(ROUNDS):
            action = await ours(made)
            pairs.append((action, await asyncio.to_thread(pgbench, server, script)))
    ratio = statistics.median(action / plain for action, plain in pairs)
    action, plain = (statistics.median(column) for column in zip(*pairs, strict=True))
    return [
        Line(
            "record one sale, 8 at once (median of 5)",
            f"{action:.0f}/s",
            f"{plain:.0f}/s",
            ratio,
            0.4,
            at_least=True,
        )
    ]
