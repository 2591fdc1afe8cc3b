"""Alarms: what no rule decides, and a person of the operator has to look at."""

from datetime import datetime
from uuid import UUID

import asyncpg

from backend.audit.actions import write
from backend.audit.queries import EVERYTHING, Sought
from backend.core import Problem, connection, fetch, transaction


class AlarmUnknown(Problem):
    status = 404
    code = "alarm-unknown"
    title = "There is no such alarm"


class AlarmClosed(Problem):
    code = "alarm-closed"
    title = "The alarm is closed"


async def raise_alarm(
    subject: str,
    kind: str,
    detail: str,
    now: datetime,
    *,
    actor: str = "system:worker",
    again: bool = False,
) -> bool:
    """Somebody has to look at `subject` (noun:id); the same alarm is raised once, also if closed.

    With `again`, one that was closed is told anew: its cause was found anew, too. `kind` is a word
    that screens translate, `detail` names the facts. Runs in the open transaction. Answers whether
    it is new.
    """
    if again:
        closed = await connection().fetchval(
            "SELECT count(*) FROM audit.alarm "
            "WHERE subject = $1 AND kind = $2 AND closed_at IS NOT NULL",
            subject,
            kind,
        )
        detail = f"{detail} Closed {closed} times before." if closed else detail
    raised = await connection().fetchval(
        "INSERT INTO audit.alarm (subject, kind, detail, raised_at) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT DO NOTHING RETURNING id",
        subject,
        kind,
        detail[:1000],
        now,
    )
    if raised is not None:
        await write(
            None, actor, "raise_alarm", subject, None, {"kind": kind, "detail": detail[:1000]}
        )
    return raised is not None


async def renew_alarm(
    subject: str, kind: str, detail: str, now: datetime, *, actor: str = "system:worker"
) -> bool:
    """As `raise_alarm`, where `detail` says how it is now: of such alarms one at most is open.

    One that is open and says otherwise is closed with a note. Runs in the open transaction.
    """
    told = await connection().fetch(
        "SELECT id, detail, closed_at, closed_by FROM audit.alarm WHERE subject = $1 AND kind = $2 "
        "ORDER BY id FOR UPDATE",
        subject,
        kind,
    )
    detail = detail[:900]
    same = [row for row in told if f"{row['detail']} Again, ".startswith(f"{detail} Again, ")]
    for row in told:
        if row["closed_at"] is None and row not in same:
            await close_alarm(row["id"], RENEWED, now=now, actor=actor)
    if any(row["closed_at"] is None or row["closed_by"] != actor for row in same):
        return False
    words = f"{detail} Again, {now:%Y-%m-%d %H:%M:%S} UTC." if same else detail
    return await raise_alarm(subject, kind, words, now, actor=actor)


RENEWED = "It is otherwise now: a newer alarm says how."


async def close_alarm(alarm_id: UUID, note: str, *, now: datetime, actor: str) -> None:
    """Somebody has looked; `note` says what was done about it. Closing it again is refused.

    Raises:
        AlarmUnknown: none has this id.
        AlarmClosed: somebody else was faster.
    """
    async with transaction():
        row = await connection().fetchrow(
            "SELECT subject, kind, closed_at FROM audit.alarm WHERE id = $1 FOR UPDATE", alarm_id
        )
        if row is None:
            raise AlarmUnknown(f"No alarm has the id {alarm_id}.")
        if row["closed_at"] is not None:
            raise AlarmClosed(f"It was closed at {row['closed_at']:%Y-%m-%d %H:%M} UTC.")
        await connection().execute(
            "UPDATE audit.alarm SET closed_at = $2, closed_by = $3, note = $4 WHERE id = $1",
            alarm_id,
            now,
            actor,
            note,
        )
        after = {"kind": row["kind"], "note": note}
        await write(None, actor, "close_alarm", row["subject"], None, after)


async def list_alarms(
    *, open_only: bool, sought: Sought = EVERYTHING, before: UUID | None, limit: int
) -> list[asyncpg.Record]:
    """Alarms, the newest first."""
    return await fetch(
        "SELECT id, subject, kind, detail, raised_at, closed_at, closed_by, note "
        "FROM audit.alarm WHERE (NOT $1 OR closed_at IS NULL) "
        "AND ($2::uuid IS NULL OR id < $2) AND ($4::text IS NULL OR kind = $4) "
        "AND ($5::timestamptz IS NULL OR raised_at >= $5) "
        "AND ($6::timestamptz IS NULL OR raised_at < $6) "
        "AND ($7::text IS NULL OR strpos(lower(concat_ws(' ', subject, kind, "
        "replace(kind, '_', ' '), detail, note)), lower($7)) > 0) "
        "ORDER BY id DESC LIMIT $3",
        open_only,
        before,
        limit,
        sought.word,
        sought.since,
        sought.until,
        sought.text,
    )
