"""Every route that names a row, for own, parent's, child's, sibling's, stranger's (invariant 9)."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

import asyncpg
import httpx
import pytest_asyncio

from backend import core
from backend.identity.rules import NEVER_IN_KEYS, ORGANISATION
from tests.test_matrix import ANYBODY, ROUTES
from tests.walls import callers, world
from tests.walls.answers import (
    BEHIND_ONE_WALL,
    COMMON,
    OF_A_CHILD,
    PEOPLES_OWN,
    REFUSED,
    SECOND_WALL_SHOWS,
    SEEN_BY_DESIGN,
    WORKS,
    Route,
    stated,
)
from tests.walls.bodies import body_of
from tests.walls.kinds import CODES, KINDS, OPERATORS, kinds_in
from tests.walls.world import PEOPLE, RELATIONS, SELF, World, canary

OTHERS = tuple(one for one in RELATIONS if one != SELF)
ORDER = {"GET": 0, "PUT": 1, "POST": 2, "DELETE": 3}
KEPT_BY_THE_ENTRANCE = ("identity.session", "identity.api_key", "web.", "jobs.")
"""That somebody was here, when, how often: written whatever the answer."""
NOT_FOR_KEYS = {403}

Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


def addressed() -> Iterator[tuple[Route, list[tuple[str, str]]]]:
    """Every route of partners and buyers that names a row, what reads first, what deletes last."""
    for route in sorted(ROUTES, key=lambda one: (ORDER.get(one[0], 9), one)):
        path = route[1]
        ours = path.startswith(("/api/portal", "/api/store")) or "/purchases/" in path
        rows = [(name, kind) for name, kind in kinds_in(path) if kind not in CODES]
        if ours and rows and route[0] != "HEAD":
            yield route, rows


def filled(path: str, ids: dict[str, str]) -> str:
    """With these ids by kind, and a code where it asks for one."""
    for name, kind in kinds_in(path):
        path = path.replace("{" + name + "}", ids[kind] if kind in ids else CODES[kind])
    return path.replace("{lang}", "fr")


def mixed(rows: list[tuple[str, str]], own: dict[str, str], theirs: dict[str, str]) -> Any:
    """Ids of which at least one is another's."""
    yield theirs
    if len(rows) > 1:
        for _, kind in rows:
            yield {**own, kind: theirs[kind]}


async def rows_of(owner: Owner) -> dict[str, str]:
    """What stands in each table."""
    found: dict[str, str] = {}
    for table in await owner.fetch(
        "SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c "
        "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND n.nspname NOT IN "
        "('pg_catalog', 'information_schema', 'public', 'seed') AND pg_relation_size(c.oid) > 0"
    ):
        name = table["name"]
        if not name.startswith(KEPT_BY_THE_ENTRANCE):
            found[name] = await owner.fetchval(
                f"SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM {name} t"
            )
    return {name: rows for name, rows in found.items() if rows}


class Walk:
    """Sends requests and keeps what was not as stated."""

    def __init__(self) -> None:
        self.surprises: list[str] = []

    async def ask(
        self, who: str, caller: httpx.AsyncClient, route: Route, ids: dict[str, str], at: str
    ) -> httpx.Response:
        method, path = route
        self.place = f"{who}: {method} {path} of {at}"
        body = body_of(method, path)
        return await caller.request(
            method, filled(path, ids), **({} if body is None else {"json": body})
        )

    def expect(self, answer: httpx.Response, allowed: set[int] | None) -> None:
        status = answer.status_code
        fine = status in allowed if allowed else status in WORKS or status in REFUSED
        if not fine:
            self.surprises.append(f"{self.place}: {status} {answer.text[:160]}")

    def hides(self, answer: httpx.Response, relations: tuple[str, ...]) -> None:
        told = [one for one in relations if canary(one) in answer.text]
        if told:
            self.surprises.append(f"{self.place} tells of {told}")


def holds(role: str, route: Route) -> bool:
    scope = "store:order:read" if "/purchases/" in route[1] else ROUTES[route]
    return scope == ANYBODY or role in ORGANISATION[scope].split()


def for_keys(route: Route) -> bool:
    return ROUTES[route] != ANYBODY and ROUTES[route] not in NEVER_IN_KEYS


@pytest_asyncio.fixture
async def made(stripe: None) -> AsyncIterator[World]:
    built = await world.build()
    yield built
    for browser in built.owners.values():
        await browser.aclose()


def test_every_id_in_an_address_has_a_planted_row() -> None:
    for method, path in ROUTES:
        for _, kind in kinds_in(path):
            known = kind in KINDS or kind in CODES
            if path.startswith("/api/office"):
                known = known or kind in OPERATORS
            assert known, f"{method} {path}: state {kind} in tests/walls/kinds.py"


async def test_every_route_answers_own_and_others_as_stated(made: World, owner: Owner) -> None:
    walk = Walk()
    await _others(walk, made, owner)
    await _second_wall(walk, made, owner)
    await _refused(walk, made)
    await _lists(walk, made)
    await _own(walk, made)
    assert walk.surprises == [], chr(10).join(walk.surprises)


async def _others(walk: Walk, made: World, owner: Owner) -> None:
    """Nobody of self finds another's row, and nothing is changed by having asked."""
    own = made.ids[SELF]
    people = [(role, await callers.signed_in(role, made.organisations[SELF])) for role in PEOPLE]
    scopes = sorted({ROUTES[route] for route, _ in addressed() if for_keys(route)})
    _, secret = await callers.key(made.owners[SELF], scopes)
    keyed = callers.program(secret)
    before = await rows_of(owner)
    for route, rows in addressed():
        if all(kind in COMMON for _, kind in rows):
            continue
        for relation in OTHERS:
            await owner.execute("DELETE FROM web.rate_limit")
            if route in OF_A_CHILD and relation == "child":
                continue
            allowed = stated(route, relation, [kind for _, kind in rows])
            for ids in mixed(rows, own, made.ids[relation]):
                for role, person in people:
                    if role != "owner" and relation not in ("child", "stranger"):
                        continue
                    answer = await walk.ask(role, person, route, ids, relation)
                    walk.expect(answer, allowed if holds(role, route) else {403})
                    walk.hides(answer, OTHERS)
            if relation in ("child", "stranger") and route not in PEOPLES_OWN:
                answer = await walk.ask("key", keyed, route, made.ids[relation], relation)
                walk.expect(answer, NOT_FOR_KEYS | (allowed or set()))
                walk.hides(answer, OTHERS)
    after = await rows_of(owner)
    changed = [name for name in before | after if before.get(name) != after.get(name)]
    if changed:
        walk.surprises.append(f"what was refused changed {changed}")
    for _, person in [*people, ("", keyed)]:
        await person.aclose()


async def _second_wall(walk: Walk, made: World, owner: Owner) -> None:
    """Where a query forgot to ask whose, PostgreSQL shows self no row of another all the same."""
    me = made.organisations[SELF]
    for table in await owner.fetch(
        "SELECT format('%I.%I', table_schema, table_name) AS name "
        "FROM information_schema.columns JOIN information_schema.tables "
        "USING (table_schema, table_name) WHERE table_type = 'BASE TABLE' "
        "AND column_name = 'organisation_id' AND table_schema <> 'seed'"
    ):
        if table["name"] in BEHIND_ONE_WALL:
            continue
        sql = f"SELECT DISTINCT organisation_id FROM {table['name']} WHERE organisation_id <> $1"
        allowed = SECOND_WALL_SHOWS.get(table["name"], ())
        with core.acting_for(me):
            seen = {row["organisation_id"] for row in await core.fetch(sql, me)}
        named = {org: one for one, org in made.organisations.items()}
        extra = {str(named.get(org, "another")) for org in seen} - set(allowed)
        if extra:
            walk.surprises.append(f"{table['name']} shows self rows of {sorted(extra)}")


async def _refused(walk: Walk, made: World) -> None:
    """One's own rows, for whom the door is shut: nobody, dead keys, keys without the scope."""
    browser, own = made.owners[SELF], made.ids[SELF]
    scopes = sorted({ROUTES[route] for route, _ in addressed() if for_keys(route)})
    revoked_id, revoked = await callers.key(browser, scopes)
    assert (await browser.delete(f"/api/portal/api-keys/{revoked_id}")).status_code == 204
    soon = datetime.now(UTC) + timedelta(milliseconds=100)
    _, expired = await callers.key(browser, scopes, expires_at=soon.isoformat())
    await asyncio.sleep(0.15)
    _, narrow = await callers.key(browser, ["portal:audit:read"])
    for who, secret, allowed in (
        ("revoked key", revoked, {401}),
        ("expired key", expired, {401}),
        ("key without the scope", narrow, {403}),
        ("nobody", "", {401}),
    ):
        caller = callers.program(secret) if secret else callers.visitor()
        async with caller:
            for route, _ in addressed():
                if ROUTES[route] == ANYBODY and secret in ("", narrow):
                    continue
                answer = await walk.ask(who, caller, route, own, SELF)
                walk.expect(answer, allowed)
    for relation in (SELF, "child", "stranger"):
        ids = {**OPERATORS, **made.ids[relation]}
        for route in ROUTES:
            if route[1].startswith("/api/office") and "{" in route[1]:
                walk.expect(await walk.ask("owner", browser, route, ids, relation), {403})


async def _lists(walk: Walk, made: World) -> None:
    """No list, count or file holds what another wrote."""
    for method, path in ROUTES:
        if method == "GET" and path.startswith(("/api/portal", "/api/store")) and "{" not in path:
            answer = await walk.ask("owner", made.owners[SELF], (method, path), {}, "lists")
            if path != "/api/store/session/oidc/callback":
                hidden = tuple(one for one in OTHERS if (path, one) not in SEEN_BY_DESIGN)
                walk.hides(answer, hidden)


async def _own(walk: Walk, made: World) -> None:
    """Last, since it changes them: one's own rows are there."""
    for route, rows in addressed():
        kinds = [kind for _, kind in rows]
        relation = "child" if route in OF_A_CHILD else SELF
        ids = {**made.ids[SELF], "resellers/organisation_id": made.ids[relation][kinds[0]]}
        answer = await walk.ask("owner", made.owners[SELF], route, ids, relation)
        walk.expect(answer, stated(route, relation, kinds))
