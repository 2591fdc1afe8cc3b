"""A demonstration of its own, made fresh, served until one has seen enough."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.ports import free_port

ROOT = Path(__file__).parents[1]
READY_WITHIN_S = 420
STOPPED_WITHIN_S = 60


@contextmanager
def demonstration() -> Iterator[str]:
    """Its address. It ends, and its database goes, with the block."""
    port, sandbox_port = free_port(), free_port()
    url = f"http://127.0.0.1:{port}"
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("STRIPE", "DATABASE"))}
    with tempfile.TemporaryDirectory(prefix="maillage-shown-") as home:
        # PostgreSQL's own user reads in it where we are root.
        Path(home).chmod(0o755)
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "backend.cli", "run"),
                *("--port", str(port), "--sandbox-port", str(sandbox_port)),
            ],
            cwd=ROOT,
            env={**kept, "MAILLAGE_HOME": home},
            stdout=subprocess.DEVNULL,
        )
        try:
            _wait_for(f"{url}/health/ready", process)
            yield url
        finally:
            process.terminate()
            process.wait(STOPPED_WITHIN_S)


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(address, timeout=2).is_success:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.3)
    sys.exit(f"The demonstration did not answer at {address}; read what is above.")
