"""The portal's routes: the secret once, a fresh proof first, pages, replays."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from backend import core
from backend.app import build_app
from tests import clients, given
from tests.webhooks.conftest import KEY, Time, deliver
from tests.webhooks.receiver import Receiver

HOOKS = "/api/portal/webhooks"
SENT = "/api/portal/webhook-deliveries"


@pytest_asyncio.fixture
async def owner(box: Receiver, time: Time) -> AsyncIterator[httpx.AsyncClient]:
    """An owner's browser, on a machine where webhooks may stay on it."""
    app = build_app(base_url=clients.BASE, state={"secret_key": KEY, "local_webhooks": True})
    email = await clients.person("owner", await given.partner())
    async with clients.visitor(of=app) as browser:
        credentials = {"email": email, "password": clients.PASSWORD}
        assert (await browser.post("/api/store/session", json=credentials)).status_code == 200
        yield browser


async def made(owner: httpx.AsyncClient, box: Receiver) -> Any:
    answer = await owner.post(
        HOOKS, json={"url": box.url, "kinds": ["payout.paid"], "description": "Accounts"}
    )
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_an_address_in_capitals_is_taken(owner: httpx.AsyncClient) -> None:
    body = {"url": "HTTPS://hooks.partner.fr/Maillage", "kinds": ["payout.paid"]}
    answer = await owner.post(HOOKS, json=body)
    assert answer.status_code == 201, answer.text
    assert answer.json()["endpoint"]["url"] == "https://hooks.partner.fr/Maillage"


async def test_the_secret_is_shown_once(owner: httpx.AsyncClient, box: Receiver) -> None:
    answer = await made(owner, box)
    assert answer["secret"].startswith("whsec_")
    assert answer["endpoint"]["url"] == box.url and answer["endpoint"]["state"] == "enabled"
    listed = await owner.get(HOOKS)
    assert "whsec_" not in listed.text
    assert [each["id"] for each in listed.json()["items"]] == [answer["endpoint"]["id"]]


async def test_making_rotating_and_another_address_need_a_fresh_password(
    owner: httpx.AsyncClient, box: Receiver
) -> None:
    endpoint = (await made(owner, box))["endpoint"]
    await core.fetch("UPDATE identity.session SET confirmed_at = now() - interval '16 minutes'")
    body = {"url": box.url, "kinds": ["payout.paid"]}
    address = f"{HOOKS}/{endpoint['id']}"
    for answer in (
        await owner.post(HOOKS, json=body),
        await owner.post(f"{address}/secret"),
        await owner.put(address, json={**body, "url": box.url + "&else=1"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "confirm-first")
    assert (await owner.put(address, json={**body, "kinds": ["order.paid"]})).status_code == 200
    assert (await owner.post(f"{address}/disable")).status_code == 200
    password = {"password": clients.PASSWORD}
    await owner.post("/api/store/session/confirmation", json=password)
    assert (await owner.post(f"{address}/secret")).status_code == 201


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "https://10.0.0.1/"},
        {"url": "http://hooks.partner.fr/"},
        {"url": "https://hooks.partner.fr:25/"},
    ],
)
async def test_a_bad_address_is_refused_at_its_field(
    owner: httpx.AsyncClient, wrong: dict[str, str]
) -> None:
    answer = await owner.post(HOOKS, json={"kinds": ["order.paid"], **wrong})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad-webhook-address")
    [error] = answer.json()["errors"]
    assert (error["field"], error["source"]) == ("url", "body")
    for kinds in ([], ["payout.lost"], ["ping"]):
        body = {"url": "https://hooks.partner.fr/", "kinds": kinds}
        assert (await owner.post(HOOKS, json=body)).status_code in (400, 422)


async def test_this_machine_is_no_address_where_nothing_is_tried_out(
    owner: httpx.AsyncClient, box: Receiver
) -> None:
    app = build_app(base_url=clients.BASE, state={"secret_key": KEY})
    async with clients.visitor(of=app) as browser:
        browser.cookies = owner.cookies
        answer = await browser.post(HOOKS, json={"url": box.url, "kinds": ["order.paid"]})
    assert answer.json()["code"] == "bad-webhook-address"


async def test_a_ping_arrives_and_is_shown_with_its_attempt(
    owner: httpx.AsyncClient, box: Receiver, time: Time
) -> None:
    answer = await made(owner, box)
    sent = await owner.post(f"{HOOKS}/{answer['endpoint']['id']}/ping")
    assert sent.status_code == 202
    assert await deliver(time) == 1
    [message] = box.kept
    assert message.event["type"] == "ping" and message.is_signed_with(answer["secret"])
    shown = (await owner.get(f"{SENT}/{sent.json()['delivery_id']}")).json()
    assert shown["delivery"]["state"] == "delivered"
    assert shown["body"].encode() == message.body
    for name in ("webhook-id", "webhook-timestamp", "webhook-signature", "content-type"):
        assert shown["headers"][name] == message.headers[name]
    [attempt] = shown["attempts"]
    assert (attempt["status"], attempt["answer"], attempt["address"]) == (200, "noted", "127.0.0.1")


async def test_deliveries_are_paged_and_filtered_and_replayed(
    owner: httpx.AsyncClient, box: Receiver, time: Time
) -> None:
    endpoint = (await made(owner, box))["endpoint"]["id"]
    box.statuses = [200, 500, 500]
    ids = []
    for _ in range(3):
        ids.append((await owner.post(f"{HOOKS}/{endpoint}/ping")).json()["delivery_id"])
        await deliver(time)
    first = (await owner.get(SENT, params={"limit": 1})).json()
    rest = (await owner.get(SENT, params={"limit": 5, "after": first["next"]})).json()
    assert [each["id"] for each in [*first["items"], *rest["items"]]] == ids[::-1]

    async def number(**wanted: str) -> int:
        return len((await owner.get(SENT, params=wanted)).json()["items"])

    assert await number(delivery_state="delivered") == 1
    assert await number(kind="payout.paid") == 0 and await number(kind="ping") == 3
    assert await number(endpoint_id=endpoint) == 3
    since = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    again = await owner.post(f"{HOOKS}/{endpoint}/replay", json={"since": since})
    assert again.json() == {"deliveries": 2}
    assert await deliver(time) == 2 and await number(delivery_state="delivered") == 3
    assert (await owner.post(f"{SENT}/{ids[0]}/replay")).status_code == 202
    assert await deliver(time) == 1


async def test_without_a_key_for_secrets_nothing_is_made(
    owner: httpx.AsyncClient, box: Receiver
) -> None:
    app = build_app(base_url=clients.BASE, state={"local_webhooks": True})
    async with clients.visitor(of=app) as browser:
        browser.cookies = owner.cookies
        answer = await browser.post(HOOKS, json={"url": box.url, "kinds": ["order.paid"]})
    assert answer.json()["code"] == "no-secret-key"


async def test_nobody_but_an_owner_sees_them_and_no_key_changes_them(
    owner: httpx.AsyncClient, box: Receiver
) -> None:
    await made(owner, box)
    organisation: UUID = await core.fetch_value("SELECT organisation_id FROM webhooks.endpoint")
    for role in ("finance", "member"):
        async with await clients.signed_in(role, organisation) as browser:
            assert (await browser.get(HOOKS)).status_code == 403
    async with await clients.signed_in("owner", organisation) as maker:
        answer = await maker.post(
            "/api/portal/api-keys", json={"name": "x", "scopes": ["portal:webhook:write"]}
        )
    assert answer.status_code == 422
