"""What Stripe's front desk refuses: keys, addresses, parameters, accounts."""

import httpx
import pytest

from backend import stripe_sandbox

TRANSFER = {"amount": "100", "currency": "eur", "destination": "acct_x"}


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer ", "Bearer nonsense", "Bearer pk_test_x", "sk_test_x", "Bearer sk_test_"],
)
async def test_a_key_that_is_none_is_refused(http: httpx.AsyncClient, authorization: str) -> None:
    answer = await http.get("/v1/balance", headers={"Authorization": authorization})
    assert answer.status_code == 401


@pytest.mark.parametrize("key", ["sk_live_x", "rk_live_x"])
async def test_a_live_key_is_refused_with_the_reason(http: httpx.AsyncClient, key: str) -> None:
    answer = await http.get("/v1/balance", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 401
    assert "never a live key" in answer.json()["error"]["message"]


async def test_a_restricted_test_key_is_taken(http: httpx.AsyncClient) -> None:
    answer = await http.get("/v1/balance", headers={"Authorization": "Bearer rk_test_x"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v1/nothing"), ("GET", "/"), ("DELETE", "/v1/transfers"), ("POST", "/v1/balance")],
)
async def test_an_unknown_address_is_stripes_404(
    http: httpx.AsyncClient, method: str, path: str
) -> None:
    answer = await http.request(method, path)
    assert answer.status_code == 404
    assert answer.json()["error"]["message"].startswith("Unrecognized request URL")


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/v1/transfers", {**TRANSFER, "bogus": "1"}),
        ("/v1/transfers", {**TRANSFER, "destination[id]": "x"}),
        ("/v1/payouts", {"amount": "1", "currency": "eur", "transfer_group": "g"}),
        ("/v1/refunds", {"charge": "ch_x", "bogus[a]": "1"}),
        ("/v1/balance_settings", {"payments[payouts][schedule][every]": "day"}),
    ],
)
async def test_an_unknown_parameter_is_refused(
    http: httpx.AsyncClient, path: str, sent: dict[str, str]
) -> None:
    answer = await http.post(path, data=sent)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "parameter_unknown")


async def test_an_unknown_query_parameter_is_refused(http: httpx.AsyncClient) -> None:
    answer = await http.get("/v1/transfers", params={"metadata[op]": "x"})
    assert answer.json()["error"]["code"] == "parameter_unknown"


async def test_an_unknown_json_parameter_is_refused(http: httpx.AsyncClient) -> None:
    sent = {"identity": {"country": "fr", "planet": "earth"}}
    answer = await http.post("/v2/core/accounts", json=sent)
    assert answer.json()["error"]["param"] == "identity[planet]"


@pytest.mark.parametrize("missing", ["amount", "currency", "destination"])
async def test_a_missing_parameter_is_named(http: httpx.AsyncClient, missing: str) -> None:
    sent = {name: value for name, value in TRANSFER.items() if name != missing}
    error = (await http.post("/v1/transfers", data=sent)).json()["error"]
    assert (error["code"], error["param"]) == ("parameter_missing", missing)


async def test_an_unknown_account_is_a_403(http: httpx.AsyncClient) -> None:
    for method in ("GET", "POST"):
        path = "/v1/balance" if method == "GET" else "/v1/balance_settings"
        answer = await http.request(method, path, headers={"Stripe-Account": "acct_nobody"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "account_invalid")


@pytest.mark.parametrize(
    "path",
    [
        "/v1/transfers/tr_x",
        "/v1/payouts/po_x",
        "/v1/refunds/re_x",
        "/v1/payment_intents/pi_x",
        "/v1/charges/ch_x",
        "/v1/customers/cus_x",
        "/v1/disputes/du_x",
        "/v1/events/evt_x",
        "/v1/balance_transactions/txn_x",
        "/v1/checkout/sessions/cs_x",
        "/v1/setup_intents/seti_x",
        "/v1/payment_methods/pm_x",
        "/v2/core/accounts/acct_x",
        "/v2/core/events/evt_x",
    ],
)
async def test_what_is_not_there_is_a_404(http: httpx.AsyncClient, path: str) -> None:
    answer = await http.get(path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "resource_missing")


async def test_an_object_of_another_kind_is_a_404(http: httpx.AsyncClient) -> None:
    made = (await http.post("/v1/customers")).json()["id"]
    assert (await http.get(f"/v1/transfers/{made}")).status_code == 404


@pytest.mark.parametrize("sent", [b"{", b"[]", b"\xff", b"nonsense"])
async def test_a_body_that_is_no_json_object_is_refused(
    http: httpx.AsyncClient, sent: bytes
) -> None:
    answer = await http.post("/v2/core/accounts", content=sent)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_json")


@pytest.mark.parametrize(
    "sent",
    [
        b"amount=1&amount[a]=2&currency=eur&destination=x",
        b"amount[]=1&currency=eur&destination=x",
        b"currency=eur&destination=x&amount=1&metadata[a][b][c]=1&expand=1",
        b"\x00=1",
        b"amount=1&currency=%00&destination=x",
        b"amount=1&currency=eur&destination=%ff",
    ],
)
async def test_a_broken_form_is_a_400_and_no_crash(http: httpx.AsyncClient, sent: bytes) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await http.post("/v1/transfers", content=sent, headers=headers)
    assert answer.status_code == 400


async def test_a_currency_that_is_not_served_is_refused(http: httpx.AsyncClient) -> None:
    answer = await http.post("/v1/transfers", data={**TRANSFER, "currency": "xxx"})
    assert answer.json()["error"]["param"] == "currency"


@pytest.mark.parametrize("limit", ["0", "101", "x"])
async def test_a_page_has_one_to_a_hundred_objects(http: httpx.AsyncClient, limit: str) -> None:
    assert (await http.get("/v1/transfers", params={"limit": limit})).status_code == 400


async def test_what_cannot_be_expanded_is_refused(http: httpx.AsyncClient) -> None:
    answer = await http.get("/v1/balance", params={"expand[]": "available.nothing"})
    assert answer.status_code == 400


async def test_an_endless_body_is_not_read(http: httpx.AsyncClient) -> None:
    assert (await http.post("/v1/customers", content=b"a" * 1_000_001)).status_code == 413


async def test_nothing_is_funded_by_itself(http: httpx.AsyncClient) -> None:
    balance = (await http.get("/v1/balance")).json()
    assert [part["amount"] for part in balance["available"]] == [0]


@pytest.mark.parametrize("amount", [0, -1])
async def test_a_top_up_of_nothing_is_refused(db: None, amount: int) -> None:
    with pytest.raises(stripe_sandbox.Refusal):
        await stripe_sandbox.fund(amount, "eur")


async def test_v2_knows_no_expand(http: httpx.AsyncClient) -> None:
    answer = await http.get("/v2/core/accounts", params={"expand[]": "data"})
    assert answer.json()["error"]["code"] == "parameter_unknown"


@pytest.mark.parametrize(
    "metadata",
    [
        {f"metadata[k{number}]": "v" for number in range(51)},
        {f"metadata[{'k' * 41}]": "v"},
        {"metadata[k]": "v" * 501},
        {"metadata[\0]": "v"},
        {"metadata[k]": "\0"},
    ],
    ids=["too many", "long name", "long value", "NUL name", "NUL value"],
)
async def test_metadata_has_limits(http: httpx.AsyncClient, metadata: dict[str, str]) -> None:
    assert (await http.post("/v1/customers", data=metadata)).status_code == 400


async def test_metadata_up_to_the_limits_is_kept(http: httpx.AsyncClient) -> None:
    sent = {f"metadata[{number:040d}]": "v" * 500 for number in range(50)}
    assert len((await http.post("/v1/customers", data=sent)).json()["metadata"]) == 50
