"""The outbox, read."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from backend.core import fetch

State = Literal["waiting", "sent", "given_up"]

_LIST = """
SELECT id, recipient, kind, language, subject,
       CASE WHEN $3 THEN body_text END AS text,
       created_at, tries, sent_at, given_up_at, reason,
       CASE WHEN sent_at IS NOT NULL THEN 'sent' WHEN given_up_at IS NOT NULL THEN 'given_up'
            ELSE 'waiting' END AS state
  FROM mail.message
 WHERE $1::uuid IS NULL OR id < $1 ORDER BY id DESC LIMIT $2
"""


class Message(Struct, frozen=True):
    """A letter as the office sees it; `text` is null where a mail server carries the letters."""

    id: UUID
    recipient: str
    kind: str
    language: str
    subject: str
    text: str | None
    state: State
    created_at: datetime
    tries: int
    sent_at: datetime | None
    given_up_at: datetime | None
    reason: str | None


async def list_messages(*, before: UUID | None, limit: int, with_text: bool) -> list[Message]:
    """The newest first. `with_text` also shows what letters that wait say, links included."""
    return [Message(**row) for row in await fetch(_LIST, before, limit, with_text)]
