"""The schema is written in SQL, the Table classes by hand: here both are held side by side."""

import importlib
from typing import Any

import asyncpg
import pytest
from piccolo.conf.apps import AppConfig
from piccolo.table import Table

from backend.piccolo_conf import APP_REGISTRY

OUR_SCHEMAS = "n.nspname NOT IN ('pg_catalog', 'information_schema', 'public', 'pg_toast', 'seed')"

WITHOUT_INDEX = {
    "sales.sale_line (share_rule_id)": "share rules are never deleted; each index costs a sale",
    "sales.sale_line (listing_id, organisation_id)": "listings are never deleted; the same",
}
SEEN_BY_ALL = {
    "identity.session": "found by its token before it is known who asks",
    "identity.pending_sign_in": "found by its token before it is known who asks",
    "catalogue.listing": "the store shows it to everybody",
    "sales.share_rule": "every sale looks for its rule among all of them",
}
"""The exceptions, each with its reason."""


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
