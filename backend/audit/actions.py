"""The one way to write to the audit log."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from backend.core import connection


class Change(NamedTuple):
    """One row to write; as the arguments of `write`."""

    chain: UUID | None
    actor: str
    action: str
    subject: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


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
        _json(before),
        _json(after),
    )


async def write_all(changes: Sequence[Change]) -> None:
    """As `write` of each, in this order, in one question to PostgreSQL.

    Whoever writes to several organisations' chains does it in the order of their ids: writers of
    one chain wait for each other.
    """
    await connection().execute(
        "SELECT audit.write(n.chain, n.actor, n.action, n.subject, n.before, n.after) "
        "FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::jsonb[], $6::jsonb[]) "
        "WITH ORDINALITY AS n (chain, actor, action, subject, before, after, position) "
        "ORDER BY n.position",
        ["operator" if each.chain is None else str(each.chain) for each in changes],
        [each.actor for each in changes],
        [each.action for each in changes],
        [each.subject for each in changes],
        [_json(each.before) for each in changes],
        [_json(each.after) for each in changes],
    )


def _json(told: dict[str, Any] | None) -> str | None:
    return None if told is None else msgspec.json.encode(told).decode()
