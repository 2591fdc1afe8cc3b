"""Writes the OpenAPI document to frontend/openapi.json: the typed client is made from it."""

import json
from pathlib import Path

import msgspec

from backend.app import build_app

DOCUMENT = Path(__file__).resolve().parent.parent / "frontend" / "openapi.json"


def text() -> str:
    """The document as it is committed: the same for the same routes."""
    document = msgspec.to_builtins(build_app().openapi_schema.to_schema())
    return json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    DOCUMENT.write_text(text(), encoding="utf-8")
