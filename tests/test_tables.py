"""The schema is written in SQL, the Table classes by hand: here both are held side by side."""

import importlib
from typing import Any

import asyncpg
import pytest
from piccolo.conf.apps import AppConfig
from piccolo.table import Table

from backend import core
from backend.piccolo_conf import APP_REGISTRY
from tests import given

OUR_SCHEMAS = "n.nspname NOT IN ('pg_catalog', 'information_schema', 'public', 'pg_toast', 'seed')"

WITHOUT_INDEX = {
    "charges.charge_piece (matrix_id)": "matrices are never deleted; each index costs a charge",
    "sales.sale_line (share_rule_id)": "share rules are never deleted; each index costs a sale",
    "sales.sale_line (listing_id, sole_owner_id)": "listings are never deleted; the same",
    "scorecards.point (measure)": "measures are never deleted; each index costs every evaluation",
}
SEEN_BY_ALL = {
    "catalogue.listing": "the store shows it to everybody",
    "catalogue.bundle": "the same",
    "catalogue.bundle_part": "the same",
    "sales.share_rule": "every sale looks for its rule among all of them",
}
_TOKENS = "written before it is known who asks"
_QUEUE = "wake-ups for the worker, whoever has something for it"
WITHOUT_WALL = {
    "jobs.pgqueuer": _QUEUE,
    "jobs.pgqueuer_log": _QUEUE,
    "jobs.pgqueuer_schedules": _QUEUE,
    "jobs.pgqueuer_statistics": _QUEUE,
    "web.idempotency": _TOKENS,
    "web.rate_limit": _TOKENS,
}
"""The exceptions, each with its reason."""

CHANGED_BY_TENANTS = {
    "catalogue.listing": {
        "name",
        "summary",
        "price_minor",
        "currency",
        "vat_rate_bp",
        "status",
        "category",
        "service_model",
        "data_location",
        "sla_bp",
        "summary_fr",
        "summary_en",
        "description_fr",
        "description_en",
        "segments",
    },
    "catalogue.bundle": {"service_fr", "service_en", "service_minor"},
    "identity.api_key": {"revoked_at"},
    "identity.invitation": {"withdrawn_at"},
    "identity.membership": {"ended_at"},
    "orders.order": "all, until it is paid",
    "partners.organisation": {"email", "language"},
    # Making the account begins in the portal; what Stripe says of it does not.
    "payments.connected_account": {
        "organisation_id",
        "stripe_account",
        "operation_id",
        "created_at",
    },
    "payments.operation": "all, if it makes an account",
    # Its webhooks are the partner's own; that something arrived, only the worker says.
    "webhooks.delivery": "all, of those that are to be sent again or no more",
    "webhooks.endpoint": {
        "url",
        "description",
        "kinds",
        "secret_sealed",
        "old_secret_sealed",
        "old_secret_until",
        "state",
        "disabled_because",
        "changed_at",
    },
}
"""All that a tenant's session may change, of its own rows. What is not here, the operator may."""

ADDED_BY_TENANTS = {
    # It says what it did; a trigger sees to it that it decides nothing.
    "checklists.step",
    # It says what it builds and asks; what is given and decided is the operator's.
    "startups.graduation",
    "startups.project",
    "catalogue.listing",
    "catalogue.review",
    "catalogue.bundle",
    "catalogue.bundle_part",
    "identity.api_key",
    "identity.invitation",
    "identity.membership",
    # What it shows and signs; what is decided on it, it does not write.
    "onboarding.acceptance",
    "onboarding.document",
    "onboarding.evidence",
    "onboarding.revocation",
    "orders.customer",
    "orders.order",
    "orders.part",
    "payments.connected_account",
    "payments.operation",
    # A partner asks; a trigger and the policy see to it that it only asks.
    "payouts.approval",
    "webhooks.delivery",
    "webhooks.endpoint",
    "webhooks.event",
    "programmes.application",
    "programmes.declaration",
}


def table_classes() -> list[type[Table]]:
    """Every Table class of every registered app, listed in its `piccolo_app.py` or not."""
    found: dict[str, type[Table]] = {}
    for app in APP_REGISTRY.apps:
        config: AppConfig = importlib.import_module(app).APP_CONFIG
        try:
            tables: Any = importlib.import_module(app.replace(".piccolo_app", ".tables"))
        except ModuleNotFoundError:
            tables = None
        for value in [*config.table_classes, *vars(tables or object).values()]:
            if isinstance(value, type) and issubclass(value, Table) and value is not Table:
                found[f"{value._meta.schema}.{value._meta.tablename}"] = value
    return list(found.values())


@pytest.mark.parametrize("table", table_classes(), ids=lambda table: table.__qualname__)
async def test_a_table_class_has_the_columns_that_its_table_has(
    table: type[Table], owner: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    name = f"{table._meta.schema}.{table._meta.tablename}"
    rows = await owner.fetch(
        """
        SELECT a.attname, a.attnotnull, COALESCE(NULLIF(t.typbasetype, 0), t.oid)::regtype::text
          FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
         WHERE a.attrelid = to_regclass($1) AND a.attnum > 0
           AND NOT a.attisdropped AND a.attgenerated = ''
        """,
        name,
    )
    in_database = {column: (type_, required) for column, required, type_ in rows}
    in_class = {
        column._meta.db_column_name: (
            await owner.fetchval("SELECT to_regtype($1)::text", column.column_type),
            not column._meta.null,
        )
        for column in table._meta.columns
    }
    assert in_class == in_database


async def test_every_foreign_key_has_an_index(
    owner: "asyncpg.Connection[asyncpg.Record]", schema: None
) -> None:
    """Without one each delete or look-up by the referenced row reads the whole table."""
    bare = await owner.fetch(
        f"""
        SELECT n.nspname || '.' || c.relname
               || substring(pg_get_constraintdef(k.oid) FROM ' \\([^)]+\\)') AS key
          FROM pg_constraint k
          JOIN pg_class c ON c.oid = k.conrelid
          JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE k.contype = 'f' AND {OUR_SCHEMAS} AND NOT EXISTS (
           SELECT 1 FROM pg_index i
            WHERE i.indrelid = k.conrelid
              AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) ~ '^.\\w+ IS NOT NULL.$')
              AND (i.indkey::int2[])[0 : cardinality(k.conkey) - 1] @> k.conkey
              AND (i.indkey::int2[])[0 : cardinality(k.conkey) - 1] <@ k.conkey)
        """
    )
    assert {row["key"] for row in bare} - set(WITHOUT_INDEX) == set()


async def test_every_table_of_a_tenant_hides_its_rows_from_the_others(
    owner: "asyncpg.Connection[asyncpg.Record]", schema: None
) -> None:
    open_tables = await owner.fetch(
        f"""
        SELECT n.nspname || '.' || c.relname AS name
          FROM pg_class c
          JOIN pg_namespace n ON n.oid = c.relnamespace
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organisation_id'
         WHERE c.relkind IN ('r', 'p') AND NOT c.relrowsecurity AND {OUR_SCHEMAS}
        """
    )
    assert {row["name"] for row in open_tables} - set(SEEN_BY_ALL) == set()


OPEN_TO_TENANTS = f"""
    SELECT n.nspname || '.' || c.relname AS name, a.attname
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
      JOIN pg_policy p ON p.polrelid = c.oid AND p.polcmd IN ('*', $1)
     WHERE {OUR_SCHEMAS}
       AND has_column_privilege('maillage_app', c.oid, a.attnum, $2)
       AND coalesce(pg_get_expr(p.polwithcheck, c.oid), pg_get_expr(p.polqual, c.oid)) ~ ' OR '
       AND NOT EXISTS (
         SELECT FROM pg_trigger t
          WHERE t.tgrelid = c.oid AND t.tgfoid = to_regproc('core.refuse_tenant')
            AND t.tgqual IS NULL AND t.tgtype & $3 > 0
            AND ($3 = 4 OR cardinality(t.tgattr::int2[]) = 0 OR a.attnum = ANY (t.tgattr)))
"""


async def test_a_tenant_changes_only_what_is_its_own_to_decide(
    owner: "asyncpg.Connection[asyncpg.Record]", schema: None
) -> None:
    """A new column is the operator's until it is listed here."""
    found: dict[str, set[str]] = {}
    for row in await owner.fetch(OPEN_TO_TENANTS, b"w", "UPDATE", 16):
        found.setdefault(row["name"], set()).add(row["attname"])
    assert found == {
        name: found.get(name) if isinstance(columns, str) else columns
        for name, columns in CHANGED_BY_TENANTS.items()
    }
    added = await owner.fetch(OPEN_TO_TENANTS, b"a", "INSERT", 4)
    assert {row["name"] for row in added} == ADDED_BY_TENANTS


UNWALLED = f"""
    SELECT n.nspname || '.' || c.relname AS name
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND NOT c.relrowsecurity AND {OUR_SCHEMAS}
       AND n.nspname <> 'stripe_sandbox'
       AND (has_any_column_privilege('maillage_app', c.oid, 'INSERT, UPDATE')
            OR has_table_privilege('maillage_app', c.oid, 'DELETE'))
       AND NOT EXISTS (SELECT FROM pg_trigger t
                        WHERE t.tgrelid = c.oid AND t.tgfoid = to_regproc('core.refuse_tenant'))
"""


async def test_every_table_that_the_app_writes_has_a_wall(
    owner: "asyncpg.Connection[asyncpg.Record]", schema: None
) -> None:
    found = await owner.fetch(UNWALLED)
    assert {row["name"] for row in found} == set(WITHOUT_WALL)


async def test_the_role_of_the_app_owns_nothing_and_the_auditor_only_reads(
    owner: "asyncpg.Connection[asyncpg.Record]", schema: None
) -> None:
    owned = await owner.fetch(
        f"""
        SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE pg_get_userbyid(c.relowner) IN ('maillage_app', 'maillage_audit') AND {OUR_SCHEMAS}
        """
    )
    assert owned == []
    written = await owner.fetch(
        """
        SELECT table_schema || '.' || table_name || ' ' || privilege_type AS right
          FROM information_schema.table_privileges
         WHERE grantee = 'maillage_audit' AND privilege_type <> 'SELECT'
        """
    )
    assert not written, "\n".join(row["right"] for row in written)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO payments.operation (id, kind, organisation_id, account, subject, params, "
        "params_digest, next_attempt_at, created_at) "
        "VALUES (uuidv7(), 'transfer', $1, '', 'x', '{}', '', now(), now())",
        "INSERT INTO orders.order (organisation_id, listing_id, editor_id, listing_name, channel, "
        "brought_by, buyer_segment, buyer_country, currency, net_minor, vat_rate_bp, vat_minor, "
        "gross_minor, placed_at, state, paid_at, payment_intent_id) "
        "SELECT $1, id, organisation_id, name, 'marketplace', 'operator', 'pme', 'FR', 'EUR', 1, "
        "0, 0, 1, now(), 'paid', now(), 'pi' FROM catalogue.listing",
    ],
)
async def test_a_tenant_neither_sends_money_nor_says_that_it_paid(db: None, statement: str) -> None:
    await given.listing(await given.partner())
    mine = await given.buyer()
    with core.acting_for(mine), pytest.raises(asyncpg.InsufficientPrivilegeError, match="operator"):
        await core.fetch(statement, mine)


OF_STRIPE = {
    "balance_entry": "id, account, type, amount_minor, fee_minor, net_minor, currency, created_at) "
    "VALUES ('txn_2', '', 'charge', 1, 0, 1, 'EUR', now())",
    "balance_listing": "account, listed_to) VALUES ('acct_2', now())",
    "stripe_event": "account, id, type, payload, object_id, created_at, received_at, source, body, "
    "state, next_attempt_at) VALUES ('', 'evt_2', 'payout.paid', 'snapshot', 'po_1', now(), now(), "
    "'webhook', '{}', 'waiting', now())",
    "event_backfill": "account, asked_at) VALUES ('acct_2', now())",
    "event_destination": "id, name, url, secret, created_at) "
    "VALUES ('ed_2', 'two', 'http://localhost', 'whsec_2', now())",
}


@pytest.mark.parametrize("table", OF_STRIPE)
async def test_what_stripe_told_is_the_operators_alone(db: None, table: str) -> None:
    insert = f"INSERT INTO payments.{table} ({OF_STRIPE[table]}"
    await core.fetch(insert.replace("_2'", "_1'").replace("'two'", "'one'"))
    change = {
        "balance_entry": "matched = 'topup:x'",
        "balance_listing": "listed_to = now() + interval '9 years'",
        "stripe_event": "state = 'done', handled_at = now()",
        "event_backfill": "asked_at = now() + interval '9 years'",
        "event_destination": "secret = 'whsec_mine'",
    }[table]
    with core.acting_for(core.uuid7()):
        assert await core.fetch(f"SELECT * FROM payments.{table}") == []
        assert await core.fetch(f"UPDATE payments.{table} SET {change} RETURNING 1") == []
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await core.fetch(insert)
    assert await core.fetch_value(f"SELECT count(*) FROM payments.{table}") == 1
