"""Piccolo's PostgreSQL engine, made safe.

Stock Piccolo 1.38 leaks the connection when COMMIT fails, joins nested transactions silently,
offers no isolation level, and lets a task use another task's transaction. All four are cured
here (`docs/decisions/0005-piccolo-on-a-safe-engine.md`).
"""

import asyncio
import contextlib
import contextvars
from typing import Any, cast

import asyncpg
from asyncpg.transaction import Transaction as SavepointOrTransaction
from piccolo.engine.exceptions import TransactionError
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction

from backend.core.tenancy import acting_organisation


class OpenTransaction:
    """Stands where Piccolo keeps its context variable.

    It forgets finished transactions, and refuses a task that does not own the open one and a
    block of `acting_for` that the open one has not been told of.
    """

    def __init__(self) -> None:
        self._variable: contextvars.ContextVar[Transaction | None] = contextvars.ContextVar(
            "maillage_transaction", default=None
        )

    def get(self) -> "Transaction | None":
        transaction = self._variable.get()
        if transaction is None or transaction.closed:
            return None
        if transaction.owner is not None and transaction.owner is not asyncio.current_task():
            raise TransactionError(
                "this task does not own the open transaction: no gather() or create_task() "
                "inside transaction()"
            )
        if transaction.acting != cast(SafeEngine, transaction.engine).acting():
            raise TransactionError(
                "PostgreSQL was told for whom when the transaction began: enter acting_for() before"
            )
        return transaction

    def set(self, transaction: "Transaction | None") -> contextvars.Token[Any]:
        return self._variable.set(transaction)

    def reset(self, token: contextvars.Token[Any]) -> None:
        self._variable.reset(token)


class Transaction(PostgresTransaction):
    """All or nothing; nested use is a savepoint."""

    __slots__ = ("_pool", "_savepoint", "acting", "closed", "owner")

    def __init__(self, engine: "SafeEngine", allow_nested: bool = True) -> None:
        super().__init__(engine, allow_nested=allow_nested)
        self.owner: asyncio.Task[Any] | None = None
        self.acting = engine.acting()
        self.closed = False
        self._savepoint: SavepointOrTransaction | None = None
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None

    async def __aenter__(self) -> "Transaction":
        if self._parent is not None:
            parent = cast(Transaction, self._parent)
            self._savepoint = parent.connection.transaction()
            await self._savepoint.start()
            return parent
        self._pool = self.engine.pool
        async with asyncio.timeout(SafeEngine.ACQUIRE_S):
            self.connection = await self.get_connection()  # type: ignore[no-untyped-call]
        try:
            self.transaction = self.connection.transaction()
            await self.begin()  # type: ignore[no-untyped-call]
            await cast(SafeEngine, self.engine).tell_organisation(self.connection)
        except BaseException:
            await self._give_back()
            raise
        self.owner = asyncio.current_task()
        self.context = self.engine.current_transaction.set(self)
        return self

    # "-> bool" would make type checkers think that the block may swallow exceptions.
    async def __aexit__(self, kind: Any, exception: Any, traceback: Any) -> None:  # type: ignore[override]
        if self._savepoint is not None:
            await (self._savepoint.rollback() if exception else self._savepoint.commit())
            return
        try:
            if exception and not self._rolled_back:
                await self.rollback()  # type: ignore[no-untyped-call]
            elif not self._committed and not self._rolled_back:
                await self.commit()  # type: ignore[no-untyped-call]
        finally:
            self.closed = True
            # Left in another context: then `closed` already hides it.
            with contextlib.suppress(ValueError):
                self.engine.current_transaction.reset(self.context)
            await self._give_back()

    async def _give_back(self) -> None:
        if self._pool is not None:
            await asyncio.shield(self._pool.release(self.connection))
        else:
            await self.connection.close()


class SafeEngine(PostgresEngine):
    """One pool per process; every statement runs in the caller's transaction if there is one."""

    ACQUIRE_S = 2.0
    """How long a caller waits for a free connection before TimeoutError (a 503 on the wire)."""

    CLOSE_S = 10.0
    """How long the end of the process waits for connections in use."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config=config)
        self.current_transaction = OpenTransaction()  # type: ignore[assignment]
        self.pool_organisation = ""

    # Piccolo connects in its constructor to ask for the version: imports must stay pure.
    async def check_version(self) -> None: ...
    async def prep_database(self) -> None: ...

    async def close_connection_pool(self) -> None:
        """As Piccolo's, but whoever still holds a connection is waited for `CLOSE_S` only."""
        assert self.pool is not None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.CLOSE_S):
                await self.pool.close()  # Cancelled, it cuts what is left.
        self.pool = None

    def transaction(self, allow_nested: bool = True) -> Transaction:
        return Transaction(self, allow_nested)

    def acting(self) -> str:
        """Whose rows a transaction that begins now will see."""
        acting = acting_organisation.get()
        return self.pool_organisation if acting is None else acting

    async def tell_organisation(self, connection: Any) -> None:
        """Row-level security compares each row with this setting; it ends with the transaction."""
        if self.acting() != self.pool_organisation:
            await connection.execute(f"SET LOCAL maillage.organisation = '{self.acting()}'")

    async def _run_in_pool(self, query: str, args: Any = None) -> Any:
        """As Piccolo's, but a tenant's read is a transaction of its own, so that it is told."""
        if self.acting() != self.pool_organisation:
            async with self.transaction() as open_transaction:
                return await open_transaction.connection.fetch(query, *(args or []))
        assert self.pool is not None
        async with self.pool.acquire(timeout=self.ACQUIRE_S) as connection:
            return await connection.fetch(query, *(args or []))
