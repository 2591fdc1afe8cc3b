"""Builders: `await given.partner()`, `await given.sale(partner, 100_00)`. One file per package."""

from tests.given.catalogue import listing, put_on_sale
from tests.given.onboarding import complete_file, verified
from tests.given.orders import BASE_URL
from tests.given.partners import NOW, SYSTEM, buyer, partner
from tests.given.sales import a_sale, closed, sale

__all__ = [
    "BASE_URL",
    "NOW",
    "SYSTEM",
    "a_sale",
    "buyer",
    "closed",
    "complete_file",
    "listing",
    "partner",
    "put_on_sale",
    "sale",
    "verified",
]
