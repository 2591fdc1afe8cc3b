"""VAT: per document, per category and rate, rounded once, half up (money rules M6-M8). Pure."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from backend.core import at_rate

WHOLE_BP = 10_000


class VatLine(NamedTuple):
    """Net amounts of one document at one category (EN 16931: S, AE, O, E, Z, G) and rate."""

    category: str
    rate_bp: int
    base_minor: int


class VatTotal(NamedTuple):
    category: str
    rate_bp: int
    base_minor: int
    vat_minor: int


class NetOfGross(NamedTuple):
    net_minor: int
    vat_minor: int


def vat_of_document(lines: Iterable[VatLine]) -> list[VatTotal]:
    """One total per category and rate: the rounded tax of the sum, never a sum of taxes (M6)."""
    bases: defaultdict[tuple[str, int], int] = defaultdict(int)
    for line in lines:
        bases[line.category, line.rate_bp] += line.base_minor
    return [
        VatTotal(category, rate_bp, base, at_rate(base, rate_bp))
        for (category, rate_bp), base in sorted(bases.items())
    ]


def net_of_gross(gross_minor: int, rate_bp: int) -> NetOfGross:
    """Consumer prices include VAT (M7): net = gross x 100 / (100 + rate), half up; VAT the rest."""
    divisor = WHOLE_BP + rate_bp
    net_minor = (2 * abs(gross_minor) * WHOLE_BP + divisor) // (2 * divisor)
    if gross_minor < 0:
        net_minor = -net_minor
    return NetOfGross(net_minor, gross_minor - net_minor)
