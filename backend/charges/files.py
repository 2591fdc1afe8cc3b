"""Files of charges that the office brings in: tried first, then recorded, both by the worker.

The rules are those of `import_charges`. Progress goes to the file's row by another connection, and
nothing of it is waited for.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from contextvars import Context
from datetime import datetime
from pathlib import Path
from uuid import UUID

import asyncpg
import msgspec

from backend import audit
from backend.charges import queries_file
from backend.charges.import_charges import Imported, import_charges
from backend.charges.rules_file import (
    MOST_TRIES,
    ChargeFileDecided,
    ChargeFileEmpty,
    FileState,
    Shown,
    safe_name,
)
from backend.core import (
    Clock,
    Problem,
    connection,
    enqueue,
    fetch,
    fetch_row,
    gather_statistics,
    transaction,
)

CLAIM_S = 30
"""A file whose worker has been silent for so long is given to another one."""
BEAT_S = 5
MANY = 1_000
"""Rows after which PostgreSQL should know its tables anew."""

CLAIM = """
    UPDATE charges.charge_file SET tries = tries + 1, changed_at = now(), read_bytes = 0,
      claimed_until = now() + make_interval(secs => $1)
    WHERE id = (SELECT id FROM charges.charge_file WHERE state IN ('checking', 'importing')
                AND (claimed_until IS NULL OR claimed_until < now())
                ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id, name, content, state, tries, actor, decided_by, added_at, decided_at
"""
OUTCOME = """
    UPDATE charges.charge_file SET state = $2, read_count = $3, recorded_count = $4,
      already_count = $5, refused_count = $6, late_count = $7, ignored_columns = $8,
      totals = $9::text::jsonb, shown = $10::text::jsonb, rejected = $11, changed_at = now(),
      read_bytes = length(content) WHERE id = $1 AND state = $12
"""


async def add_file(name: str, content: bytes, *, now: datetime, actor: str) -> UUID:
    """The file is kept, and a worker says what it would do; nothing is recorded yet.

    Raises:
        ChargeFileEmpty: it holds nothing.
    """
    if not content:
        raise ChargeFileEmpty("Choose a CSV with a header and a row for each charge.")
    async with transaction():
        file_id: UUID = await connection().fetchval(
            "INSERT INTO charges.charge_file (name, content, actor, added_at, changed_at) "
            "VALUES ($1, $2, $3, $4, $4) RETURNING id",
            name, content, actor, now,
        )  # fmt: skip
        subject = f"charge_file:{file_id}"
        after = {"name": name, "bytes": len(content)}
        await audit.write(None, actor, "add_charge_file", subject, None, after)
        await enqueue(run_files)
    return file_id


async def decide_file(file_id: UUID, record: bool, *, now: datetime, actor: str) -> None:
    """A file that was tried is recorded by a worker, or dropped. The same again changes nothing.

    Raises:
        ChargeFileUnknown: none has this id.
        ChargeFileDecided: it is being tried, failed, or was decided otherwise.
    """
    state: FileState = "importing" if record else "dropped"
    async with transaction():
        decided = await connection().fetchval(
            "UPDATE charges.charge_file SET state = $2, decided_by = $3, decided_at = $4, "
            "changed_at = $4, claimed_until = NULL, tries = 0, read_bytes = 0 "
            "WHERE id = $1 AND state = 'checked' RETURNING id",
            file_id, state, actor, now,
        )  # fmt: skip
        if decided is None:
            found = (await queries_file.read_file(file_id))["state"]
            if found != state and not (record and found == "imported"):
                raise ChargeFileDecided(f"It is {found}; bring it in again if it is needed.")
            return
        await audit.write(None, actor, f"{state}_charge_file", f"charge_file:{file_id}")
        await enqueue(run_files)


async def run_files(_: Clock) -> int:
    """Every file that waits was tried or recorded; answers how many this worker took.

    Also those that a worker left when it died: what was recorded is not recorded twice.
    """
    ran = 0
    while claimed := await fetch_row(CLAIM, CLAIM_S):
        ran += 1
        if claimed["tries"] > MOST_TRIES:
            await _failed(claimed, "import-interrupted", "It was begun three times and never done.")
            continue
        try:
            await _run(claimed)
        except Problem as refusal:
            await _failed(claimed, refusal.code, refusal.detail)
    return ran


async def _run(claimed: asyncpg.Record) -> None:
    tries = claimed["state"] == "checking"
    shown = Shown()
    with tempfile.TemporaryDirectory(prefix="maillage-charges-") as folder:
        path = Path(folder) / safe_name(claimed["name"])
        await asyncio.to_thread(path.write_bytes, claimed["content"])
        async with telling(claimed["id"]) as progress:
            done = await import_charges(
                path,
                now=claimed["added_at"] if tries else claimed["decided_at"],
                actor=claimed["actor"] if tries else claimed["decided_by"],
                dry_run=tries,
                progress=progress,
                watch=shown.see,
            )
        rejected = None
        if done.rejected_file is not None:
            rejected = await asyncio.to_thread(done.rejected_file.read_bytes)
    await _landed(claimed, done, shown, rejected)
    if done.recorded >= MANY and not tries:
        await gather_statistics()


async def _landed(
    claimed: asyncpg.Record, done: Imported, shown: Shown, rejected: bytes | None
) -> None:
    totals = [{"currency": currency, **total._asdict()} for currency, total in done.totals.items()]
    await fetch(
        OUTCOME,
        claimed["id"],
        "checked" if claimed["state"] == "checking" else "imported",
        done.read,
        done.recorded,
        done.already_recorded,
        done.refused,
        done.late,
        [name.replace("\0", "\\0")[:100] for name in done.ignored_columns],
        msgspec.json.encode(totals).decode(),
        msgspec.json.encode(shown).decode(),
        rejected,
        claimed["state"],
    )


async def _failed(claimed: asyncpg.Record, code: str, detail: str) -> None:
    await fetch(
        "UPDATE charges.charge_file SET state = 'failed', problem_code = $2, problem_detail = $3, "
        "changed_at = now() WHERE id = $1 AND state = $4",
        claimed["id"],
        code,
        detail,
        claimed["state"],
    )


@asynccontextmanager
async def telling(file_id: UUID) -> AsyncIterator[Callable[[int], None]]:
    """Bytes read are written down while the block runs, by another connection."""
    said: asyncio.Queue[int | None] = asyncio.Queue()
    # A context of its own: the transaction of this one stays this one's.
    writing = asyncio.create_task(_write_down(file_id, said), context=Context())
    try:
        yield said.put_nowait
    finally:
        said.put_nowait(None)
        # Without a word of progress a file comes in as well.
        with suppress(OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await writing


async def _write_down(file_id: UUID, said: asyncio.Queue[int | None]) -> None:
    read = 0
    while True:
        with suppress(TimeoutError):
            more = await asyncio.wait_for(said.get(), BEAT_S)
            if more is None:
                return
            read += more
        await fetch(
            "UPDATE charges.charge_file SET read_bytes = $2, changed_at = now(), "
            "claimed_until = now() + make_interval(secs => $3) "
            "WHERE id = $1 AND state IN ('checking', 'importing')",
            file_id,
            read,
            CLAIM_S,
        )
