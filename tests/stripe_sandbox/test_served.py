"""Over a real socket: the unmodified library, a lost answer, many at once."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
import stripe
import uvicorn

from backend import stripe_sandbox
from tests.stripe_sandbox import given
from tests.stripe_sandbox.conftest import Plain


@pytest_asyncio.fixture
async def served(db: None) -> AsyncIterator[stripe.StripeClient]:
    app = stripe_sandbox.build_app(base_url="http://127.0.0.1")
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", ws="none")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    async with asyncio.timeout(10):
        while not server.started:  # noqa: ASYNC110  (uvicorn has no event for it)
            await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    http = stripe.HTTPXClient(timeout=10)
    http._client_async = Plain()
    yield stripe.StripeClient(
        "sk_test_served",
        base_addresses={"api": f"http://127.0.0.1:{port}"},
        http_client=http,
        max_network_retries=0,
    )
    await http._client_async.aclose()
    server.should_exit = True
    await task


async def test_a_lost_answer_breaks_the_connection(served: stripe.StripeClient) -> None:
    await stripe_sandbox.fund(100_00, "eur")
    partner = await given.verified(served)
    for kind in ("lost", "refused"):
        await stripe_sandbox.add_fault("POST", "/v1/transfers", kind)
        with pytest.raises(stripe.APIConnectionError):
            await given.transfer(served, partner, 1_00, kind)
    assert len((await served.v1.transfers.list_async()).data) == 1


async def test_many_at_once_move_each_cent_once(served: stripe.StripeClient) -> None:
    await stripe_sandbox.fund(50, "eur")
    partner = await given.verified(served)
    answers = await asyncio.gather(
        *(given.transfer(served, partner, 1, f"t{number}") for number in range(60)),
        return_exceptions=True,
    )
    made = [answer for answer in answers if isinstance(answer, stripe.Transfer)]
    refused = [answer for answer in answers if isinstance(answer, stripe.InvalidRequestError)]
    assert (len(made), len(refused)) == (50, 10)
    assert await given.available(served) == 0
    assert await given.available(served, partner) == 50
