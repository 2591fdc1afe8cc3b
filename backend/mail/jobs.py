"""Letters that wait are handed to the SMTP server."""

from datetime import datetime, timedelta
from uuid import UUID

import aiosmtplib
import asyncpg

from backend.core import connection, for_each, transaction
from backend.mail.rules import PAUSES, Post
from backend.mail.writing import mailbox_of, message_of

TIMEOUT_S = 20.0
IN_HAND = timedelta(minutes=2)
"""A try that is neither done nor failed for so long was cut off; it is made again."""

AT_ONCE = 50
"""Letters of one run; the next run is seconds away."""

PERMANENT = range(500, 600)


async def send_due(post: Post, now: datetime) -> int:
    """Letters that were due are with the server, or wait for their next try; answers how many went.

    At least once: what a crash cut off between the server's answer and our note goes again, under
    the same Message-ID.
    """
    done = 0

    async def deliver(row: asyncpg.Record) -> None:
        nonlocal done
        done += await _deliver(row, post, now)

    await for_each(await _take_in_hand(now), deliver)
    return done


async def _take_in_hand(now: datetime) -> list[asyncpg.Record]:
    """No other worker takes them meanwhile; expired ones are given up."""
    async with transaction():
        await connection().execute(
            "UPDATE mail.message SET given_up_at = $1, reason = 'its link has expired', "
            "body_text = NULL, body_html = NULL "
            "WHERE sent_at IS NULL AND given_up_at IS NULL AND useless_at <= $1",
            now,
        )
        rows = await connection().fetch(
            """
            WITH picked AS MATERIALIZED (
              SELECT id FROM mail.message
               WHERE sent_at IS NULL AND given_up_at IS NULL AND next_try_at <= $1
               ORDER BY next_try_at, id LIMIT $3 FOR UPDATE SKIP LOCKED)
            UPDATE mail.message m SET tries = tries + 1, next_try_at = $2
              FROM picked WHERE m.id = picked.id
            RETURNING m.id, m.recipient, m.subject, m.body_text, m.body_html, m.tries, m.created_at
            """,
            now,
            now + IN_HAND,
            AT_ONCE,
        )
    return sorted(rows, key=lambda row: row["id"])


async def _deliver(row: asyncpg.Record, post: Post, now: datetime) -> int:
    message = message_of(
        row["id"], row["recipient"], row["subject"], row["body_text"], row["body_html"],
        post, row["created_at"],
    )  # fmt: skip
    try:
        await aiosmtplib.send(
            message,
            recipients=[mailbox_of(row["recipient"]).addr_spec],
            hostname=post.host,
            port=post.port,
            username=post.user,
            password=post.password,
            use_tls=post.tls,
            start_tls=post.start_tls,
            timeout=TIMEOUT_S,
        )
    except (aiosmtplib.SMTPException, OSError) as failure:
        await _note_failure(row["id"], row["tries"], failure, now)
        return 0
    await _end(row["id"], "sent_at", None, now)
    return 1


async def _note_failure(message_id: UUID, tries: int, failure: Exception, now: datetime) -> None:
    reason = f"{type(failure).__name__}: {failure}"[:500]
    if tries > len(PAUSES) or _is_refused_for_good(failure):
        await _end(message_id, "given_up_at", reason, now)
        return
    async with transaction():
        await connection().execute(
            "UPDATE mail.message SET next_try_at = $2, reason = $3 WHERE id = $1",
            message_id, now + PAUSES[tries - 1], reason,
        )  # fmt: skip


def _is_refused_for_good(failure: Exception) -> bool:
    """No such mailbox. A refusal of our password or sender is ours to mend: it is tried again."""
    if isinstance(failure, aiosmtplib.SMTPRecipientsRefused):
        return all(refused.code in PERMANENT for refused in failure.recipients)
    return False


async def _end(message_id: UUID, column: str, reason: str | None, now: datetime) -> None:
    assert column in ("sent_at", "given_up_at")
    async with transaction():
        await connection().execute(
            f"UPDATE mail.message SET {column} = $2, reason = $3, body_text = NULL, "  # noqa: S608
            "body_html = NULL WHERE id = $1",
            message_id, now, reason,
        )  # fmt: skip
