"""The smallest body that the API's document lets in, for each operation."""

from functools import cache
from typing import Any

from tests import clients
from tests.walls.kinds import NOBODYS

STRINGS = {
    "date": "2026-12-01",
    "date-time": "2026-12-01T09:00:00Z",
    "uuid": "00000000-0000-7000-8000-000000000000",
}
NAMED: dict[str, Any] = {
    "email": "someone@example.test",
    "url": "https://hooks.partner.fr/a",
    "kinds": ["payout.paid"],
    "content": "JVBERi0xLjcgeA==",
    "scopes": ["portal:sale:read"],
    "currency": "EUR",
    "name": "a.pdf",
    "last_on": "2026-11-20",
    "quarter": "2026-Q4",
    "sha256": "0" * 64,
    "components": [NOBODYS],
}
"""What is checked beyond its form before anything is looked up."""
INSTEAD: dict[tuple[str, str], Any] = {
    ("POST", "/api/portal/listings/{listing_id}/joint-change"): {"segments": ["pme"]},
    ("POST", "/api/portal/bundles/{listing_id}"): {},
}


@cache
def _document() -> Any:
    return clients.app().openapi_schema.to_schema()


@cache
def body_of(method: str, path: str) -> Any:
    """None where the operation takes none."""
    document = _document()
    operation = document["paths"].get(path, {}).get(method.lower(), {})
    if "requestBody" not in operation:
        return None
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    return {**_smallest(schema, document), **INSTEAD.get((method, path), {})}


def _smallest(schema: Any, document: Any, name: str = "") -> Any:
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    if schema.get("properties") is not None:
        fields = schema["properties"]
        return {one: _smallest(fields[one], document, one) for one in schema.get("required", [])}
    if name in NAMED:
        return NAMED[name]
    if "enum" in schema:
        return schema["enum"][0]
    for several in ("oneOf", "anyOf"):
        if several in schema:
            return _smallest(schema[several][0], document, name)
    return _plain(schema, document)


def _plain(schema: Any, document: Any) -> Any:
    kind = schema.get("type")
    if kind == "array":
        return [_smallest(schema["items"], document)] * schema.get("minItems", 0)
    if kind == "string":
        return STRINGS.get(schema.get("format", ""), "x" * max(4, schema.get("minLength", 0)))
    values = {"integer": max(1, schema.get("minimum", 1)), "boolean": True, "number": 1}
    return values.get(kind, {})
