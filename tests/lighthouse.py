"""`make lighthouse`: what Lighthouse says of the store and the desk, on a demonstration of its own.

Its mobile preset, five times a page, medians; the machine's load stands beside, since a busy one
is marked worse. What falls short of the bar is named at the end. `LIGHTHOUSE_RUNS=1` looks quickly.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import httpx

from backend.cli.demo import PASSWORD
from tests.cli.test_run import CHROMIUM
from tests.demonstration import ROOT, demonstration

TO = ROOT / ".maillage" / "lighthouse.json"
CLI = ROOT / "frontend" / "lighthouse" / "node_modules" / "lighthouse" / "cli" / "index.js"
RUNS = int(os.environ.get("LIGHTHOUSE_RUNS", "5"))
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-sync"
ALL = ("performance", "accessibility", "best-practices", "seo")


class Page(NamedTuple):
    path: str
    categories: tuple[str, ...] = ALL
    email: str = ""
    runs: int = RUNS


PAGES = {
    "store home": Page("/fr"),
    "store search": Page("/fr/catalog?q=sauvegarde"),
    "store listing": Page("/fr/listings/sauvegarde-continue"),
    "portal home": Page("/portal", ("accessibility",), "owner@sauvegarde-sereine.example", 1),
    "office home": Page("/office", ("accessibility",), "admin@iroise.example", 1),
}
MOST = {"js_bytes": 25_000, "total_bytes": 90_000, "cls": 0.01, "lcp_ms": 1_300}
"""The bar for the store; every category's is 100."""


def run(node: str, url: str, page: Page, cookie: str) -> dict[str, float]:
    """One look: marks of 100, bytes as they travel, the shift, the largest paint, the load."""
    command = [
        *(node, str(CLI), url + page.path, "--quiet", "--output=json"),
        *(f"--only-categories={','.join(page.categories)}", f"--chrome-flags={FLAGS}"),
        "--no-enable-error-reporting",
    ]
    if cookie:
        command.append("--extra-headers=" + json.dumps({"Cookie": cookie}))
    load = os.getloadavg()[0]
    done = subprocess.run(
        command, capture_output=True, env={**os.environ, "CHROME_PATH": str(CHROMIUM)}, check=False
    )
    if done.returncode:
        sys.exit(f"Lighthouse could not look at {page.path}:\n{done.stderr.decode()}")
    return {**read(json.loads(done.stdout)), "load": load}


def read(report: Mapping[str, Any]) -> dict[str, float]:
    if "runtimeError" in report:
        sys.exit(f"Lighthouse could not load the page: {report['runtimeError']}")
    marks = {
        name: round(100 * category["score"]) for name, category in report["categories"].items()
    }
    if "performance" not in marks:
        return marks
    audits = report["audits"]
    requests = audits["network-requests"]["details"]["items"]
    scripts = [one["transferSize"] for one in requests if one.get("resourceType") == "Script"]
    return {
        **marks,
        "js_bytes": sum(scripts),
        "total_bytes": audits["total-byte-weight"]["numericValue"],
        "cls": audits["cumulative-layout-shift"]["numericValue"],
        "lcp_ms": audits["largest-contentful-paint"]["numericValue"],
    }


def cookie_of(url: str, email: str) -> str:
    """The session of somebody who signed in, as a header says it."""
    credentials = {"email": email, "password": PASSWORD}
    answer = httpx.post(f"{url}/api/store/session", json=credentials, headers={"origin": url})
    answer.raise_for_status()
    return "; ".join(f"{name}={value}" for name, value in answer.cookies.items())


def short(name: str, middle: Mapping[str, float]) -> list[str]:
    """What of the medians misses its bar."""
    missed = [f"{what} {mark:g}" for what, mark in middle.items() if what in ALL and mark < 100]
    missed += [f"{what} {middle[what]:g}" for what in MOST if middle.get(what, 0) > MOST[what]]
    return [f"{name}: {', '.join(missed)}"] if missed else []


def main() -> None:
    if CHROMIUM is None:
        sys.exit("Chromium is not installed: apt-get install chromium")
    (node,) = sys.argv[1:]
    medians: dict[str, dict[str, float]] = {}
    looks: dict[str, list[dict[str, float]]] = {}
    with demonstration() as url:
        for name, page in PAGES.items():
            httpx.get(url + page.path)  # The first look is nobody's: what is made once is made.
            cookie = cookie_of(url, page.email) if page.email else ""
            looks[name] = [run(node, url, page, cookie) for _ in range(page.runs)]
            medians[name] = {
                what: round(median(one[what] for one in looks[name]), 4) for what in looks[name][0]
            }
            told = "  ".join(f"{what} {value:g}" for what, value in medians[name].items())
            print(f"{name:14} {told}", flush=True)
    write(TO, {"medians": medians, "looks": looks})
    missed = [line for name, middle in medians.items() for line in short(name, middle)]
    sys.exit("\n".join(["Below the bar:", *missed]) if missed else 0)


def write(file: Path, told: Mapping[str, Any]) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(told, indent=2) + "\n")


if __name__ == "__main__":
    main()
