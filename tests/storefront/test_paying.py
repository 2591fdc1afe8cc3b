"""The page of an order between the buyer's click at Stripe and the money: what it offers."""

from datetime import UTC, datetime
from uuid import UUID

import httpx
import pytest

from backend import orders, stripe_sandbox
from backend.orders import jobs
from tests import clients, given
from tests.given.orders import order, pay_on_page
from tests.payments.conftest import Watched
from tests.payments.conftest import stripe as stripe  # noqa: PLC0414
from tests.storefront.test_store import reading

CHARGED_NOTHING = "Nothing was charged"


async def sent_to_pay(buyer: httpx.AsyncClient, order_id: UUID, lang: str = "en") -> str:
    """Where the hosted page of the order is."""
    await reading(f"/{lang}/purchases/{order_id}/pay", buyer)
    url: str = (await orders.read_order(order_id)).checkout_url
    return url


async def now() -> datetime:
    return given.NOW


async def told(order_id: UUID) -> str:
    """What the webhook brings is applied."""
    return await jobs.look_at_order(now, order_id, hold_days=14)


async def test_a_debit_under_way_is_named_and_cannot_be_paid_again(stripe: Watched) -> None:
    town = await given.buyer()
    placed = await order(of=town, at=datetime.now(UTC))
    async with await clients.signed_in("buyer", town) as buyer:
        url = await sent_to_pay(buyer, placed.id)
        await pay_on_page(stripe, url, "pm_sepa_success")
        for webhook in (False, True):  # before the webhook, and after it
            if webhook:
                assert await told(placed.id) == "checkout_open"
            for back in ("", "?back=paid"):
                page = await reading(f"/en/purchases/{placed.id}{back}", buyer)
                assert CHARGED_NOTHING not in page and "/pay" not in page
                assert "Payment under way" in page
            answer = await buyer.get(f"/en/purchases/{placed.id}/pay")
            there = f"/en/purchases/{placed.id}?back=paid"
            assert (answer.status_code, answer.headers["location"]) == (303, there)
        assert "up to five working days" in page and "http-equiv" not in page
        assert "jusqu’à cinq jours ouvrés" in await reading(f"/fr/purchases/{placed.id}", buyer)
        assert "Paiement en cours" in await reading("/fr/purchases", buyer)
        await stripe_sandbox.advance_clock(6 * 86_400)
        assert await told(placed.id) == "paid"
        page = await reading(f"/en/purchases/{placed.id}", buyer)
    assert "Payment under way" not in page and "five working days" not in page


async def test_a_card_paid_a_moment_ago_waits_for_its_confirmation(stripe: Watched) -> None:
    town = await given.buyer()
    placed = await order(of=town, at=datetime.now(UTC))
    async with await clients.signed_in("buyer", town) as buyer:
        url = await sent_to_pay(buyer, placed.id)
        unpaid = await reading(f"/en/purchases/{placed.id}", buyer)
        assert CHARGED_NOTHING in unpaid and f"/en/purchases/{placed.id}/pay" in unpaid
        await pay_on_page(stripe, url)
        for back in ("", "?back=paid", "?back=paid&looks=1000"):
            page = await reading(f"/en/purchases/{placed.id}{back}", buyer)
            assert "waiting for the confirmation" in page
            assert CHARGED_NOTHING not in page and "/pay" not in page


@pytest.mark.parametrize("lang", ["fr", "en"])
async def test_who_pays_comes_back_in_the_language_of_the_page(stripe: Watched, lang: str) -> None:
    town = await given.buyer()
    placed = await order(of=town, at=datetime.now(UTC))
    async with await clients.signed_in("buyer", town) as buyer:
        url = await sent_to_pay(buyer, placed.id, lang)
    answer = await pay_on_page(stripe, url)
    assert f"/{lang}/purchases/{placed.id}?back=paid" in answer.headers["location"]
