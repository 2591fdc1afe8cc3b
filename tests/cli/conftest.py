"""Commands run as their user runs them: a process of its own, an embedded server of its own."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.postgres import Server

ROOT = Path(__file__).parents[2]
Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="maillage-cli-") as folder:
        Path(folder).chmod(0o755)
        # Held open, so that not every command starts and stops a server.
        with Server(Path(folder) / "home").running():
            yield Path(folder)


@pytest.fixture
def maillage(home: Path) -> Command:
    def run(*arguments: str, expect: int = 0, **more: str) -> "subprocess.CompletedProcess[str]":
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("STRIPE", "DATABASE"))}
        done = subprocess.run(
            [sys.executable, "-m", "backend.cli", *arguments],
            cwd=ROOT,
            env={**kept, "MAILLAGE_HOME": str(home / "home"), **more},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == expect, done.stderr + done.stdout
        return done

    return run


def answer(done: "subprocess.CompletedProcess[str]") -> dict[str, Any]:
    """The one line of JSON on standard output."""
    [line] = done.stdout.splitlines()
    read: dict[str, Any] = json.loads(line)
    return read
