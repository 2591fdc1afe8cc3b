"""A partner's webhooks, and what was delivered to them."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Request, delete, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from backend import core, identity, web
from backend.webhooks import actions, queries, rules, signing
from backend.webhooks.jobs import body_of
from backend.webhooks.rules_address import MOST_CHARACTERS, BadAddress

READ = [web.requires("portal:webhook:read")]
WRITE = [web.requires("portal:webhook:write")]
SEND: list[Any] = [*WRITE, web.limited("webhooks", 60, window_s=60)]

Url = Annotated[str, msgspec.Meta(min_length=1, max_length=MOST_CHARACTERS)]
About = Annotated[str, msgspec.Meta(max_length=200, pattern=core.ONE_LINE)]
Kinds = Annotated[list[rules.Kind], msgspec.Meta(min_length=1, max_length=50)]
StateWanted = Annotated[
    rules.DeliveryState | None,
    QueryParameter(name="delivery_state", description="only those in it"),
]
KindWanted = Annotated[
    rules.Kind | Literal["ping"] | None, QueryParameter(description="only events of this kind")
]
CONFIRMED = (identity.ConfirmFirst, web.NotAllowed)


class EndpointIn(msgspec.Struct, forbid_unknown_fields=True):
    """`url`: https:// to a host with a public name, port 443 or from 1024."""

    url: Url
    kinds: Kinds
    description: About = ""


class NewEndpoint(msgspec.Struct):
    """`secret` is in this answer and nowhere else."""

    endpoint: queries.Endpoint
    secret: str


class Sent(msgspec.Struct):
    delivery_id: UUID


class SinceIn(msgspec.Struct, forbid_unknown_fields=True):
    since: web.Aware


class Replayed(msgspec.Struct):
    deliveries: int


class DeliveryDetail(msgspec.Struct):
    """`body` is sent as it stands here; `headers` are those of the last attempt, or of a next one
    that has no signature yet.
    """

    delivery: queries.Delivery
    headers: dict[str, str]
    body: str
    attempts: list[queries.Attempt]


@get("/webhooks", operation_id="list_portal_webhooks", guards=READ)
async def list_endpoints(principal: web.Caller) -> web.Page[queries.Endpoint]:
    """All webhooks of the organisation, oldest first."""
    return web.Page(await queries.list_endpoints(principal.organisation))


@post(
    "/webhooks",
    operation_id="create_portal_webhook",
    guards=WRITE,
    opt={"keeps_no_answer": True},
    responses=web.problems(BadAddress, rules.TooManyEndpoints, core.NoSecretKey, *CONFIRMED),
)
async def create(
    data: JSONBody[EndpointIn], request: Request[Any, Any, Any], principal: web.Caller
) -> NewEndpoint:
    """Events that happen from now on are sent to this address; the answer holds the secret."""
    made = await actions.create_endpoint(
        principal,
        url=data.url,
        description=data.description,
        kinds=data.kinds,
        secret_key=identity.secret_key_of(request),
        loopback=_loopback(request),
        now=datetime.now(UTC),
    )
    return NewEndpoint(await queries.read_endpoint(principal.organisation, made.id), made.secret)


@put(
    "/webhooks/{endpoint_id:uuid}",
    operation_id="change_portal_webhook",
    guards=WRITE,
    responses=web.problems(BadAddress, rules.EndpointUnknown, *CONFIRMED),
)
async def change(
    data: JSONBody[EndpointIn],
    endpoint_id: FromPath[UUID],
    request: Request[Any, Any, Any],
    principal: web.Caller,
) -> queries.Endpoint:
    """Its address, description and kinds are these; another address needs a fresh password."""
    await actions.change_endpoint(
        principal,
        endpoint_id,
        url=data.url,
        description=data.description,
        kinds=data.kinds,
        loopback=_loopback(request),
        now=datetime.now(UTC),
    )
    return await queries.read_endpoint(principal.organisation, endpoint_id)


@post(
    "/webhooks/{endpoint_id:uuid}/secret",
    operation_id="rotate_portal_webhook_secret",
    guards=WRITE,
    opt={"keeps_no_answer": True},
    responses=web.problems(rules.EndpointUnknown, core.NoSecretKey, *CONFIRMED),
)
async def rotate(
    endpoint_id: FromPath[UUID], request: Request[Any, Any, Any], principal: web.Caller
) -> NewEndpoint:
    """A new secret, in this answer; the one before it signs beside it for 24 hours."""
    made = await actions.rotate_secret(
        principal,
        endpoint_id,
        secret_key=identity.secret_key_of(request),
        now=datetime.now(UTC),
    )
    return NewEndpoint(await queries.read_endpoint(principal.organisation, made.id), made.secret)


@post(
    "/webhooks/{endpoint_id:uuid}/enable",
    operation_id="enable_portal_webhook",
    status_code=200,
    guards=WRITE,
    responses=web.problems(rules.EndpointUnknown),
)
async def enable(endpoint_id: FromPath[UUID], principal: web.Caller) -> queries.Endpoint:
    """Events from now on are sent again; what it missed can be replayed."""
    await actions.enable_endpoint(principal, endpoint_id, now=datetime.now(UTC))
    return await queries.read_endpoint(principal.organisation, endpoint_id)


@post(
    "/webhooks/{endpoint_id:uuid}/disable",
    operation_id="disable_portal_webhook",
    status_code=200,
    guards=WRITE,
    responses=web.problems(rules.EndpointUnknown),
)
async def disable(endpoint_id: FromPath[UUID], principal: web.Caller) -> queries.Endpoint:
    """Nothing is sent to it; what happens meanwhile is kept."""
    await actions.disable_endpoint(principal, endpoint_id, now=datetime.now(UTC))
    return await queries.read_endpoint(principal.organisation, endpoint_id)


@delete(
    "/webhooks/{endpoint_id:uuid}",
    operation_id="delete_portal_webhook",
    guards=WRITE,
    responses=web.problems(rules.EndpointUnknown),
)
async def remove(endpoint_id: FromPath[UUID], principal: web.Caller) -> None:
    """It is gone, and its secret with it."""
    await actions.delete_endpoint(principal, endpoint_id, now=datetime.now(UTC))


@post(
    "/webhooks/{endpoint_id:uuid}/ping",
    operation_id="ping_portal_webhook",
    status_code=202,
    guards=SEND,
    responses=web.problems(rules.EndpointUnknown, rules.EndpointDisabled, web.TooManyRequests),
)
async def ping(endpoint_id: FromPath[UUID], principal: web.Caller) -> Sent:
    """A test event, `ping`, is sent to this webhook."""
    return Sent(await actions.ping(principal, endpoint_id, now=datetime.now(UTC)))


@post(
    "/webhooks/{endpoint_id:uuid}/replay",
    operation_id="replay_portal_webhook",
    status_code=202,
    guards=SEND,
    responses=web.problems(rules.EndpointUnknown, rules.EndpointDisabled, web.TooManyRequests),
)
async def replay_missed(
    data: JSONBody[SinceIn], endpoint_id: FromPath[UUID], principal: web.Caller
) -> Replayed:
    """All that it did not take since that moment is sent again, under the same ids."""
    number = await actions.replay_missed(
        principal, endpoint_id, since=data.since, now=datetime.now(UTC)
    )
    return Replayed(number)


@get(
    "/webhook-deliveries",
    operation_id="list_portal_webhook_deliveries",
    guards=READ,
    responses=web.problems(web.BadCursor, web.BadRequest),
)
async def list_deliveries(
    principal: web.Caller,
    endpoint_id: FromQuery[UUID | None] = None,
    delivery_state: StateWanted = None,
    kind: KindWanted = None,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[queries.Delivery]:
    """What was sent, waits or was given up; the newest first."""
    rows = await queries.list_deliveries(
        principal.organisation,
        endpoint_id=endpoint_id,
        state=delivery_state,
        kind=kind,
        before=web.read_id(after, UUID),
        limit=limit + 1,
    )
    return web.page(rows, limit, lambda row: (row.id,), lambda row: row)


@get(
    "/webhook-deliveries/{delivery_id:uuid}",
    operation_id="read_portal_webhook_delivery",
    guards=READ,
    responses=web.problems(rules.DeliveryUnknown),
)
async def read_delivery(delivery_id: FromPath[UUID], principal: web.Caller) -> DeliveryDetail:
    """What is sent, and each attempt with its answer."""
    found, event, attempts = await queries.read_delivery(principal.organisation, delivery_id)
    at = attempts[-1].at if attempts else datetime.now(UTC)
    headers = signing.plain_headers(str(found.event_id), at)
    if attempts:
        headers["webhook-signature"] = attempts[-1].signature
    return DeliveryDetail(found, headers, body_of(event).decode(), attempts)


@post(
    "/webhook-deliveries/{delivery_id:uuid}/replay",
    operation_id="replay_portal_webhook_delivery",
    status_code=202,
    guards=SEND,
    responses=web.problems(rules.DeliveryUnknown, rules.EndpointDisabled, web.TooManyRequests),
)
async def replay(delivery_id: FromPath[UUID], principal: web.Caller) -> Sent:
    """Send it again now, under the same id, whether it had arrived or not."""
    await actions.replay(principal, delivery_id, now=datetime.now(UTC))
    return Sent(delivery_id)


def _loopback(request: Request[Any, Any, Any]) -> bool:
    """Where Maillage is tried out on one machine, its webhooks may stay on it."""
    return bool(request.app.state.get("local_webhooks", False))


portal = [
    list_endpoints,
    create,
    change,
    rotate,
    enable,
    disable,
    remove,
    ping,
    replay_missed,
    list_deliveries,
    read_delivery,
    replay,
]
