"""Where a command works: the database, the way to Stripe, and how its result is told."""

import asyncio
import os
import secrets
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import wraps
from os import environ
from typing import Any, NamedTuple

import click
import msgspec
import uvicorn
import uvloop

from backend import core, identity, payments, stripe_sandbox
from backend.core import Problem
from backend.postgres import Server
from backend.settings import Settings

ACTOR = "system:cli"
SANDBOX_KEY = "sk_test_sandbox"
SANDBOX_URL = "http://127.0.0.1:8020"
"""Where `maillage stripe-sandbox` serves the hosted pages."""
SANDBOX_RATE_PER_S = 1000
"""The built-in sandbox counts no calls; Stripe's own test mode allows 25 a second."""


class Result(NamedTuple):
    """`facts` for programs, `text` for people; a command that `failed` ends with status 1."""

    facts: dict[str, Any]
    text: str
    failed: bool = False
    silent: bool = False


class Database(NamedTuple):
    """The owner's address, the application's, and the role that it takes on."""

    owner_url: str
    app_url: str
    role: str | None


@contextmanager
def database(settings: Settings) -> Iterator[Database]:
    """`DATABASE_URL`, or the embedded server for as long as the block lasts."""
    if settings.database_url is not None:
        if settings.database_app_url is not None:
            yield Database(settings.database_url, settings.database_app_url, None)
        else:
            yield Database(settings.database_url, settings.database_url, "maillage_app")
        return
    with Server(settings.home).running() as server:
        yield Database(server.url(), server.url("maillage_app"), None)


async def migrate(place: Database) -> list[str]:
    """The schema is up to date; answers the migrations that ran."""
    await core.open_database(place.owner_url, organisation=core.OPERATOR, max_size=1)
    try:
        return await core.migrate()
    finally:
        await core.close_database()


@asynccontextmanager
async def opened(place: Database) -> AsyncIterator[None]:
    """A migrated database and an open pool in the application's role."""
    await migrate(place)
    await core.open_database(place.app_url, role=place.role, organisation=core.OPERATOR)
    try:
        yield
    finally:
        await core.close_database()


@asynccontextmanager
async def stripe(settings: Settings) -> AsyncIterator[None]:
    """An open gateway: to Stripe's test mode, to a served sandbox, or to one in this process."""
    if settings.stripe_api_key is not None or settings.stripe_api_base is not None:
        payments.open_gateway(
            api_key=settings.stripe_api_key or SANDBOX_KEY,
            api_base=settings.stripe_api_base,
            rate_per_s=settings.stripe_rate_per_s,
        )
    else:
        sandbox = stripe_sandbox.build_app(base_url=SANDBOX_URL)
        payments.open_gateway(api_key=SANDBOX_KEY, rate_per_s=SANDBOX_RATE_PER_S, app=sandbox)
    try:
        yield
    finally:
        await payments.close_gateway()


def people_state(settings: Settings) -> dict[str, Any]:
    """What the routes of signing in find in `request.app.state`."""
    oidc = None
    if settings.oidc_issuer and settings.oidc_client_id and settings.oidc_client_secret:
        oidc = identity.Issuer(
            url=settings.oidc_issuer,
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret,
        )
    return {
        "sends_mail": settings.post is not None,
        "shows_mail": settings.post is None and uses_sandbox(settings) and not settings.https,
        "secret_key": secret_key(settings),
        "oidc": oidc,
    }


def secret_key(settings: Settings) -> str | None:
    """MAILLAGE_SECRET_KEY, or the one that the embedded server's folder keeps, made once."""
    if settings.secret_key is not None or settings.database_url is not None:
        return settings.secret_key
    settings.home.mkdir(parents=True, exist_ok=True)
    file = settings.home / "secret.key"
    with suppress(FileExistsError), open(file, "x", opener=_for_us_only) as new:
        new.write(secrets.token_hex(32))
    return file.read_text().strip()


def _for_us_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def uses_sandbox(settings: Settings) -> bool:
    """Whether money moves in our own sandbox and not at Stripe."""
    return settings.stripe_api_key is None


def local_webhooks(settings: Settings) -> bool:
    """Whether webhooks may go to this machine: only where Maillage is tried out on it."""
    return uses_sandbox(settings) and not settings.https


def read_settings() -> Settings:
    return Settings.from_env(environ)


def command(action: Callable[..., Awaitable[Result]]) -> Callable[..., None]:
    """A command whose work is `action(settings, **options)` on an open database."""

    @click.option("--json", "as_json", is_flag=True, help="Print one line of JSON for programs.")
    @wraps(action)
    def run(*, as_json: bool, **options: Any) -> None:
        async def work(settings: Settings, place: Database) -> Result:
            async with opened(place):
                return await action(settings, **options)

        with refusals(as_json):
            settings = read_settings()
            with database(settings) as place:
                result = uvloop.run(work(settings, place))
            tell(result, as_json)

    return run


@contextmanager
def refusals(as_json: bool) -> Iterator[None]:
    """A Problem ends the command with its remedy and status 1, not with a traceback."""
    try:
        yield
    except Problem as problem:
        if as_json:
            shown = {"problem": problem.code, "title": problem.title, "detail": problem.detail}
            click.echo(msgspec.json.encode({**shown, **problem.facts}).decode())
        click.echo(f"{problem.title}. {problem.detail}", err=True)
        sys.exit(1)
    except stripe_sandbox.Refusal as refusal:
        click.echo(f"The Stripe sandbox refuses. {refusal}", err=True)
        sys.exit(1)
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        click.echo(f"{error.strerror or error}{place}. Nothing else was changed.", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        click.echo("Stopped. What was committed stays; run it again to go on.", err=True)
        sys.exit(130)


def tell(result: Result, as_json: bool) -> None:
    if not result.silent:
        click.echo(msgspec.json.encode(result.facts).decode() if as_json else result.text)
    if result.failed:
        sys.exit(1)


@asynccontextmanager
async def stopping() -> AsyncIterator[asyncio.Event]:
    """Set when our parent is gone: `maillage run` holds the other end of our standard input."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    follow = environ.get("MAILLAGE_STOP_WITH_PARENT") == "1"

    def read() -> None:
        if not os.read(0, 1024):
            loop.remove_reader(0)
            stop.set()

    if follow:
        loop.add_reader(0, read)
    try:
        yield stop
    finally:
        if follow:
            loop.remove_reader(0)


async def serve_until_stopped(server: uvicorn.Server) -> None:
    """Serve until SIGINT, SIGTERM or the end of our parent."""
    async with stopping() as stop:

        async def follow() -> None:
            await stop.wait()
            server.should_exit = True

        following = asyncio.create_task(follow())
        try:
            await server.serve()
        finally:
            following.cancel()
