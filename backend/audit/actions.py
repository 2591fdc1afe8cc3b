"""The one way to write to the audit log."""

from typing import Any
from uuid import UUID

import msgspec

from backend.core import connection


async def write(
    chain: UUID | None,
    actor: str,
    action: str,
    subject: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Add one row to the chain of an organisation, or of the operator for None.

    `actor` is `person:<id>`, `key:<id>`, `system:cli` or `system:worker`; `action` is the verb,
    `subject` is `noun:<id>`. Runs in the open transaction: no change without its row, no row
    without its change. A tenant's session writes its own chain only; PostgreSQL refuses the rest.
    """
    await connection().fetchval(
        "SELECT audit.write($1, $2, $3, $4, $5, $6)",
        "operator" if chain is None else str(chain),
        actor,
        action,
        subject,
        None if before is None else msgspec.json.encode(before).decode(),
        None if after is None else msgspec.json.encode(after).decode(),
    )
