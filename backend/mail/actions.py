"""Letters go into the outbox, and old ones out of it."""

from datetime import datetime
from uuid import UUID

from backend.core import connection, transaction, uuid7
from backend.mail.rules import KEPT, Letter
from backend.mail.writing import html_of, text_of


async def send(
    to: str, letter: Letter, *, language: str, now: datetime, useless_at: datetime | None = None
) -> UUID:
    """The letter waits in the outbox once the open transaction is committed; answers its id.

    After `useless_at` (its link has expired) it is not sent any more.
    """
    message_id = uuid7()
    async with transaction():
        await connection().execute(
            "INSERT INTO mail.message (id, recipient, kind, language, subject, body_text, "
            "body_html, created_at, useless_at, next_try_at) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8)",
            message_id, to, letter.kind, language, letter.subject,
            text_of(letter, language), html_of(letter, language), now, useless_at,
        )  # fmt: skip
    return message_id


async def forget_old(now: datetime) -> int:
    """What was sent or given up long ago is gone; answers how many."""
    async with transaction():
        gone = await connection().fetch(
            "DELETE FROM mail.message WHERE coalesce(sent_at, given_up_at) < $1 RETURNING 1",
            now - KEPT,
        )
    return len(gone)
