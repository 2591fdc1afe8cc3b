"""What stands in the letters of the outbox."""

import re
from typing import Any

from backend import core


async def kinds(to: str) -> list[str]:
    """What was written to this mailbox, in order."""
    rows = await core.fetch("SELECT kind FROM mail.message WHERE recipient = $1 ORDER BY id", to)
    return [row["kind"] for row in rows]


async def token_in(kind: str, to: str) -> str:
    """The token of the last letter of this kind."""
    text: Any = await core.fetch_value(
        "SELECT body_text FROM mail.message WHERE kind = $1 AND recipient = $2 "
        "ORDER BY id DESC LIMIT 1",
        kind, to,
    )  # fmt: skip
    found = re.search(r"\?token=(\S+)", text)
    assert found is not None, text
    return found[1]
