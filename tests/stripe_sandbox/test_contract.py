"""The checker itself: without these, it could pass everything."""

from typing import Any

import httpx
import pytest

from tests.stripe_sandbox.contract import (
    Checked,
    ContractBroken,
    errors_of_request,
    errors_of_response,
)

TRANSFER = "amount=7000&currency=eur&destination=acct_1&metadata[a]=b"


@pytest.mark.parametrize(
    ("method", "path", "query", "body"),
    [
        ("POST", "/v1/transfers", "", TRANSFER + "&bogus=1"),
        ("POST", "/v1/transfers", "", TRANSFER.replace("7000", "70.5")),
        ("POST", "/v1/transfers", "", "amount=7000&currency=eur"),
        ("POST", "/v1/payouts", "", "amount=1&currency=eur&method=fast"),
        ("POST", "/v1/payment_intents", "", "amount=1&currency=eur&payment_method_types[0]=card"),
        ("GET", "/v1/transfers", "metadata[op]=x", ""),
        ("POST", "/v2/core/accounts", "", '{"identity": {"planet": "earth"}}'),
        ("POST", "/v2/core/accounts", "", '{"dashboard": "grand"}'),
        ("GET", "/v1/unheard_of", "", ""),
    ],
)
def test_a_request_that_stripe_would_refuse_is_found(
    method: str, path: str, query: str, body: str
) -> None:
    assert errors_of_request(method, path, query, body.encode())


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/transfers", TRANSFER),
        ("/v1/payment_intents", "amount=1&currency=eur&allowed_payment_method_types[0]=card"),
        ("/v1/balance_settings", "payments[payouts][schedule][interval]=manual"),
        ("/v2/core/accounts", '{"identity": {"country": "fr"}, "include": ["requirements"]}'),
    ],
)
def test_a_good_request_passes(path: str, body: str) -> None:
    assert errors_of_request("POST", path, "", body.encode()) == []


@pytest.mark.parametrize(
    "body", [b"{}", b'{"object": "balance", "livemode": "no", "available": [], "pending": []}']
)
def test_an_answer_of_another_shape_is_found(body: bytes) -> None:
    assert errors_of_response("GET", "/v1/balance", 200, body)


async def test_checked_raises_into_the_caller() -> None:
    async def wrong(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b'{"object": "cheese"}'})

    transport = httpx.ASGITransport(app=Checked(wrong))
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as plain:
        with pytest.raises(ContractBroken, match="balance"):
            await plain.get("/v1/balance")
