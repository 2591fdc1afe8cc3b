"""A deadlock's victim on order: PostgreSQL itself refuses the next statement on a table, once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeAlias

import asyncpg

Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

# A sequence counts on through a rollback.
ONCE = """
    CREATE SEQUENCE public.victim;
    CREATE FUNCTION public.be_victim() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN
      IF nextval('public.victim') = 1 THEN
        RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01';
      END IF;
      RETURN NULL;
    END $$;
    CREATE TRIGGER be_victim BEFORE {verb} ON {table}
      FOR EACH STATEMENT EXECUTE FUNCTION public.be_victim();
"""


@asynccontextmanager
async def one_deadlock(owner: Owner, verb: str, table: str) -> AsyncIterator[None]:
    """The first `verb` on `table` inside the block is undone as a deadlock's victim is."""
    await owner.execute(ONCE.format(verb=verb, table=table))
    try:
        yield
        assert await owner.fetchval("SELECT last_value FROM public.victim") > 1, "nobody tried anew"
    finally:
        await owner.execute(
            f"DROP TRIGGER be_victim ON {table}; DROP FUNCTION public.be_victim; "
            "DROP SEQUENCE public.victim"
        )
