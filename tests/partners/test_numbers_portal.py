"""A partner gives the numbers that nobody knew; what is known only the operator corrects."""

import pytest

from backend import partners
from tests import clients, given

NUMBERS = "/api/portal/organisation/numbers"
SIREN, SIRET, VAT = "999992050", "99999205000016", "FR29999992050"


async def test_numbers_are_given_once_and_stay(db: None) -> None:
    acme = await given.partner()
    async with await clients.signed_in("owner", acme) as browser:
        first = await browser.post(NUMBERS, json={"siren": SIREN})
        assert (first.status_code, first.json()["siren"]) == (200, SIREN)
        second = await browser.post(NUMBERS, json={"siret": SIRET, "vat_number": VAT})
        assert (second.json()["siren"], second.json()["siret"]) == (SIREN, SIRET)
        other = await browser.post(NUMBERS, json={"siren": "552100554"})
        assert (other.status_code, other.json()["code"]) == (409, "number-known")
    assert (await partners.read_organisation(acme)).vat_number == VAT


@pytest.mark.parametrize(
    "told",
    [{"siren": "123456789"}, {"siret": SIRET}, {"siren": SIREN, "vat_number": "FR00111111111"}],
)
async def test_numbers_that_cannot_be_right_are_refused_with_their_field(
    db: None, told: dict[str, str]
) -> None:
    async with await clients.signed_in("owner", await given.partner()) as browser:
        answer = await browser.post(NUMBERS, json=told)
    assert (answer.status_code, answer.json()["code"]) == (422, "number-wrong")
