"""`maillage run` as a newcomer has it: one command, a browser, Ctrl-C."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import httpx
import psutil
import pytest
from playwright.sync_api import ConsoleMessage, sync_playwright

from backend.cli.demo import PASSWORD
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
STARTS_WITHIN_S = 300
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Running(NamedTuple):
    process: "subprocess.Popen[str]"
    base_url: str
    printed: str


@contextlib.contextmanager
def started(home: Path) -> Iterator[Running]:
    port, sandbox_port = free_port(), free_port()
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("STRIPE", "DATABASE"))}
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "backend.cli", "run"),
            *("--port", str(port), "--sandbox-port", str(sandbox_port)),
        ],
        cwd=ROOT,
        env={**kept, "MAILLAGE_HOME": str(home), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    lines = []
    try:
        for line in process.stdout:
            lines.append(line)
            if "Ctrl-C stops everything" in line:
                break
        else:
            raise AssertionError("".join(lines))
        yield Running(process, f"http://127.0.0.1:{port}", "".join(lines))
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="maillage-run-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def left_behind(home: Path, base_url: str) -> list[str]:
    """Processes that still speak of this home or this port."""
    port = base_url.rsplit(":", 1)[1]
    found = []
    for process in psutil.process_iter(["cmdline"]):
        words = " ".join(process.info["cmdline"] or [])
        if str(home) in words or (f"--port {port}" in words and "backend.cli" in words):
            found.append(words)
    return found


def wait_until_gone(home: Path, base_url: str, within_s: float = 60) -> None:
    end = time.monotonic() + within_s
    while left := left_behind(home, base_url):
        assert time.monotonic() < end, left
        time.sleep(0.1)


def test_1_a_buyer_pays_in_a_browser_and_ctrl_c_stops_it_all(home: Path) -> None:
    has_browser = CHROMIUM is not None or os.environ.get("CI") == "true"
    with started(home) as running:
        for login in ("admin@iroise.example", "buyer@mairie-de-plouzane.example"):
            assert login in running.printed
        assert "no real money" in running.printed
        if has_browser:
            assert buy_in_browser(running.base_url)["state"] == "paid"
        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(60) == 0
        wait_until_gone(home, running.base_url)
    if not has_browser:
        pytest.skip("Nothing was bought: Chromium is not installed: apt-get install chromium")


def buy_in_browser(base_url: str) -> dict[str, object]:
    """Sign in, order, click through the hosted page, come back; the order as it then is."""
    complaints: list[str] = []

    def hear(said: ConsoleMessage) -> None:
        if said.type == "error":
            complaints.append(said.text)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        page.on("console", hear)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        headers = {"origin": base_url}
        signed_in = page.request.post(
            f"{base_url}/api/store/session",
            data={"email": "buyer@mairie-de-plouzane.example", "password": PASSWORD},
            headers=headers,
        )
        assert signed_in.ok, signed_in.text()
        listing = page.request.get(f"{base_url}/api/store/listings").json()["items"][0]
        placed = page.request.post(
            f"{base_url}/api/store/orders", data={"listing": listing["slug"]}, headers=headers
        ).json()
        page.goto(f"{placed['checkout_url']}?lang=fr")
        assert "Stripe" in page.locator("body").inner_text()
        page.get_by_role("button", name=re.compile("Payer|Pay")).click()
        page.wait_for_url(f"{base_url}/**")
        order: dict[str, object] = {}
        end = time.monotonic() + 30
        while time.monotonic() < end and order.get("state") != "paid":
            order = page.request.get(f"{base_url}/api/store/orders/{placed['order']['id']}").json()
            time.sleep(0.2)
        browser.close()
    assert complaints == []
    return order


def test_2_a_second_start_answers_soon_and_survives_kill_9(home: Path) -> None:
    begin = time.monotonic()
    with started(home) as running:
        assert httpx.get(f"{running.base_url}/health/ready").status_code == httpx.codes.OK
        assert time.monotonic() - begin < STARTS_WITHIN_S
        assert "Iroise Cloud:" not in running.printed  # It is there already.
        running.process.kill()
        running.process.wait()
        wait_until_gone(home, running.base_url, within_s=60)


def test_3_a_taken_port_says_what_to_do(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [
                *(sys.executable, "-m", "backend.cli", "run"),
                *("--port", str(port), "--sandbox-port", str(free_port())),
            ],
            cwd=ROOT,
            env={**os.environ, "MAILLAGE_HOME": str(home)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 1
    assert "choose another: maillage run --port" in done.stderr
    wait_until_gone(home, f"http://127.0.0.1:{port}")
