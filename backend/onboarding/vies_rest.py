"""VIES of the European Commission, behind its public REST service; asked in the operator's name."""

import logging
from typing import Any

import httpx
import msgspec
from msgspec import Struct

from backend.onboarding.vies import Answer

ADDRESS = "https://ec.europa.eu/taxation_customs/vies/rest-api/check-vat-number"
TIMEOUT_S = 20
"""Some member states take a quarter of a minute."""

UNAVAILABLE = Answer("unavailable", "vies")
_log = logging.getLogger(__name__)


class _Told(Struct, rename="camel"):
    """Its answer, also where it refuses: `error_wrappers` then says why, with HTTP 200 or not."""

    valid: bool | None = None
    country_code: str | None = None
    vat_number: str | None = None
    request_identifier: str | None = None
    name: str | None = None
    address: str | None = None
    action_succeed: bool = True
    error_wrappers: list[dict[str, Any]] = []


class EuropeanVies:
    """Sends the operator's own VAT number along: so VIES gives a consultation number (legal.md 4).

    Whatever is not plainly a yes or a no is no answer: the number waits and is asked again.
    """

    def __init__(
        self, requester: str, *, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self.requester = requester
        self.transport = transport

    async def ask(self, vat_number: str) -> Answer:
        country, number = _parted(vat_number)
        own_country, own_number = _parted(self.requester)
        question = {
            "countryCode": country, "vatNumber": number,
            "requesterMemberStateCode": own_country, "requesterNumber": own_number,
        }  # fmt: skip
        try:
            async with httpx.AsyncClient(timeout=TIMEOUT_S, transport=self.transport) as client:
                came = await client.post(ADDRESS, json=question)
            told = msgspec.json.decode(came.content, type=_Told)
        except (httpx.HTTPError, msgspec.MsgspecError) as failure:
            _log.warning("VIES cannot be read: %s", type(failure).__name__)
            return UNAVAILABLE
        codes = [str(one.get("error"))[:40] for one in told.error_wrappers]
        if not came.is_success or codes or not told.action_succeed:
            _log.warning("VIES did not answer: HTTP %s %s", came.status_code, codes)
            return UNAVAILABLE
        if told.valid is None or (told.country_code, told.vat_number) != (country, number):
            _log.warning("VIES answered about something else")
            return UNAVAILABLE
        if not told.valid:
            return Answer("invalid", "vies")
        return Answer(
            "valid", "vies", _text(told.request_identifier, 100), _text(told.name, 500),
            _text(told.address, 1000),
        )  # fmt: skip


def _parted(vat_number: str) -> tuple[str, str]:
    """The member state as VIES calls it: Greece is EL there (legal.md 4)."""
    country = vat_number[:2]
    return ("EL" if country == "GR" else country), vat_number[2:]


def _text(told: str | None, longest: int) -> str | None:
    """Dashes stand where a member state tells nothing."""
    text = (told or "").strip()
    return None if text in ("", "---") else text[:longest]
