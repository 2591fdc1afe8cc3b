"""What one request sees and changes of the sandbox's world; written in one go at its end."""

import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec

from backend import core
from backend.stripe_sandbox.refusal import missing

PLATFORM = "acct_platform"
"""The operator's own account; Stripe's requests name it by naming none."""

LOCK = 7_402_019_020
DAY_S = 86_400
CLOCK = """extract(epoch FROM clock_timestamp())::bigint
  + coalesce((SELECT clock_offset_s FROM stripe_sandbox.world), 0)"""

Body = dict[str, Any]


@dataclass(slots=True)
class Thing:
    """One object of Stripe's: what it shows (`body`), what it keeps to itself (`hidden`)."""

    id: str
    kind: str
    account: str
    created_s: int
    body: Body
    hidden: Body
    due_s: int | None = None
    seq: int | None = None
    changed: bool = False

    def change(self, **facts: Any) -> Body:
        """Set shown facts; answers the old values of those that changed (for an event)."""
        before = {n: self.body.get(n) for n, v in facts.items() if self.body.get(n) != v}
        self.body.update(facts)
        self.changed = True
        return before

    def keep(self, **facts: Any) -> None:
        self.hidden.update(facts)
        self.changed = True

    def wake_at(self, due_s: int | None) -> None:
        self.due_s = due_s
        self.changed = True


@dataclass(slots=True)
class State:
    """One transaction's view. Nothing is written before `write`."""

    now_s: int
    base_url: str
    writable: bool
    request: str | None = None
    key: str | None = None
    things: dict[str, Thing] = field(default_factory=dict)
    balances: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    events: list[Thing] = field(default_factory=list)

    async def find(self, kind: str, identifier: str, account: str | None, **words: Any) -> Thing:
        """The object, if it is of that kind and that account (None: of any).

        Raises:
            Refusal: resource_missing, in Stripe's words.
        """
        thing = await self.look(identifier)
        if thing is None or thing.kind != kind or account not in (None, thing.account):
            shown = {"v2.core.account": "account", "payment_method": "PaymentMethod"}
            raise missing(shown.get(kind, kind), identifier, **words)
        return thing

    async def look(self, identifier: str) -> Thing | None:
        if identifier not in self.things:
            await self.load("id = $1", identifier)
        return self.things.get(identifier)

    async def load(self, where: str, *values: Any, order: str = "seq") -> list[Thing]:
        """Objects by an SQL condition of this package; those already seen keep their changes."""
        rows = await core.fetch(
            "SELECT seq, id, kind, account, created_s, due_s, body, hidden "  # noqa: S608
            f"FROM stripe_sandbox.object WHERE {where} ORDER BY {order}",
            *values,
        )
        return [self.things.setdefault(row["id"], _thing(row)) for row in rows]

    def new(
        self, kind: str, prefix: str, account: str, body: Body, *, id: str = "", **hidden: Any
    ) -> Thing:
        """An object made now; its `id` and `created` are filled in if its shape has them."""
        identifier = id or f"{prefix}_sb{secrets.token_hex(11)}"
        thing = Thing(identifier, kind, account, self.now_s, {"id": identifier, **body}, hidden)
        if thing.body.get("created", "") is None:
            thing.body["created"] = self.now_s
        thing.changed = True
        self.things[identifier] = thing
        return thing

    async def balance(self, account: str, currency: str) -> list[int]:
        """[available, pending] in minor units; change it by `move` only."""
        if (account, currency) not in self.balances:
            row = await core.fetch_row(
                "SELECT available_minor, pending_minor FROM stripe_sandbox.balance "
                "WHERE account = $1 AND currency = $2",
                account,
                currency,
            )
            self.balances[account, currency] = list(row) if row else [0, 0]
        return self.balances[account, currency]

    async def currencies(self, account: str) -> list[str]:
        rows = await core.fetch(
            "SELECT currency FROM stripe_sandbox.balance WHERE account = $1", account
        )
        return sorted({r["currency"] for r in rows} | {c for a, c in self.balances if a == account})

    async def write(self) -> None:
        """All changes are in the open transaction."""
        assert self.writable
        changed = [thing for thing in self.things.values() if thing.changed]
        if changed:
            await core.connection().execute(_WRITE_THINGS, *_columns(changed))
            for thing in changed:
                thing.changed = False
        if self.balances:
            rows = [(a, c, v[0], v[1]) for (a, c), v in self.balances.items()]
            await core.connection().execute(_WRITE_BALANCES, *map(list, zip(*rows, strict=True)))
        if self.events:
            await core.connection().execute(
                _WRITE_DELIVERIES,
                self.now_s,
                [event.id for event in self.events],
                [event.body["type"] for event in self.events],
                [_scope(event) for event in self.events],
                ["thin" if event.kind == "v2.core.event" else "snapshot" for event in self.events],
            )
            self.events.clear()


_WRITE_THINGS = """
INSERT INTO stripe_sandbox.object (id, kind, account, created_s, due_s, body, hidden)
SELECT id, kind, account, created_s, due_s, body::jsonb, hidden::jsonb
FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::text[], $7::text[])
  WITH ORDINALITY AS t (id, kind, account, created_s, due_s, body, hidden, n)
ORDER BY n
ON CONFLICT (id) DO UPDATE
  SET due_s = excluded.due_s, body = excluded.body, hidden = excluded.hidden
"""

_WRITE_BALANCES = """
INSERT INTO stripe_sandbox.balance (account, currency, available_minor, pending_minor)
SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[])
ON CONFLICT (account, currency) DO UPDATE
  SET available_minor = excluded.available_minor, pending_minor = excluded.pending_minor
"""

_WRITE_DELIVERIES = """
INSERT INTO stripe_sandbox.delivery (event, destination, due_s)
SELECT e.id, d.id,
  $1 + coalesce((SELECT (delivery->>'delay_s')::bigint FROM stripe_sandbox.world), 0)
FROM unnest($2::text[], $3::text[], $4::text[], $5::text[])
  WITH ORDINALITY AS e (id, type, scope, payload, n)
JOIN stripe_sandbox.object d ON d.kind = 'v2.core.event_destination'
  AND d.body->>'status' = 'enabled' AND d.body->>'event_payload' = e.payload
  AND d.body->'events_from' ? e.scope AND d.body->'enabled_events' ?| ARRAY['*', e.type]
ORDER BY e.n, d.seq
"""


def _scope(event: Thing) -> str:
    return "@self" if event.account == PLATFORM else "@accounts"


def encode(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def decode(text: str | bytes) -> Any:
    return msgspec.json.decode(text)


def _thing(row: Any) -> Thing:
    return Thing(
        row["id"], row["kind"], row["account"], row["created_s"],
        decode(row["body"]), decode(row["hidden"]), row["due_s"], row["seq"],
    )  # fmt: skip


def _columns(things: Sequence[Thing]) -> list[list[Any]]:
    return [
        [t.id for t in things],
        [t.kind for t in things],
        [t.account for t in things],
        [t.created_s for t in things],
        [t.due_s for t in things],
        [encode(t.body) for t in things],
        [encode(t.hidden) for t in things],
    ]


async def clock() -> int:
    """Seconds since 1970 by the sandbox's clock."""
    return int(await core.fetch_value(f"SELECT {CLOCK}"))


async def reading(base_url: str) -> State:
    """A view for answers that change nothing."""
    return State(await clock(), base_url, writable=False)


@asynccontextmanager
async def changing(base_url: str) -> AsyncIterator[State]:
    """One transaction at a time over all processes. The caller writes; leaving commits."""
    async with core.transaction():
        await core.connection().execute("SELECT pg_advisory_xact_lock($1)", LOCK)
        yield State(await clock(), base_url, writable=True)
