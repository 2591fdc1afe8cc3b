"""What partners hear of, from the actions that do it: with them or not at all."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest_asyncio

from backend import core, deals, orders, payments, webhooks
from backend.deals import jobs as deals_jobs
from backend.orders import actions_refund
from tests import clients, given
from tests.catalogue.test_review import checked, on_sale, withdraw
from tests.given import deals as deal_given
from tests.given.orders import order
from tests.given.payouts import AUGUST, closed_month, days_pass, run, started
from tests.orders.test_actions import seen_of, settle
from tests.webhooks.conftest import Time, endpoint
from tests.webhooks.receiver import receiving


@pytest_asyncio.fixture
async def url(time: Time) -> AsyncIterator[str]:
    async with receiving() as box:
        yield box.url


async def listens(organisation: UUID, url: str) -> None:
    owner = await clients.person("owner", organisation)
    await endpoint(organisation, owner, url, list(webhooks.KINDS))


async def heard() -> list[tuple[str, Any]]:
    """Kind and facts of every event that waits to be sent, in order."""
    rows = await core.fetch(
        "SELECT v.kind, v.body FROM webhooks.event v JOIN webhooks.delivery d ON d.event_id = v.id "
        "ORDER BY v.position"
    )
    return [(row["kind"], msgspec.json.decode(row["body"])) for row in rows]


def euros(minor: int) -> dict[str, Any]:
    return {"amount_minor": minor, "currency": "EUR"}


async def test_an_editor_hears_of_an_order_paid_and_refunded_and_not_who_bought(
    stripe: None, url: str
) -> None:
    editor, buyer = await given.partner(), await given.buyer("Secret SARL")
    await listens(editor, url)
    placed = await order(editor=editor, of=buyer)
    assert await heard() == []
    await settle(placed, seen_of(placed))
    await settle(placed, seen_of(placed))
    refund = await orders.plan_refund(
        placed.id, core.Money(40_00, "EUR"), reason="duplicate", now=given.NOW, actor=given.SYSTEM
    )
    claim = await payments.claim_operation(refund.id, given.NOW)
    assert claim is not None
    made = payments.RefundMade(
        refund_id="re_1", status="succeeded", intent_id="pi_1", operation_id=str(refund.id),
        amount_minor=refund.gross_minor, currency="EUR", booked_at=given.NOW,
    )  # fmt: skip
    await actions_refund.settle_refund(made, now=given.NOW)
    (first, paid), (second, refunded) = await heard()
    assert (first, second) == ("order.paid", "order.refunded")
    assert paid["order_id"] == refunded["order_id"] == str(placed.id)
    assert (paid["net"], refunded["refunded_net"]) == (euros(100_00), euros(40_00))
    assert str(buyer) not in str(paid) and "Secret" not in str(paid)


async def test_each_partner_that_listens_hears_of_its_own_statement(db: None, url: str) -> None:
    first, second, deaf = [await given.partner(name) for name in ("One", "Two", "Three")]
    await listens(first, url)
    await listens(second, url)
    await closed_month(first, second, deaf, net_minor=250_00)
    told = await heard()
    assert [kind for kind, _ in told] == ["statement.closed"] * 2
    assert {facts["month"] for _, facts in told} == {str(AUGUST)}
    assert [facts["sales"] for _, facts in told] == [euros(175_00)] * 2
    rows = await core.fetch("SELECT organisation_id, body->>'id' AS id FROM webhooks.event")
    owners = await core.fetch("SELECT organisation_id, id::text AS id FROM settlement.statement")
    assert {tuple(row) for row in rows} == {
        tuple(row) for row in owners if row["organisation_id"] != deaf
    }


async def test_a_payout_is_told_when_sent_and_when_paid(stripe: None, url: str) -> None:
    partner, payout = await started()
    await listens(partner, url)
    await run()
    await days_pass(2.1)
    await run()
    told = await heard()
    assert [kind for kind, _ in told] == ["payout.sent", "payout.paid"]
    assert [facts["id"] for _, facts in told] == [str(payout)] * 2
    assert told[-1][1]["amount"] == euros(84_00) and told[-1][1]["paid_at"] is not None


async def test_a_payout_that_the_bank_refused_is_told_with_the_reason(
    stripe: None, url: str
) -> None:
    partner, _ = await started("3001")
    await listens(partner, url)
    await run()
    await days_pass(2.1)
    await run()
    told = await heard()
    assert [kind for kind, _ in told] == ["payout.sent", "payout.failed"]
    assert told[-1][1]["failure_code"]


async def test_imports_tell_nobody_of_each_line(db: None, url: str) -> None:
    partner = await given.partner()
    await listens(partner, url)
    await given.sale(partner, 100_00)
    assert await heard() == []


async def test_a_partner_hears_what_the_office_decided_of_its_listing_and_why(
    db: None, url: str
) -> None:
    editor = await checked()
    await listens(editor, url)
    listing = await on_sale(editor)
    await withdraw(listing, "Le service ne répond plus.")
    said = await heard()
    assert [kind for kind, _ in said] == ["listing.published", "listing.withdrawn"]
    assert said[1][1]["listing_id"] == str(listing)
    assert said[1][1]["reason"] == "Le service ne répond plus."


async def test_a_partner_hears_of_its_deals_and_leads_and_not_of_the_person_behind(
    db: None, url: str
) -> None:
    mine, other = await deal_given.taker("Intégra"), await deal_given.integrator("Autre")
    await listens(mine, url)
    await deal_given.approved(mine)
    await deal_given.approved(other, customer_siren=deal_given.SIRENS[1])
    refused = await deal_given.submitted(mine, customer_siren=deal_given.SIRENS[2])
    await deals.reject_deal(
        refused, reason="Known.", rule="5", revision=2, now=given.NOW, actor=given.SYSTEM
    )
    await deals.offer_lead(await deal_given.lead(), mine, now=given.NOW, actor=given.SYSTEM)
    await deals_jobs.carry_on(given.NOW + timedelta(days=91))
    told = await heard()
    assert [kind for kind, _ in told][:3] == ["deal.approved", "deal.rejected", "lead.offered"]
    assert told[-1][0] == "deal.expired"
    assert told[2][1]["name"] == "Mairie d’Auray"
    assert "Yann" not in str(told) and "Awa" not in str(told)
