"""The same letters inside the application: what was written to an address, read and unread."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from backend import core
from backend.core import connection, transaction
from backend.mail.rules import Letter

KEPT_NOTICES = timedelta(days=365)
"""So long it can be read again here what was written."""

_LIST = """
SELECT n.id, n.recipient, n.kind, n.subject, n.said, n.link, n.created_at, r.read_at
  FROM mail.notice n LEFT JOIN mail.notice_read r ON r.notice_id = n.id AND r.person_id = $2
 WHERE n.recipient = ANY ($1) AND ($3::uuid IS NULL OR n.id < $3)
 ORDER BY n.id DESC LIMIT $4
"""
_UNREAD = """
SELECT count(*) FROM mail.notice n
 WHERE n.recipient = ANY ($1) AND NOT EXISTS (
   SELECT FROM mail.notice_read r WHERE r.notice_id = n.id AND r.person_id = $2)
"""
_READ = """
INSERT INTO mail.notice_read (notice_id, person_id, read_at)
SELECT n.id, $2, $4 FROM mail.notice n WHERE n.recipient = ANY ($1) AND {}
ON CONFLICT DO NOTHING
"""


class Notice(Struct, frozen=True):
    """A letter to `recipient`, in the language that it was written in; `read_at` by this person."""

    id: UUID
    recipient: str
    kind: str
    subject: str
    said: str
    link: str | None
    created_at: datetime
    read_at: datetime | None


def is_notice(letter: Letter, useless_at: datetime | None) -> bool:
    """Whether it may be read by whoever is signed in: a link that lets its reader in, or ends, is
    for the mailbox alone.
    """
    return useless_at is None and "token=" not in (letter.link or "")


async def note(letters: Sequence[tuple[UUID, str, Letter, str]], now: datetime) -> None:
    """(Id, address, letter, language) of what went into the outbox: it can be read here too, in the
    open transaction.
    """
    kept = [one for one in letters if is_notice(one[2], None)]
    if kept:
        await connection().execute(
            "INSERT INTO mail.notice (id, recipient, kind, language, subject, said, link, "
            "created_at) SELECT n.*, $8 FROM unnest($1::uuid[], $2::text[], $3::text[], "
            "$4::text[], $5::text[], $6::text[], $7::text[]) AS n",
            [one[0] for one in kept],
            [one[1].lower() for one in kept],
            [one[2].kind for one in kept],
            [one[3] for one in kept],
            [one[2].subject for one in kept],
            ["\n\n".join([*one[2].paragraphs, *one[2].closing]) for one in kept],
            [one[2].link for one in kept],
            now,
        )


@core.operators_work
async def list_notices(
    addresses: Collection[str], person_id: UUID, *, before: UUID | None, limit: int
) -> list[Notice]:
    """What was written to any of the addresses, newest first. Whoever calls knows that the person
    may read what goes there.
    """
    rows = await core.fetch(_LIST, _lower(addresses), person_id, before, limit)
    return [Notice(**row) for row in rows]


@core.operators_work
async def count_unread(addresses: Collection[str], person_id: UUID) -> int:
    """How many of them this person has not read."""
    count: int = await core.fetch_value(_UNREAD, _lower(addresses), person_id)
    return count


@core.operators_work
async def mark_read(
    addresses: Collection[str], person_id: UUID, *, notice_id: UUID | None, now: datetime
) -> None:
    """The person has read this one, or all of them; again changes nothing."""
    which = "$3::uuid IS NULL OR n.id = $3"
    async with transaction():
        await connection().execute(
            _READ.format(f"({which})"), _lower(addresses), person_id, notice_id, now
        )


async def forget_notices(now: datetime) -> int:
    """What is older than `KEPT_NOTICES` is gone; answers how many."""
    async with transaction():
        gone = await connection().fetch(
            "DELETE FROM mail.notice WHERE created_at < $1 RETURNING 1", now - KEPT_NOTICES
        )
    return len(gone)


def _lower(addresses: Collection[str]) -> list[str]:
    return sorted({one.lower() for one in addresses})
