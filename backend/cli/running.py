"""`maillage run`: the database, the Stripe sandbox, the API and a worker under one Ctrl-C."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import click
import httpx
import msgspec
import uvloop

from backend import payments
from backend.cli.demo import LOGINS, PASSWORD, seed
from backend.cli.place import Database, database, opened, secret_key, stripe, uses_sandbox
from backend.core import Problem
from backend.settings import Settings

READY_WITHIN_S = 30
STOP_WITHIN_S = 15
ROOT = Path(__file__).parents[2]


class DidNotStart(Problem):
    code = "did-not-start"
    title = "A part of Maillage did not start"


class Stopped(Exception):
    """SIGTERM or SIGINT arrived."""


def run_everything(settings: Settings, port: int, sandbox_port: int) -> None:
    """Start, print the addresses, wait for Ctrl-C, stop all; no process is left behind.

    Raises:
        DidNotStart: a part ended or did not answer within half a minute.
    """
    started = time.monotonic()
    with stopping_cleanly(), database(settings) as place:
        base_url = f"http://127.0.0.1:{port}"
        sandbox_url = f"http://127.0.0.1:{sandbox_port}"
        click.echo("Preparing the database ...", err=True)
        uvloop.run(prepare(settings, place, base_url))
        environment = {
            **os.environ,
            "DATABASE_URL": place.owner_url,
            "MAILLAGE_BASE_URL": base_url,
            "MAILLAGE_SECRET_KEY": secret_key(settings) or "",
            "MAILLAGE_STOP_WITH_PARENT": "1",
            **({} if place.role else {"DATABASE_APP_URL": place.app_url}),
        }
        if uses_sandbox(settings):
            environment["STRIPE_API_BASE"] = sandbox_url
        parts = {"API": ["serve", "--port", str(port)], "worker": ["worker"]}
        if uses_sandbox(settings):
            parts = {"Stripe sandbox": ["stripe-sandbox", "--port", str(sandbox_port)], **parts}
        with contextlib.ExitStack() as stack:
            running = {
                name: stack.enter_context(child(arguments, environment))
                for name, arguments in parts.items()
            }
            wait_until_ready(f"{base_url}/health/ready", running)
            welcome(base_url, sandbox_url if uses_sandbox(settings) else None, started)
            with contextlib.suppress(Stopped):
                wait_for_end(running)
        click.echo("Stopped.", err=True)


async def prepare(settings: Settings, place: Database, base_url: str) -> None:
    """The schema is up to date, the demonstration operator is there, webhooks have their way."""
    async with opened(place), stripe(settings):
        seeded = await seed(msgspec.structs.replace(settings, base_url=base_url))
        if seeded.text:
            click.echo(seeded.text, err=True)
        if uses_sandbox(settings):
            await payments.ensure_destinations(f"{base_url}/api/hooks/stripe", datetime.now(UTC))


@contextlib.contextmanager
def child(
    arguments: list[str], environment: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """One part. Its standard input is our pipe: it ends with us, even if we are killed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "backend.cli", *arguments],
        stdin=subprocess.PIPE,
        env=dict(environment),
        cwd=ROOT,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        assert process.stdin is not None
        process.stdin.close()
        try:
            process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def stopping_cleanly() -> Iterator[None]:
    """SIGTERM and SIGINT become an exception once; a second one does not cut the clean-up."""

    def stop(*_: object) -> None:
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, signal.SIG_IGN)
        raise Stopped

    before = {name: signal.signal(name, stop) for name in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    except Stopped:
        click.echo("Stopped.", err=True)
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def wait_until_ready(address: str, running: Mapping[str, "subprocess.Popen[bytes]"]) -> None:
    end = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < end:
        check_alive(running)
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(address, timeout=2).status_code == httpx.codes.OK:
                return
        time.sleep(0.1)
    raise DidNotStart(f"{address} did not answer within {READY_WITHIN_S} s; read what is above.")


def wait_for_end(running: Mapping[str, "subprocess.Popen[bytes]"]) -> None:
    while True:
        check_alive(running)
        time.sleep(0.5)


def check_alive(running: Mapping[str, "subprocess.Popen[bytes]"]) -> None:
    for name, process in running.items():
        code = process.poll()
        if code is not None:
            raise DidNotStart(
                f"{name} ended with status {code}. If its port is taken, choose another: "
                "maillage run --port 8110 --sandbox-port 8120"
            )


def welcome(base_url: str, sandbox_url: str | None, started: float) -> None:
    lines = [
        "",
        f"Iroise Cloud runs on Maillage, {time.monotonic() - started:.1f} s after the start.",
        "",
        f"  the store                 {base_url}/en   ({base_url}/fr)",
        f"  sign in                   {base_url}/en/sign-in   ({base_url}/fr/sign-in)",
        f"  partners' portal          {base_url}/portal",
        f"  operator's office         {base_url}/office",
        f"  API, to read and try      {base_url}/api/docs",
        f"  its OpenAPI document      {base_url}/api/openapi.json",
        f"  health                    {base_url}/health/ready",
    ]
    if sandbox_url is not None:
        lines.append(f"  Stripe sandbox            {sandbox_url}/_sandbox/state   (no real money)")
        lines.append(f"  e-mails it would send     {base_url}/en/mails")
    lines += ["", f"Demo logins, all with the password {PASSWORD}:"]
    lines += [f"  {email:<36}{who}" for email, who in LOGINS.items()]
    lines += ["", "Ctrl-C stops everything.", ""]
    click.echo("\n".join(lines))
