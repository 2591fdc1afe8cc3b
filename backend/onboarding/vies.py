"""The port to VIES, and the simulator behind it; `vies_rest` has the adapter to the real one."""

import hashlib
from collections.abc import Collection
from typing import Literal, Protocol

from msgspec import Struct

Outcome = Literal["valid", "invalid", "unavailable"]
Source = Literal["vies", "simulator", "office", "none"]


class Answer(Struct, frozen=True):
    """`consultation_number` is the evidence of a valid one (legal.md 4).

    `office` looked it up itself; `none`: nobody was asked.
    """

    outcome: Outcome
    source: Source
    consultation_number: str | None = None
    name: str | None = None
    address: str | None = None


class Vies(Protocol):
    """Asks whether a VAT number is valid now. A service that is down is an answer, no exception."""

    async def ask(self, vat_number: str) -> Answer: ...


class NoVies:
    """Where no adapter is set up: every question waits, and the office may decide by hand."""

    async def ask(self, vat_number: str) -> Answer:
        return Answer("unavailable", "none")


class SimulatedVies:
    """Knows every number, except those that it was told not to, and countries that are down."""

    def __init__(self, invalid: Collection[str] = (), down: Collection[str] = ()) -> None:
        self.invalid = set(invalid)
        self.down = set(down)

    async def ask(self, vat_number: str) -> Answer:
        if vat_number[:2] in self.down:
            return Answer("unavailable", "simulator")
        if vat_number in self.invalid:
            return Answer("invalid", "simulator")
        number = hashlib.sha256(vat_number.encode()).hexdigest()[:13].upper()
        return Answer("valid", "simulator", f"SIM{number}")
