"""The page at /api/docs needs nothing from elsewhere."""

import gzip
import re
from pathlib import Path

from backend.web import reference
from tests import clients


async def test_the_page_and_its_scripts_come_from_here() -> None:
    async with clients.visitor() as caller:
        page = await caller.get("/api/docs")
        scripts = re.findall(r'src="([^"]+)"', page.text)
        assert len(scripts) == 2 and all(script.startswith("/api/docs/") for script in scripts)
        answers = [await caller.get(script) for script in scripts]
    policy = page.headers["content-security-policy"]
    assert "script-src 'self';" in policy and "connect-src 'self'" in policy
    assert "http" not in policy
    bundle, start = answers
    assert bundle.headers["content-encoding"] == "gzip"
    assert "immutable" in bundle.headers["cache-control"]
    assert len(bundle.content) > 3_000_000
    assert '"url":"/api/openapi.json"' in start.text and '"telemetry":false' in start.text


async def test_the_document_is_openapi_3_1() -> None:
    async with clients.visitor() as caller:
        answer = await caller.get("/api/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["openapi"].startswith("3.1")


def test_the_vendored_bundle_is_whole() -> None:
    folder = Path(reference.__file__).parent / "assets"
    with gzip.open(folder / "scalar-1.72.1.js.gz", "rt", encoding="utf-8") as file:
        assert "createApiReference" in file.read()
