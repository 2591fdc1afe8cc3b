"""The hosted pages: what a partner and a buyer click through."""

import re
from typing import Any

import httpx
import pytest
import stripe

from backend import stripe_sandbox
from tests.stripe_sandbox import given
from tests.stripe_sandbox.conftest import BASE_URL

LABEL = "Stripe sandbox — no real money"
RETURN, REFRESH = "http://shop.test/back", "http://shop.test/again"


async def link(client: stripe.StripeClient, account: str) -> str:
    made = await client.v2.core.account_links.create_async(
        {
            "account": account,
            "use_case": {
                "type": "account_onboarding",
                "account_onboarding": {
                    "refresh_url": REFRESH,
                    "return_url": RETURN,
                    "collection_options": {"fields": "eventually_due"},
                },
            },
        }
    )
    return made.url


def visit_of(page: httpx.Response) -> str:
    found = re.search(r'name="visit" value="([^"]+)"', page.text)
    assert found
    return found[1]


async def session(client: stripe.StripeClient, **more: Any) -> stripe.checkout.Session:
    params: Any = {
        "mode": "payment",
        "success_url": "http://shop.test/done?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://shop.test/cart",
        "line_items": [
            {
                "quantity": 2,
                "price_data": {
                    "currency": "eur",
                    "unit_amount": 617_00,
                    "product_data": {"name": "Sauvegarde <managée>"},
                },
            }
        ],
        "payment_intent_data": {
            "setup_future_usage": "off_session",
            "metadata": {"order": "o1"},
        },
        **more,
    }
    return await client.v1.checkout.sessions.create_async(params)


async def pay(
    http: httpx.AsyncClient, url: str, method: str, action: str = "pay"
) -> httpx.Response:
    sent = {"method": method, "action": action, "email": "buyer@example.org"}
    return await http.post(url, data=sent)


async def test_a_partner_completes_onboarding(
    client: stripe.StripeClient, http: httpx.AsyncClient
) -> None:
    await stripe_sandbox.fund(10_00, "eur")
    partner = await given.account(client, "Menuiserie <b>Le Gall</b>")
    url = await link(client, partner)
    page = await http.get(url)
    assert page.status_code == 200
    assert LABEL in page.text
    assert "Menuiserie &lt;b&gt;Le Gall" in page.text
    done = await http.post(
        url,
        data={
            "visit": visit_of(page),
            "action": "complete",
            "holder": "Le Gall",
            "iban": "DE8937040044053201 3000",
            "outcome": "active",
        },
    )
    assert (done.status_code, done.headers["location"]) == (303, RETURN)
    await given.transfer(client, partner, 10_00)


async def test_a_partner_who_leaves_is_not_verified(
    client: stripe.StripeClient, http: httpx.AsyncClient
) -> None:
    await stripe_sandbox.fund(10_00, "eur")
    partner = await given.account(client)
    url = await link(client, partner)
    page = await http.get(url)
    left = await http.post(url, data={"visit": visit_of(page), "action": "leave"})
    assert left.headers["location"] == RETURN
    with pytest.raises(stripe.InvalidRequestError):
        await given.transfer(client, partner, 1)


async def test_a_link_is_opened_once(client: stripe.StripeClient, http: httpx.AsyncClient) -> None:
    url = await link(client, await given.account(client))
    assert (await http.get(url)).status_code == 200
    again = await http.get(url)
    assert (again.status_code, again.headers["location"]) == (303, REFRESH)


async def test_a_link_expires(client: stripe.StripeClient, http: httpx.AsyncClient) -> None:
    url = await link(client, await given.account(client))
    await stripe_sandbox.advance_clock(300)
    assert (await http.get(url)).headers["location"] == REFRESH


async def test_a_form_without_its_visit_changes_nothing(
    client: stripe.StripeClient, http: httpx.AsyncClient
) -> None:
    partner = await given.account(client)
    url = await link(client, partner)
    sent = {
        "action": "complete",
        "iban": "DE89370400440532013000",
        "holder": "Le Gall",
        "outcome": "active",
    }
    for visit in ("", "guess", "é", "\0"):
        answer = await http.post(url, data={**sent, "visit": visit})
        assert answer.headers["location"] == REFRESH
    page = await http.get(url)
    await http.post(url, data={**sent, "visit": visit_of(page)})
    twice = await http.post(url, data={**sent, "visit": visit_of(page)})
    assert twice.headers["location"] == REFRESH


async def test_a_wrong_iban_is_said_on_the_page(
    client: stripe.StripeClient, http: httpx.AsyncClient
) -> None:
    url = await link(client, await given.account(client))
    page = await http.get(url)
    sent = {"visit": visit_of(page), "action": "complete", "iban": "nonsense", "holder": "Kept"}
    again = await http.post(url, data=sent)
    assert again.status_code == 400
    assert "Invalid IBAN" in again.text and 'value="Kept"' in again.text


@pytest.mark.parametrize("holder", ["", "   ", None])
async def test_a_missing_holder_is_said_on_the_page(
    client: stripe.StripeClient, http: httpx.AsyncClient, holder: str | None
) -> None:
    url = await link(client, await given.account(client))
    page = await http.get(url, headers={"Accept-Language": "en"})
    sent = {
        "visit": visit_of(page),
        "action": "complete",
        "iban": "DE89370400440532013000",
        "language": "en",
        **({} if holder is None else {"holder": holder}),
    }
    again = await http.post(url, data=sent)
    assert again.status_code == 400 and "Enter the company or the holder." in again.text
    done = await http.post(url, data={**sent, "visit": visit_of(again), "holder": "Le Gall"})
    assert (done.status_code, done.headers["location"]) == (303, RETURN)


@pytest.mark.parametrize("lang", ["fr", "en"])
async def test_the_language_in_use_is_marked_in_the_switch(
    client: stripe.StripeClient, http: httpx.AsyncClient, lang: str
) -> None:
    made = await session(client)
    onboarding = await link(client, await given.account(client))
    for page in (
        await http.get(f"{made.url}?lang={lang}"),
        await http.get(f"{onboarding}?lang={lang}"),
    ):
        assert re.findall(r'lang="(..)"\s+aria-current="true"', page.text) == [lang]
        assert ".languages [aria-current] {" in page.text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"method": "pm_card_of_nobody"}, "There is no such means of payment."),
        ({"method": ""}, "There is no such means of payment."),
        ({"email": "nobody"}, "This is no e-mail address."),
    ],
    ids=str,
)
async def test_a_wrong_choice_on_the_checkout_is_said_on_the_page(
    client: stripe.StripeClient, http: httpx.AsyncClient, change: dict[str, str], said: str
) -> None:
    made = await session(client)
    sent = {"method": "pm_card_visa", "action": "pay", "email": "a@example.org", **change}
    again = await http.post(f"{made.url}?lang=en", data=sent)
    assert again.status_code == 400 and said in again.text
    assert (await client.v1.checkout.sessions.retrieve_async(made.id)).status == "open"


async def test_the_language_is_switched_without_losing_the_visit(
    client: stripe.StripeClient, http: httpx.AsyncClient
) -> None:
    url = await link(client, await given.account(client))
    page = await http.get(url, headers={"Accept-Language": "fr-FR,fr;q=0.9"})
    assert "Raison sociale" in page.text and LABEL in page.text
    english = await http.post(url, data={"visit": visit_of(page), "language": "en"})
    assert "Company or holder name" in english.text


async def test_a_buyer_pays_by_card(client: stripe.StripeClient, http: httpx.AsyncClient) -> None:
    made = await session(client)
    assert made.url == f"{BASE_URL}/checkout/{made.id}"
    page = await http.get(f"{made.url}?lang=fr")
    assert LABEL in page.text
    assert "1\u202f234,00\u00a0€" in page.text
    assert "Sauvegarde &lt;managée&gt;" in page.text
    done = await pay(http, str(made.url), "pm_card_visa")
    assert done.status_code == 303
    assert done.headers["location"] == f"http://shop.test/done?session={made.id}"
    found = await client.v1.checkout.sessions.retrieve_async(made.id)
    assert (found.status, found.payment_status) == ("complete", "paid")
    intent = await client.v1.payment_intents.retrieve_async(str(found.payment_intent))
    assert intent.status == "succeeded"
    assert intent.metadata["order"] == "o1"
    again = await client.v1.payment_intents.create_async(
        {
            "amount": 10_00,
            "currency": "eur",
            "customer": str(found.customer),
            "payment_method": str(intent.payment_method),
            "off_session": True,
            "confirm": True,
        }
    )
    assert again.status == "succeeded", "the saved card pays the next month"
    events = await client.v1.events.list_async({"type": "checkout.session.completed"})
    assert len(events.data) == 1


async def test_a_declined_card_may_be_followed_by_a_good_one(
    client: stripe.StripeClient, http: httpx.AsyncClient
) -> None:
    made = await session(client)
    url = f"{made.url}?lang=en"
    refused = await pay(http, url, "pm_card_chargeDeclined")
    assert refused.status_code == 402
    assert "declined" in refused.text
    assert (await client.v1.checkout.sessions.retrieve_async(made.id)).status == "open"
    assert (await pay(http, url, "pm_card_visa")).status_code == 303
    intents = await client.v1.payment_intents.list_async()
    assert [one.status for one in intents.data] == ["succeeded"], "one intent for both tries"


async def test_the_bank_asks_for_approval(
    client: stripe.StripeClient, http: httpx.AsyncClient
) -> None:
    made = await session(client)
    url = f"{made.url}?lang=en"
    asked = await pay(http, url, "pm_card_authenticationRequired")
    assert asked.status_code == 200 and "3-D Secure" in asked.text
    assert (await client.v1.checkout.sessions.retrieve_async(made.id)).status == "open"
    refused = await pay(http, url, "pm_card_authenticationRequired", "refuse")
    assert refused.status_code == 402
    approved = await pay(http, url, "pm_card_authenticationRequired", "approve")
    assert approved.status_code == 303


async def test_a_sepa_debit_is_unpaid_until_it_arrives(
    client: stripe.StripeClient, http: httpx.AsyncClient
) -> None:
    made = await session(client)
    await pay(http, str(made.url), "pm_sepa_success")
    found = await client.v1.checkout.sessions.retrieve_async(made.id)
    assert (found.status, found.payment_status) == ("complete", "unpaid")
    await stripe_sandbox.advance_clock(5 * 86_400)
    found = await client.v1.checkout.sessions.retrieve_async(made.id)
    assert found.payment_status == "paid"
    events = await client.v1.events.list_async({"type": "checkout.session.async_payment_succeeded"})
    assert len(events.data) == 1


async def test_a_buyer_abandons(client: stripe.StripeClient, http: httpx.AsyncClient) -> None:
    made = await session(client)
    left = await pay(http, str(made.url), "", "abandon")
    assert left.headers["location"] == "http://shop.test/cart"
    assert (await client.v1.payment_intents.list_async()).data == []


async def test_a_session_is_paid_once(client: stripe.StripeClient, http: httpx.AsyncClient) -> None:
    made = await session(client)
    await pay(http, str(made.url), "pm_card_visa")
    again = await pay(http, str(made.url), "pm_card_visa")
    assert again.status_code == 410
    assert len((await client.v1.payment_intents.list_async()).data) == 1


async def test_a_session_expires_by_itself_or_on_request(
    client: stripe.StripeClient, http: httpx.AsyncClient
) -> None:
    one, other = await session(client), await session(client, locale="fr")
    assert (await client.v1.checkout.sessions.expire_async(one.id)).status == "expired"
    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.checkout.sessions.expire_async(one.id)
    await stripe_sandbox.advance_clock(86_400)
    assert (await pay(http, str(other.url), "pm_card_visa")).status_code == 410
    assert (await client.v1.checkout.sessions.retrieve_async(other.id)).status == "expired"


async def test_a_means_of_payment_is_saved_without_paying(
    client: stripe.StripeClient, http: httpx.AsyncClient
) -> None:
    made = await client.v1.checkout.sessions.create_async(
        {
            "mode": "setup",
            "currency": "eur",
            "success_url": "http://shop.test/done",
            "customer_email": "buyer@example.org",
        }
    )
    await pay(http, str(made.url), "pm_sepa_success")
    found = await client.v1.checkout.sessions.retrieve_async(made.id)
    setup = await client.v1.setup_intents.retrieve_async(str(found.setup_intent))
    assert (setup.status, setup.customer) == ("succeeded", found.customer)
    method = await client.v1.payment_methods.retrieve_async(str(setup.payment_method))
    assert method.type == "sepa_debit"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "shop.test", "http://a\r\nX: y", "//x"])
async def test_a_page_never_leads_to_what_is_no_web_address(
    http: httpx.AsyncClient, url: str
) -> None:
    answer = await http.post(
        "/v1/checkout/sessions", data={"mode": "setup", "currency": "eur", "success_url": url}
    )
    assert answer.status_code == 400


@pytest.mark.parametrize("path", ["/checkout/cs_x", "/onboarding/x", "/onboarding/", "/checkout/"])
async def test_an_unknown_page_says_so(http: httpx.AsyncClient, path: str) -> None:
    page = await http.get(path)
    assert page.status_code == 404
    assert LABEL in page.text


async def test_pages_bring_no_foreign_assets_and_forbid_scripts(
    client: stripe.StripeClient, http: httpx.AsyncClient
) -> None:
    made = await session(client)
    page = await http.get(str(made.url))
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert not re.search(r"<script|src=|@import|url\(", page.text)


async def test_a_nul_in_a_form_or_an_address_breaks_nothing(
    client: stripe.StripeClient, http: httpx.AsyncClient
) -> None:
    made = await session(client)
    sent = {"method": "pm_card_visa", "action": "pay", "email": "a\0@example.org"}
    again = await http.post(f"{made.url}?lang=en", data=sent)
    assert again.status_code == 400 and "This is no e-mail address." in again.text
    assert (await client.v1.payment_intents.list_async()).data == []
    assert (await http.get("/checkout/%00")).status_code == 404
