"""An editor from its file to the money on its account."""

from datetime import date

from backend import catalogue, core, onboarding, payouts, stripe_sandbox
from tests import given
from tests.catalogue.test_review import on_sale
from tests.given import charges as made
from tests.given.orders import slug_of
from tests.given.payouts import (
    AUGUST,
    books,
    closed_month,
    days_pass,
    payable_partner,
    payout_of,
    run,
    sandbox_time,
    state_of,
)
from tests.payments.conftest import Watched, stripe

__all__ = ["stripe"]


async def test_P_02_an_editor_lists_shares_revenue_uses_infrastructure_and_is_paid(
    stripe: Watched,
) -> None:
    """Money rules b1 and d: 70 % of 1,000.00 with VAT is 840.00; 250.00 of use with VAT is 300.00;
    540.00 is paid.
    """
    editor = await payable_partner()
    assert await onboarding.is_complete(editor, await sandbox_time())
    listing = await on_sale(editor)
    assert (await catalogue.read_card(await slug_of(listing))).organisation_id == editor
    await made.charge(editor, 250_00, charged_on=date(2026, 8, 20))
    await closed_month(editor, net_minor=1000_00)
    share = await core.fetch_row(
        "SELECT partner_minor, operator_minor FROM sales.sale_line WHERE organisation_id = $1",
        editor,
    )
    assert share is not None and tuple(share) == (700_00, 300_00)
    await stripe_sandbox.fund(1_000_000_00)
    await payouts.pay_month(AUGUST, now=await sandbox_time(), actor=given.SYSTEM)
    await run()
    await days_pass(2.1)
    await run()
    payout = await payout_of(editor)
    assert await state_of(payout) == "paid"
    paid = await core.fetch_value("SELECT amount_minor FROM payouts.payout WHERE id = $1", payout)
    assert paid == 540_00
    assert await books(editor) == {}
