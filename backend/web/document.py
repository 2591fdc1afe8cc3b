"""An OpenAPI document that says what the API does: problems, strict bodies, who may call."""

import dataclasses
from http import HTTPStatus
from typing import Any

import msgspec

# Litestar has no public form of its own plugin for Structs; the version is pinned.
from litestar._openapi.schema_generation.plugins.struct import StructSchemaPlugin
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import OpenAPIRenderPlugin
from litestar.openapi.spec import Components, OpenAPI, Schema, SecurityScheme
from litestar.typing import FieldDefinition

from backend.web.answers import PROBLEM_JSON, ProblemAnswer

_SCHEMES = {
    "session": SecurityScheme(
        type="apiKey", security_scheme_in="cookie", name="__Host-maillage",
        description="Set by POST /api/store/session; named `maillage` where there is no HTTPS.",
    ),
    "key": SecurityScheme(
        type="http", scheme="bearer", description="An API key: `mk_test_<id>_<secret>`."
    ),
}  # fmt: skip


class ClosedStructs(StructSchemaPlugin):
    """A Struct that refuses unknown fields says `additionalProperties: false`."""

    def to_openapi_schema(self, field_definition: FieldDefinition, schema_creator: Any) -> Schema:
        schema = super().to_openapi_schema(field_definition, schema_creator)
        struct = field_definition.origin or field_definition.annotation
        if struct.__struct_config__.forbid_unknown_fields:
            schema.additional_properties = False
        return schema


class Document(OpenAPI):
    """Adds to Litestar's document the answers that every operation can give."""

    def to_schema(self) -> dict[str, Any]:
        document = super().to_schema()
        (_,), parts = msgspec.json.schema_components(
            [ProblemAnswer], ref_template="#/components/schemas/{name}"
        )
        document.setdefault("components", {}).setdefault("schemas", {}).update(parts)
        for path, item in document["paths"].items():
            for method, operation in item.items():
                if isinstance(operation, dict) and "responses" in operation:
                    _add_answers(path, method, operation)
        return _named_pages(document)


def _named_pages(document: dict[str, Any]) -> dict[str, Any]:
    """`Page_backend.sales.routes.SaleView_` is `PageOfSaleView` to the writer of a client."""
    schemas = document["components"]["schemas"]
    text = msgspec.json.encode(document).decode()
    for name in [name for name in schemas if name.startswith("Page_")]:
        short = "PageOf" + name.removesuffix("_").rsplit(".", 1)[-1].removeprefix("Page_")
        assert short not in schemas, f"two answers are called {short}"
        text = text.replace(f'"{name}"', f'"{short}"').replace(f'/{name}"', f'/{short}"')
    named: dict[str, Any] = msgspec.json.decode(text)
    return named


def _add_answers(path: str, method: str, operation: dict[str, Any]) -> None:
    operation["summary"] = operation["operationId"].replace("_", " ").capitalize()
    answers = operation["responses"]
    answers.get("204", {}).pop("content", None)
    statuses = {"400", "429", "500", "503"}
    if operation.get("security"):
        statuses |= {"401", "403"}
        if method == "post":
            operation.setdefault("parameters", []).append(_KEY)
    if "{" in path:
        statuses |= {"404"}
    if method != "get":
        statuses |= {"403", "409", "422"}
    if "requestBody" in operation:
        statuses |= {"413", "415"}
    for status in sorted(statuses | {known for known in answers if known[0] in "45"}):
        said = answers.get(status, {}).get("description")
        phrase = HTTPStatus(int(status)).phrase
        answers[status] = {
            "description": phrase if said is None or _is_litestars(said) else said,
            "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/ProblemAnswer"}}},
        }
        if status in ("429", "503"):
            answers[status]["headers"] = {
                "Retry-After": {"description": "seconds", "schema": {"type": "integer"}}
            }


_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key again gets the first answer; refused where a secret is shown.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
}


def _is_litestars(description: str) -> bool:
    return not description.startswith("`")


class DocumentConfig(OpenAPIConfig):
    """Litestar's configuration, with the true document."""

    def to_openapi_schema(self) -> OpenAPI:
        made = super().to_openapi_schema()
        fields = {field.name: getattr(made, field.name) for field in dataclasses.fields(made)}
        return Document(**fields)


def document_config(*plugins: OpenAPIRenderPlugin, version: str) -> DocumentConfig:
    """For `Litestar(openapi_config=...)`, with `ClosedStructs()` among its plugins."""
    return DocumentConfig(
        title="Maillage",
        version=version,
        description=(
            "Three audiences: **store** (anybody, and buyers), **portal** (partners), **office** "
            "(the operator). Sign in once at `POST /api/store/session`; the cookie serves all "
            "three. Programs send an API key. Every refusal is an RFC 9457 problem. A POST with "
            "`Idempotency-Key` runs once. Money is whole minor units; lists have pages by key."
        ),
        path="/api/docs",
        render_plugins=plugins,
        components=Components(security_schemes=dict(_SCHEMES)),
        use_handler_docstrings=True,
    )
