"""Listings with one flat price."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration, writing_policy

ID = "2026-11-23T06:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Listings"

# Everybody reads: the published catalogue is public, and a condition would keep text search from
# its indexes. Portal routes filter by the session's organisation. Only its own partner writes.
SQL = """
CREATE SCHEMA catalogue;
GRANT USAGE ON SCHEMA catalogue TO maillage_app, maillage_audit;

CREATE EXTENSION unaccent SCHEMA catalogue;
CREATE EXTENSION pg_trgm SCHEMA catalogue;
CREATE TEXT SEARCH CONFIGURATION catalogue.fr (COPY = french);
ALTER TEXT SEARCH CONFIGURATION catalogue.fr
  ALTER MAPPING FOR hword, hword_part, word WITH catalogue.unaccent, french_stem;
CREATE TEXT SEARCH CONFIGURATION catalogue.en (COPY = english);
ALTER TEXT SEARCH CONFIGURATION catalogue.en
  ALTER MAPPING FOR hword, hword_part, word WITH catalogue.unaccent, english_stem;

CREATE TABLE catalogue.listing (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  reference text NOT NULL CHECK (length(reference) BETWEEN 1 AND 100),
  slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,199}$'),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  summary text NOT NULL DEFAULT '' CHECK (length(summary) <= 500),
  price_minor bigint CHECK (price_minor > 0 AND price_minor <= 1000000000000),
  currency core.currency,
  vat_rate_bp integer NOT NULL DEFAULT 2000 CHECK (vat_rate_bp BETWEEN 0 AND 10000),
  category text CHECK (category IN ('backup', 'database', 'observability', 'security', 'ai',
    'devops', 'network', 'collaboration', 'business')),
  service_model text CHECK (service_model IN ('saas', 'paas', 'iaas')),
  data_location text CHECK (data_location IN ('france', 'eu', 'world')),
  sla_bp integer CHECK (sla_bp IN (9900, 9950, 9990, 9995, 9999)),
  summary_fr text NOT NULL DEFAULT '' CHECK (length(summary_fr) <= 500),
  summary_en text NOT NULL DEFAULT '' CHECK (length(summary_en) <= 500),
  description_fr text NOT NULL DEFAULT '' CHECK (length(description_fr) <= 10000),
  description_en text NOT NULL DEFAULT '' CHECK (length(description_en) <= 10000),
  words_fr tsvector NOT NULL GENERATED ALWAYS AS (
    setweight(to_tsvector('catalogue.fr', name), 'A')
    || setweight(to_tsvector('catalogue.fr', summary || ' ' || summary_fr), 'B')
    || setweight(to_tsvector('catalogue.fr', description_fr), 'C')) STORED,
  words_en tsvector NOT NULL GENERATED ALWAYS AS (
    setweight(to_tsvector('catalogue.en', name), 'A')
    || setweight(to_tsvector('catalogue.en', summary || ' ' || summary_en), 'B')
    || setweight(to_tsvector('catalogue.en', description_en), 'C')) STORED,
  status text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'submitted', 'action_required',
    'published', 'paused', 'withdrawn', 'imported')),
  revision integer NOT NULL DEFAULT 1,
  reviewed_revision integer CHECK (reviewed_revision BETWEEN 1 AND revision),
  reviewed_at timestamptz,
  created_at timestamptz NOT NULL,
  UNIQUE (organisation_id, reference),
  UNIQUE (id, organisation_id),
  CHECK (status IN ('draft', 'imported') OR (price_minor IS NOT NULL AND currency IS NOT NULL)),
  CONSTRAINT on_sale_once_reviewed CHECK (num_nulls(reviewed_revision, reviewed_at) IN (0, 2)
    AND (status NOT IN ('published', 'paused', 'withdrawn') OR reviewed_at IS NOT NULL))
);
COMMENT ON COLUMN catalogue.listing.revision IS 'Counts each change of what the office reads.';
COMMENT ON COLUMN catalogue.listing.reviewed_revision IS 'The one that the office has read last.';
CREATE INDEX listing_published ON catalogue.listing (id) WHERE status = 'published';
CREATE INDEX listing_status ON catalogue.listing (status, id);

GRANT SELECT, INSERT ON catalogue.listing TO maillage_app;
GRANT UPDATE (name, summary, price_minor, currency, vat_rate_bp, status, reviewed_revision,
    reviewed_at, category, service_model, data_location, sla_bp, summary_fr, summary_en,
    description_fr, description_en)
  ON catalogue.listing TO maillage_app;
GRANT SELECT ON catalogue.listing TO maillage_audit;
"""


async def forwards() -> MigrationManager:
    return sql_migration("catalogue", ID, DESCRIPTION, SQL + writing_policy("catalogue.listing"))
