"""Organisations."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import operator_writes, own, reading_policy, sql_migration, tenant_policy

ID = "2026-11-23T06:03:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Organisations and their roles"

SQL = """
CREATE SCHEMA partners;
GRANT USAGE ON SCHEMA partners TO maillage_app, maillage_audit;

CREATE TABLE partners.organisation (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  reference text NOT NULL UNIQUE CHECK (length(reference) BETWEEN 1 AND 100),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
  segment text NOT NULL CHECK (segment IN ('individual', 'tpe', 'pme', 'eti', 'large_account',
                                           'public_body', 'local_authority')),
  siren text CHECK (siren ~ '^[0-9]{9}$'),
  vat_number text CHECK (length(vat_number) BETWEEN 4 AND 20),
  vat_regime text NOT NULL CHECK (vat_regime IN ('fr_registered', 'fr_franchise_293b',
                                                 'eu_reverse_charge', 'non_eu')),
  email text CHECK (length(email) BETWEEN 3 AND 320),
  language text NOT NULL DEFAULT 'fr' CHECK (language IN ('fr', 'en')),
  origin text NOT NULL CHECK (origin IN ('application', 'import')),
  verification text NOT NULL DEFAULT 'unverified'
    CHECK (verification IN ('unverified', 'verified')),
  created_at timestamptz NOT NULL
);

CREATE TABLE partners.organisation_role (
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  role text NOT NULL CHECK (role IN ('isv', 'vai', 'wholesaler', 'reseller', 'startup',
                                     'buyer', 'supplier')),
  PRIMARY KEY (organisation_id, role)
);

GRANT SELECT, INSERT ON partners.organisation, partners.organisation_role TO maillage_app;
GRANT UPDATE (name, segment, siren, vat_number, vat_regime, email, language, verification)
  ON partners.organisation TO maillage_app;
GRANT SELECT ON ALL TABLES IN SCHEMA partners TO maillage_audit;
"""


async def forwards() -> MigrationManager:
    # The operator decides on what it checked of an organisation, and on its VAT.
    checked = "INSERT OR UPDATE OF name, segment, siren, vat_number, vat_regime, verification"
    walls = (
        tenant_policy("partners.organisation", "id")
        + operator_writes("partners.organisation", checked)
        + reading_policy("partners.organisation_role", own("organisation_id"))
    )
    return sql_migration("partners", ID, DESCRIPTION, SQL + walls)
