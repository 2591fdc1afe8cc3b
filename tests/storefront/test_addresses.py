"""Whatever stands behind /fr or /en in an address, a page answers, in that language."""

import re
from itertools import product

import httpx
import pytest

from backend.storefront.routes import PAGES
from tests import clients

ODD = ("not-a-uuid", "0", "%00", "%2e%2e", "a%2fb", "<script>", "%ff", "é", "x" * 300)
PATHS = sorted({path for page in PAGES for path in page.paths if path.startswith("/{lang")})


def of_page(answer: httpx.Response, lang: str) -> bool:
    kind = answer.headers["content-type"]
    return kind.startswith("text/html") and f'<html lang="{lang}"' in answer.text


def test_the_routes_of_the_store_are_found() -> None:
    assert len(PATHS) > 30 and any(":uuid" in path for path in PATHS)


@pytest.mark.parametrize("path", PATHS)
async def test_an_address_with_an_odd_part_is_a_page_in_its_language(db: None, path: str) -> None:
    async with clients.visitor() as browser:
        for lang, odd in product(("fr", "en"), ODD):
            address = re.sub(r"{(?!lang)[^}]+}", odd, path.replace("{lang:str}", lang))
            if address == path.replace("{lang:str}", lang):
                continue
            for method in ("GET", "POST"):
                answer = await browser.request(method, address)
                assert answer.status_code in (303, 400, 403, 404, 405), (method, address)
                assert answer.status_code == 303 or of_page(answer, lang), (method, address)


@pytest.mark.parametrize("path", PATHS)
async def test_an_address_asked_for_in_another_way_is_a_page_too(db: None, path: str) -> None:
    address = re.sub(r"{[^}]+}", "a", path.replace("{lang:str}", "en"))
    async with clients.visitor() as browser:
        for method in ("PUT", "DELETE", "PATCH"):
            answer = await browser.request(method, address)
            assert answer.status_code in (404, 405), (method, address)
            assert of_page(answer, "en"), (method, address)


@pytest.mark.parametrize("lang", ["fr", "en"])
async def test_a_purchase_whose_number_is_none_does_not_exist(db: None, lang: str) -> None:
    async with clients.visitor() as browser:
        for address in ("purchases/not-a-uuid", "purchases/1/pay", "purchases?after=x"):
            answer = await browser.get(f"/{lang}/{address}")
            assert (answer.status_code, of_page(answer, lang)) == (404, True), address


async def test_the_api_still_answers_problems(db: None) -> None:
    async with clients.visitor() as program:
        for address in ("/api/none", "/api/office/payouts/not-a-uuid"):
            answer = await program.get(address)
            assert answer.headers["content-type"].startswith("application/problem+json"), address
