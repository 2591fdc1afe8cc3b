"""Letters go into the outbox, and old ones out of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from backend.core import connection, transaction, uuid7
from backend.mail.notices import is_notice, note
from backend.mail.rules import KEPT, Letter
from backend.mail.writing import html_of, text_of


class Addressed(NamedTuple):
    """A letter to an address, in the language that it is written in."""

    to: str
    letter: Letter
    language: str


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
        if is_notice(letter, useless_at):
            await note([(message_id, to, letter, language)], now)
    return message_id


async def send_all(letters: Sequence[Addressed], *, now: datetime) -> None:
    """As `send` of each, in two questions to PostgreSQL."""
    ids = [uuid7() for _ in letters]
    async with transaction():
        await connection().execute(
            "INSERT INTO mail.message (id, recipient, kind, language, subject, body_text, "
            "body_html, created_at, next_try_at) SELECT n.*, $8, $8 FROM unnest($1::uuid[], "
            "$2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) AS n",
            ids,
            [each.to for each in letters],
            [each.letter.kind for each in letters],
            [each.language for each in letters],
            [each.letter.subject for each in letters],
            [text_of(each.letter, each.language) for each in letters],
            [html_of(each.letter, each.language) for each in letters],
            now,
        )
        await note([(one, *each) for one, each in zip(ids, letters, strict=True)], now)


async def forget_old(now: datetime) -> int:
    """What was sent or given up long ago is gone; answers how many."""
    async with transaction():
        gone = await connection().fetch(
            "DELETE FROM mail.message WHERE coalesce(sent_at, given_up_at) < $1 RETURNING 1",
            now - KEPT,
        )
    return len(gone)
