"""One order of every customer segment, and what follows from being a consumer."""

from typing import get_args

import pytest

from backend import core, partners
from backend.orders.rules import BuyerVatUnknown, Price, price_for
from tests import clients, given
from tests.given.orders import order


@pytest.mark.parametrize("segment", get_args(partners.Segment))
async def test_P_09_one_order_of_each_segment_keeps_whose_it_was(db: None, segment: str) -> None:
    buyer = await given.buyer(segment=segment)
    placed = await order(of=buyer)
    row = await core.fetch_row(
        'SELECT buyer_segment, gross_minor FROM orders."order" WHERE id = $1', placed.id
    )
    assert row is not None
    assert tuple(row) == (segment, 120_00)
    async with await clients.signed_in("auditor") as staff:
        seen = (await staff.get(f"/api/office/organisations/{buyer}")).json()
    assert seen["consumer"] is (segment == "individual")
    assert seen["public_body"] is (segment in ("public_body", "local_authority"))


@pytest.mark.parametrize("segment", get_args(partners.Segment))
def test_a_consumer_abroad_is_never_reverse_charged(segment: str) -> None:
    def sold() -> Price:
        return price_for(
            core.Money(100_00, "EUR"), 2000, country="DE", segment=segment, vat_number_checked=True
        )

    if segment == "individual":
        with pytest.raises(BuyerVatUnknown):
            sold()
    else:
        assert sold().vat_rate_bp == 0
