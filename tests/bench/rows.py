"""Sales made by PostgreSQL itself, for benches: partners, listings, lines."""

from backend import core

PARTNERS = 10_000

MAKE_PARTNERS = """
    INSERT INTO partners.organisation
      (reference, name, country, segment, vat_regime, origin, created_at)
    SELECT 'p' || n, 'Partner ' || n, 'FR', 'pme', 'fr_registered', 'import', now()
    FROM generate_series(1, $1) AS n
"""
MAKE_LISTINGS = """
    INSERT INTO catalogue.listing (organisation_id, reference, slug, name, status, created_at)
    SELECT id, 'l', 'bench-' || id, 'Listing', 'imported', now() FROM partners.organisation
"""
SALE_LINES = """
    SELECT 'bench-' || n AS reference, 'sale' AS kind, p.organisation_id, p.listing_id,
           'FR' AS buyer_country, 'pme' AS buyer_segment, 'marketplace' AS channel,
           'operator' AS brought_by, 'MKT' AS stream_code, 'revenue_sharing' AS capture_mode,
           '2026-08-12T10:00:00Z'::timestamptz AS sold_at, '2026-08-01'::date AS month,
           false AS is_late, 'EUR'::text AS currency, a.net AS net_minor, 2000 AS vat_rate_bp,
           a.net / 5 AS vat_minor,
           '00000000-0000-7000-8000-000000003070'::uuid AS share_rule_id,
           7000 AS partner_bp, 3000 AS operator_bp, a.net - a.net * 3 / 10 AS partner_minor,
           a.net * 3 / 10 AS operator_minor, 'S' AS partner_vat_category,
           2000 AS partner_vat_rate_bp, '2026-08-26T10:00:00Z'::timestamptz AS hold_until,
           'import' AS source, 'bank' AS collected_in, now() AS recorded_at
    FROM generate_series($1::int, $2::int) AS n
    JOIN bench_partner p ON p.number = 1 + n % 10000,
         LATERAL (SELECT (1000 + n % 100000)::bigint AS net) AS a
"""
COLUMNS = (
    "reference, kind, organisation_id, listing_id, buyer_country, buyer_segment, channel, "
    "brought_by, stream_code, capture_mode, sold_at, month, is_late, currency, net_minor, "
    "vat_rate_bp, vat_minor, share_rule_id, partner_bp, operator_bp, partner_minor, "
    "operator_minor, partner_vat_category, partner_vat_rate_bp, hold_until, source, "
    "collected_in, recorded_at"
)


async def make_partners() -> None:
    """10,000 partners with a listing each, and a temporary numbering of them."""
    async with core.transaction():
        await core.connection().execute(MAKE_PARTNERS, PARTNERS)
        await core.connection().execute(MAKE_LISTINGS)


NUMBERING = """
    CREATE TEMP TABLE bench_partner ON COMMIT DROP AS
    SELECT row_number() OVER (ORDER BY l.id) AS number, l.organisation_id, l.id AS listing_id
    FROM catalogue.listing l
"""
