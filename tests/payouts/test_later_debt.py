"""What a later statement carries as owed takes nothing from an older promise (rules d, f3)."""

from datetime import UTC, date, datetime

from backend import payouts, receipts, settlement, stripe_sandbox
from backend.core import Money
from tests.given import charges as made
from tests.given.partners import SYSTEM
from tests.given.payouts import (
    AUGUST,
    books,
    closed_month,
    payable_partner,
    payout_of,
    run,
    sandbox_time,
    state_of,
)
from tests.payments.conftest import Watched

SEPTEMBER = AUGUST.next


async def test_a_promised_payout_goes_out_though_the_next_month_ended_in_debt(
    stripe: Watched,
) -> None:
    partner = await payable_partner()
    await closed_month(partner)
    await made.charge(partner, 100_00, charged_on=date(2026, 9, 10))
    await settlement.close_month(
        SEPTEMBER, minimum_hundredths=2500, now=SEPTEMBER.end, actor=SYSTEM
    )
    (owing,) = await settlement.list_owing()
    assert owing["left_minor"] == 120_00
    await receipts.record_receipt(
        partner, Money(120_00, "EUR"), reference="VIR-1", received_on=date(2026, 10, 5),
        means="bank_transfer", now=datetime(2026, 10, 5, 9, tzinfo=UTC), actor=SYSTEM,
    )  # fmt: skip
    await stripe_sandbox.fund(10_000_00)
    await payouts.pay_month(AUGUST, now=await sandbox_time(), actor=SYSTEM)
    await run()
    assert await state_of(await payout_of(partner)) == "payout_pending"
    assert (await books(partner))["payable"] == -120_00
    await settlement.close_month(
        SEPTEMBER.next, minimum_hundredths=2500, now=SEPTEMBER.next.end, actor=SYSTEM
    )
    assert "payable" not in await books(partner)
    assert await settlement.list_owing() == []
