"""Every refusal that the desk can meet has a sentence there, which the catalogues translate."""

import json
import re
from pathlib import Path

import pytest

from backend import web
from backend.web.answers import STATES

ROOT = Path(__file__).parents[2] / "frontend"
SOURCES = ROOT / "desk" / "src"
AREAS = {"office": "office/refusals.tsx", "portal": "portal/refusals.ts"}
COMMON = "desk/refusals.ts"

OF_SESSION = re.compile(r"^/api/store/session(/(organisation|confirmation))?$")
"""What the desk asks beside its own area."""
EVERYWHERE = {
    "internal", "not-found", "not-signed-in", "not-allowed", "bad-request", "too-many-requests",
    "unsupported-media-type", "request-entity-too-large", "method-not-allowed",
    "idempotency-key-reused", "idempotency-key-in-flight", "idempotency-outcome-unknown",
    "bad-amount", "unknown-currency",
}  # fmt: skip
"""Told by no route in particular, beside those of PostgreSQL."""


def documented(area: str) -> set[str]:
    paths = json.loads((ROOT / "openapi.json").read_text(encoding="utf-8"))["paths"]
    return {
        code
        for path, operations in paths.items()
        if path.startswith(f"/api/{area}/") or OF_SESSION.match(path)
        for operation in operations.values()
        if isinstance(operation, dict)
        for answer in operation.get("responses", {}).values()
        for code in re.findall(r"`([a-z0-9-]+)`: ", answer.get("description", ""))
    }


def worded(source: str) -> set[str]:
    text = (SOURCES / source).read_text(encoding="utf-8")
    return set(re.findall(r'^    "?([a-z][a-z0-9-]*)"?(?::|,$)', text, re.MULTILINE))


@pytest.mark.parametrize("area", AREAS)
def test_every_refusal_of_an_area_has_its_sentence(area: str) -> None:
    can_come = documented(area) | EVERYWHERE | {code for _, code, _ in STATES.values()}
    assert can_come - worded(COMMON) - worded(AREAS[area]) == set()
    said = documented(area) | EVERYWHERE
    assert worded(AREAS[area]) - said == set(), "no route of this area says so"


def test_a_refusal_has_the_code_that_the_desk_looks_for() -> None:
    assert web.BadRequest.code in worded(COMMON)
