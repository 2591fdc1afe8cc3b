"""The typed client of the portal and the office speaks of the API as it is."""

import importlib.util
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_committed_document_is_that_of_the_routes_as_they_are() -> None:
    spec = importlib.util.spec_from_file_location("document", ROOT / "infra" / "document.py")
    assert spec is not None and spec.loader is not None
    document = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(document)
    committed = (ROOT / "frontend" / "openapi.json").read_text(encoding="utf-8")
    assert committed == document.text(), "make client"
