"""Events as they are listed and read, and the destinations that want them."""

import secrets

from backend import core
from backend.stripe_sandbox.calls import (
    API_VERSION,
    Call,
    endpoint,
    list_page,
    list_v2,
    listing,
    moment,
    text_map,
)  # fmt: skip
from backend.stripe_sandbox.refusal import missing, unusable
from backend.stripe_sandbox.state import PLATFORM, Body, State, Thing

INCLUDES = ("webhook_endpoint.signing_secret", "webhook_endpoint.url")
SCOPES = {
    "@self": "@self",
    "@accounts": "@accounts",
    "self": "@self",
    "other_accounts": "@accounts",
}
"""Endive's words, and those of the May 2026 document."""

KEPT_S = 30 * 86_400


async def list_events(call: Call) -> Body:
    """Events of the last 30 days of one account, newest first."""
    where: list[tuple[str, object]] = [("created_s > ?", call.state.now_s - KEPT_S)]
    if "types" in call.params:
        where.append(("body->>'type' = ANY(?::text[])", call.params["types"]))
    if "type" in call.params:
        pattern = call.params["type"].replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%")
        where.append(("body->>'type' LIKE ?", pattern.replace("*", "%")))
    if "delivery_success" in call.params:
        where.append(
            (
                "(NOT EXISTS (SELECT FROM stripe_sandbox.delivery d WHERE d.event = object.id "
                "AND d.status <> 'delivered')) = ?",
                call.params["delivery_success"],
            )
        )
    page = await list_page(call, "event", where=tuple(where))
    page["data"] = await _with_pending(page["data"])
    return page


async def retrieve_event(call: Call, identifier: str) -> Body:
    thing = await call.state.find("event", identifier, call.account)
    if thing.created_s <= call.state.now_s - KEPT_S:
        raise missing("event", identifier)
    return (await _with_pending([thing.body]))[0]


async def _with_pending(bodies: list[Body]) -> list[Body]:
    rows = await core.fetch(
        "SELECT event, count(*) AS pending FROM stripe_sandbox.delivery "
        "WHERE event = ANY($1::text[]) AND status <> 'delivered' GROUP BY event",
        [body["id"] for body in bodies],
    )
    pending = {row["event"]: row["pending"] for row in rows}
    return [{**body, "pending_webhooks": pending.get(body["id"], 0)} for body in bodies]


def view_thin(state: State, thing: Thing) -> Body:
    body = {name: value for name, value in thing.body.items() if value is not None}
    if thing.hidden.get("data"):
        body["data"] = thing.hidden["data"]
    return body


async def list_thin_events(call: Call) -> Body:
    where: list[tuple[str, object]] = []
    if "object_id" in call.params:
        where.append(("body->'related_object'->>'id' = ?", call.params["object_id"]))
    if "types" in call.params:
        where.append(("body->>'type' = ANY(?::text[])", call.params["types"]))
    return await list_v2(call, "v2.core.event", view_thin, *where)


async def retrieve_thin_event(call: Call, identifier: str) -> Body:
    return view_thin(call.state, await call.state.find("v2.core.event", identifier, PLATFORM))


async def create_destination(call: Call) -> Body:
    """Enabled from now on; its signing secret is shown this once, if `include` names it."""
    params = call.params
    url = params.get("webhook_endpoint", {}).get("url", "")
    if not url.startswith(("http://", "https://")):
        raise unusable("webhook_endpoint.url must be an http address.", param="webhook_endpoint")
    if params["event_payload"] == "thin" and "snapshot_api_version" in params:
        raise unusable("snapshot_api_version is for snapshot events only.")
    scopes = [SCOPES.get(name) for name in params.get("events_from", ["@self"])]
    if None in scopes:
        raise unusable("events_from takes @self and @accounts.", param="events_from")
    body: Body = {
        "object": "v2.core.event_destination",
        "created": moment(call.state.now_s),
        "description": params.get("description", ""),
        "enabled_events": params["enabled_events"],
        "event_payload": params["event_payload"],
        "events_from": scopes,
        "livemode": False,
        "metadata": text_map(call),
        "name": params["name"],
        "status": "enabled",
        "type": "webhook_endpoint",
        "updated": moment(call.state.now_s),
    }
    if params["event_payload"] == "snapshot":
        body["snapshot_api_version"] = params.get("snapshot_api_version", API_VERSION)
    secret = f"whsec_{secrets.token_hex(16)}"
    thing = call.state.new(
        "v2.core.event_destination", "ed", PLATFORM, body, url=url, secret=secret
    )
    return _destination(thing, params.get("include", []), new=True)


async def list_destinations(call: Call) -> Body:
    include = call.params.get("include", [])
    return await list_v2(
        call, "v2.core.event_destination", lambda _, thing: _destination(thing, include)
    )


async def retrieve_destination(call: Call, identifier: str) -> Body:
    thing = await call.state.find("v2.core.event_destination", identifier, PLATFORM)
    return _destination(thing, call.params.get("include", []))


async def switch_destination(call: Call, identifier: str) -> Body:
    thing = await call.state.find("v2.core.event_destination", identifier, PLATFORM)
    enabled = call.path.endswith("/enable")
    thing.change(status="enabled" if enabled else "disabled", updated=moment(call.state.now_s))
    return _destination(thing, [])


def _destination(thing: Thing, include: list[str], *, new: bool = False) -> Body:
    shown: Body = {}
    if new and "webhook_endpoint.signing_secret" in include:
        shown["signing_secret"] = thing.hidden["secret"]
    if "webhook_endpoint.url" in include:
        shown["url"] = thing.hidden["url"]
    return {**thing.body, "webhook_endpoint": shown} if shown else thing.body


ENDPOINTS = [
    listing("/v1/events", list_events, "type types[] delivery_success:bool"),
    endpoint("GET", "/v1/events/{}", retrieve_event),
    endpoint("GET", "/v2/core/events", list_thin_events, "limit:int page object_id types[]"),
    endpoint("GET", "/v2/core/events/{}", retrieve_thin_event),
    endpoint(
        "POST", "/v2/core/event_destinations", create_destination,
        "name! type!:webhook_endpoint event_payload!:snapshot|thin enabled_events[]! "
        "description:unset events_from[] snapshot_api_version webhook_endpoint.url! metadata.* "
        f"include[]:{'|'.join(INCLUDES)}",
    ),
    endpoint(
        "GET", "/v2/core/event_destinations", list_destinations, "limit:int page include[]"
    ),
    endpoint("GET", "/v2/core/event_destinations/{}", retrieve_destination, "include[]"),
    endpoint("POST", "/v2/core/event_destinations/{}/disable", switch_destination),
    endpoint("POST", "/v2/core/event_destinations/{}/enable", switch_destination),
]  # fmt: skip
