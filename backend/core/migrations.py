"""Schema changes: plain SQL in Piccolo's migrations, all in one transaction under one lock.

Any number of nodes may start at once: one migrates, the others wait and find nothing to do.
"""

import contextlib
import io
from typing import Any

import asyncpg
from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.apps.migrations.commands.forwards import run_forwards

from backend.core.db import connection, transaction
from backend.core.problem import Problem

LOCK = 7_402_019_001
ROLES = {"maillage_app": "the API and the workers", "maillage_audit": "read only"}
OLDEST_POSTGRES = 180_000


class CannotCreateRoles(Problem):
    code = "cannot-create-roles"
    title = "The owner of the database may not create roles"


class PostgresTooOld(Problem):
    code = "postgres-too-old"
    title = "PostgreSQL 18 or newer is needed"


def sql_migration(app_name: str, migration_id: str, description: str, sql: str) -> MigrationManager:
    """A Piccolo migration that runs `sql`, any number of statements, as it stands.

    It goes to asyncpg directly because Piccolo's raw SQL knows neither braces nor several
    statements.
    """
    manager = MigrationManager(
        migration_id=migration_id, app_name=app_name, description=description
    )

    async def run() -> None:
        await connection().execute(sql)

    manager.add_raw(run)
    return manager


SETTING = "(SELECT current_setting('maillage.organisation', true))"
"""Read once a statement (the sub-select), not once a row."""
BY_OPERATOR = f"{SETTING} = 'operator'"


def tenant_policy(table: str, column: str = "organisation_id") -> str:
    """SQL that hides each row of `table` from all but its organisation and the operator.

    Row-level security is the second wall, behind routes that take the organisation from the
    session.
    """
    condition = f"{BY_OPERATOR} OR {own(column)}"
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; "
        f"CREATE POLICY own_rows ON {table} TO maillage_app "
        f"USING ({condition}) WITH CHECK ({condition}); "
        f"CREATE POLICY all_rows ON {table} FOR SELECT TO maillage_audit USING (true);"
    )


def operator_policy(table: str) -> str:
    """SQL that hides `table` from all but the operator's own work, which alone writes it."""
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; "
        f"CREATE POLICY operators_rows ON {table} TO maillage_app USING ({BY_OPERATOR}); "
        f"CREATE POLICY all_rows ON {table} FOR SELECT TO maillage_audit USING (true);"
    )


def reading_policy(table: str, seen: str = "") -> str:
    """SQL that lets only the operator's own work write `table`.

    `seen` is the condition on the rows that a tenant's session may read; without it, none.
    """
    condition = f"{BY_OPERATOR} OR {seen}" if seen else BY_OPERATOR
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; "
        f"CREATE POLICY seen_rows ON {table} FOR SELECT TO maillage_app USING ({condition}); "
        f"CREATE POLICY written_rows ON {table} FOR INSERT TO maillage_app "
        f"WITH CHECK ({BY_OPERATOR}); "
        f"CREATE POLICY all_rows ON {table} FOR SELECT TO maillage_audit USING (true);"
    )


def writing_policy(table: str, column: str = "organisation_id") -> str:
    """SQL that lets everybody read `table`, and only its organisation and the operator write.

    A condition that is true costs a text search none of its indexes.
    """
    condition = f"{BY_OPERATOR} OR {own(column)}"
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; "
        f"CREATE POLICY all_rows ON {table} FOR SELECT USING (true); "
        f"CREATE POLICY new_rows ON {table} FOR INSERT TO maillage_app WITH CHECK ({condition}); "
        f"CREATE POLICY own_rows ON {table} FOR UPDATE TO maillage_app "
        f"USING ({condition}) WITH CHECK ({condition});"
    )


def operator_writes(table: str, verbs: str = "INSERT OR UPDATE", rows: str = "") -> str:
    """SQL that refuses `verbs` on `table` to a tenant's session, on its own rows too.

    `verbs` may name columns (`UPDATE OF verification`); `rows` is the condition on those that only
    the operator writes, as of a trigger (`NEW.kind <> 'account'`).
    """
    which = f"FOR EACH ROW WHEN ({rows})" if rows else "FOR EACH STATEMENT"
    return (
        f"CREATE TRIGGER operator_writes BEFORE {verbs} ON {table} {which} "
        "EXECUTE FUNCTION core.refuse_tenant();"
    )


def own(column: str) -> str:
    """The condition that a row is the session's own organisation's."""
    return f"{column}::text = {SETTING}"


async def migrate() -> list[str]:
    """Bring the database of the open pool up to date; answers what ran, empty if nothing.

    Raises:
        PostgresTooOld: below 18.
        CannotCreateRoles: names the statements that an administrator has to run once.
    """
    async with transaction():
        await connection().execute("SET LOCAL lock_timeout = '120s'")
        await connection().execute("SELECT pg_advisory_xact_lock($1)", LOCK)
        await connection().execute("SET LOCAL lock_timeout = '10s'")
        check_version(int(await connection().fetchval("SHOW server_version_num")))
        await _make_roles()
        before = await _already_run()
        with contextlib.redirect_stdout(io.StringIO()):  # Piccolo prints its progress.
            result = await run_forwards("all")
        if not result.success:
            raise RuntimeError(result.message)
        return sorted(await _already_run() - before)


def check_version(version: int) -> None:
    """`version` is PostgreSQL's own number: 180006 is 18.6.

    Raises:
        PostgresTooOld: below 18.
    """
    if version < OLDEST_POSTGRES:
        raise PostgresTooOld(
            f"DATABASE_URL leads to PostgreSQL {version // 10_000}; Maillage uses temporal keys "
            "and uuidv7() of PostgreSQL 18. Upgrade it, or unset DATABASE_URL to use the "
            "embedded server."
        )


async def _make_roles() -> None:
    present = {row["rolname"] for row in await connection().fetch("SELECT rolname FROM pg_roles")}
    missing = sorted(set(ROLES) - present)
    try:
        for role in missing:
            # Another database of this cluster may be migrated at the same moment.
            with contextlib.suppress(asyncpg.DuplicateObjectError, asyncpg.UniqueViolationError):
                async with transaction():
                    await connection().execute(f"CREATE ROLE {role} LOGIN; {_membership(role)}")
    except asyncpg.InsufficientPrivilegeError:
        owner = await connection().fetchval("SELECT quote_ident(current_user)")
        statements = [f"CREATE ROLE {role} LOGIN; {_membership(role, owner)}" for role in missing]
        raise CannotCreateRoles(
            "Ask an administrator of this PostgreSQL to run once: "
            f"{' '.join(statements)} Then run `maillage migrate` again.",
            statements=statements,
        ) from None


def _membership(role: str, owner: str = "CURRENT_USER") -> str:
    """The owner may become the role, yet does not read with its rights meanwhile."""
    return f"GRANT {role} TO {owner} WITH INHERIT FALSE, SET TRUE;"


async def _already_run() -> set[str]:
    if await connection().fetchval("SELECT to_regclass('public.migration')") is None:
        return set()
    rows: list[Any] = await connection().fetch(
        "SELECT app_name || ':' || name AS done FROM migration"
    )
    return {row["done"] for row in rows}
