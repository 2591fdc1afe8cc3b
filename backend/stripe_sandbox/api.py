"""Stripe's API: from a request to its answer, through key, rate, faults and idempotency."""

import asyncio
import re
import secrets
from dataclasses import dataclass, field
from typing import Any

from backend import core
from backend.stripe_sandbox import (
    accounts,
    balances,
    checkout,
    disputes,
    events,
    links,
    methods,
    payments,
    payouts,
    refunds,
    transfers,
)  # fmt: skip
from backend.stripe_sandbox import idempotency as keys
from backend.stripe_sandbox.calls import Call, Endpoint
from backend.stripe_sandbox.expansion import expand
from backend.stripe_sandbox.faults import NOT_EXECUTED, Fault, next_fault
from backend.stripe_sandbox.life import settle, settle_if_due
from backend.stripe_sandbox.parameters import form_pairs, json_pairs
from backend.stripe_sandbox.refusal import Refusal
from backend.stripe_sandbox.state import PLATFORM, Body, State, changing, decode, encode, reading

MODULES = (
    accounts, links, transfers, payouts, balances, payments, methods, checkout, refunds, disputes,
    events,
)  # fmt: skip
ENDPOINTS: list[Endpoint] = [entry for module in MODULES for entry in module.ENDPOINTS]


@dataclass(slots=True)
class Request:
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes

    @property
    def version(self) -> str:
        return "v2" if self.path.startswith("/v2/") else "v1"


@dataclass(slots=True)
class Reply:
    """`cut`: None, or what becomes of the reply on its way: lost, truncated, html_502, refused."""

    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)
    cut: str | None = None


async def serve(request: Request, base_url: str, turn: asyncio.Lock) -> Reply:
    """Stripe's answer. `turn`: this process changes the world with one connection at a time."""
    identifier = f"req_sb{secrets.token_hex(7)}"
    fault: Fault | None = None
    try:
        _check_key(request)
        fault = await _gate(request)
        if fault is not None and fault.kind in NOT_EXECUTED:
            if fault.kind == "refused":
                return Reply(503, "", cut="refused")
            fault.refuse_before()
        reply = await _answer(request, base_url, turn, identifier, fault)
    except Refusal as refusal:
        reply = Reply(refusal.status, encode(refusal.body), refusal.headers)
    if fault is not None and fault.kind in ("lost", "html_502", "truncated"):
        reply.cut = fault.kind
    reply.headers |= {"request-id": identifier, "content-type": "application/json"}
    for name in ("stripe-version", "stripe-account", "idempotency-key"):
        if name in request.headers:
            reply.headers[name] = request.headers[name]
    return reply


def _check_key(request: Request) -> None:
    """Raises: Refusal, 401: no key, or a live one: the sandbox moves no real money."""
    given = request.headers.get("authorization", "")
    key = given.removeprefix("Bearer ").strip()
    if re.match(r"(sk|rk)_live_", key):
        raise Refusal(
            "This is the Stripe sandbox of Maillage: it takes test keys (sk_test_, rk_test_), "
            "never a live key.",
            status=401, stored=False,
        )  # fmt: skip
    if not given.startswith("Bearer ") or not re.match(r"(sk|rk)_test_\w", key):
        raise Refusal("Invalid API Key provided.", status=401, stored=False)


async def _gate(request: Request) -> Fault | None:
    """Raises: Refusal, 429 above the rate that was asked for."""
    row = await core.fetch_row(
        "SELECT EXISTS (SELECT FROM stripe_sandbox.fault WHERE times > 0) AS faulty, "
        "(SELECT rate_per_s FROM stripe_sandbox.world) AS rate"
    )
    assert row is not None
    if row["rate"] is not None and await core.fetch_value(_TAKE_TOKEN) is None:
        error = Refusal("Request rate limit exceeded.", status=429, code="rate_limit", stored=False)
        error.headers["stripe-rate-limited-reason"] = "global-rate"
        raise error
    return await next_fault(request.method, request.path) if row["faulty"] else None


_REFILLED = """least(rate_per_s, tokens
  + rate_per_s * extract(epoch FROM clock_timestamp() - refilled_at))"""
_TAKE_TOKEN = f"""
UPDATE stripe_sandbox.world SET tokens = {_REFILLED} - 1, refilled_at = clock_timestamp()
WHERE {_REFILLED} >= 1 RETURNING tokens
"""  # noqa: S608


async def _answer(
    request: Request, base_url: str, turn: asyncio.Lock, identifier: str, fault: Fault | None
) -> Reply:
    entry, ids = _find(request)
    json = request.version == "v2" and request.method == "POST"
    text = request.query if request.method != "POST" else request.body.decode("utf-8", "replace")
    pairs = json_pairs(request.body) if json else form_pairs(text)
    params = entry.shape.read(pairs, json=json)
    if request.method != "POST":
        await settle_if_due(base_url)
        state = await reading(base_url)
        call = Call(state, await _account(state, request), params, request.path)
        return Reply(200, encode(await expand(call, await entry.answer(call, *ids))))
    run = Execution(request, entry, ids, params, identifier, fault)
    return await run.reply(base_url, turn)


def _find(request: Request) -> tuple[Endpoint, tuple[str, ...]]:
    for entry in ENDPOINTS:
        if entry.method == request.method and (match := entry.path.fullmatch(request.path)):
            return entry, match.groups()
    raise Refusal(
        f"Unrecognized request URL ({request.method}: {request.path}). Please see "
        "https://stripe.com/docs or we can help at https://support.stripe.com/.",
        status=404, stored=False,
    )  # fmt: skip


async def _account(state: State, request: Request) -> str:
    """Raises: Refusal, 403, for an account that is not this platform's."""
    given = request.headers.get("stripe-account", PLATFORM)
    if given == PLATFORM:
        return given
    thing = await state.look(given)
    if thing is None or thing.kind != "v2.core.account":
        raise Refusal(
            f"The provided key 'sk_test_***' does not have access to account '{given}' (or that "
            "account does not exist). Application access may have been revoked.",
            status=403, code="account_invalid", stored=False,
        )  # fmt: skip
    return given


@dataclass(slots=True)
class Execution:
    """One POST: its key is claimed, then it is executed and its answer stored at once."""

    request: Request
    entry: Endpoint
    ids: tuple[str, ...]
    params: Body
    identifier: str
    fault: Fault | None

    async def reply(self, base_url: str, turn: asyncio.Lock) -> Reply:
        held = await self._claim()
        if isinstance(held, keys.Stored):
            return await self._replay(held, base_url)
        if self.fault is not None and self.fault.kind == "slow":
            await asyncio.sleep(self.fault.facts.get("seconds", 1))
        async with turn, changing(base_url) as state:
            await settle(state)
            return await self._execute(state, held)

    async def _claim(self) -> keys.Claim | keys.Stored | None:
        key = self.request.headers.get("idempotency-key")
        if key is None:
            return None
        account = self.request.headers.get("stripe-account", PLATFORM)
        digest = keys.digest_of("POST", self.request.path, self.params)
        return await keys.claim(self.request.version, account, key, digest)

    async def _execute(self, state: State, held: keys.Claim | None) -> Reply:
        state.request = self.identifier
        state.key = self.request.headers.get("idempotency-key")
        status, body, stored = await self._run(state)
        text = encode(body)
        if self.fault is not None and self.fault.kind == "500_after":
            failed = Refusal("Injected by the Stripe sandbox.", status=500, kind="api_error")
            if self.request.version == "v1":
                status, text = 500, encode(failed.body)
        if held is not None and stored:
            await keys.store(held, status, text, self.identifier)
        elif held is not None:
            await keys.release(held)
        if self.fault is not None and self.fault.kind == "500_after":
            return Reply(500, encode(failed.body))
        return Reply(status, text)

    async def _run(self, state: State) -> tuple[int, Body, bool]:
        """Status, body, and whether a repetition of the key shall get them again.

        What a refused request had begun is never written.
        """
        try:
            call = Call(state, await _account(state, self.request), self.params, self.request.path)
            body = await self.entry.answer(call, *self.ids)
            await state.write()
            return 200, await expand(call, body), True
        except Refusal as refusal:
            if refusal.kept:
                await state.write()
            # v2 works a failed request to its end when it is repeated (stripe.md 1.9).
            return refusal.status, refusal.body, refusal.stored and self.request.version == "v1"

    async def _replay(self, held: keys.Stored, base_url: str) -> Reply:
        headers = {"idempotent-replayed": "true", "original-request": held.request}
        text = held.body
        if self.request.version == "v2" and held.status == 200:
            body: dict[str, Any] = decode(text)
            if body.get("object") == "v2.core.account":
                thing = await accounts.account_of(await reading(base_url), body["id"])
                include = self.params.get("include", [])
                text = encode(accounts.view(await reading(base_url), thing, include))
        return Reply(held.status, text, headers)
