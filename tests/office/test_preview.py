"""The dry run shows what the real thing would have been, to the cent, and writes nothing."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given as forall
from hypothesis import strategies as st

from backend import office, sales, settlement
from backend.core import Money, Month, fetch_value
from backend.office import Change
from backend.sales import Rates, ShareRule, share
from tests import clients, given
from tests.reports.history import on, refund

AUGUST = Month.parse("2026-08")
NOW = datetime(2026, 10, 2, 8, tzinfo=UTC)


def rule(partner_bp: int, channel: str | None = None, partner: UUID | None = None) -> ShareRule:
    return ShareRule(
        id=UUID(int=0), name="", organisation_id=partner, channel=channel, brought_by=None,
        rates=Rates(partner_bp, 0, 10_000 - partner_bp), valid_from=NOW,
    )  # fmt: skip


async def try_out(change: Change) -> dict[str, tuple[int, int]]:
    """What is due before and after, by the partner's name."""
    pairs = await office.preview(AUGUST, change, minimum_hundredths=2500)
    return {pair.name: (pair.before.due_minor, pair.after.due_minor) for pair in pairs}


async def test_another_share_is_tried_line_by_line_refunds_too(db: None) -> None:
    acme = await given.partner("Acme", vat_regime="fr_franchise_293b")
    for _ in range(3):
        await given.sale(acme, 33_33, sold_at=on(8, 12))
    back = await given.sale(acme, 100_01, sold_at=on(8, 12))
    await refund(back, Money(33_34, "EUR"), on(8, 14))
    await refund(back, Money(66_67, "EUR"), on(8, 16))
    tried = await try_out(Change(share=rule(8000)))
    assert tried == {"Acme": (3 * 23_33, 3 * 26_66)}, "what was given back whole leaves no cent"


async def test_the_rule_in_force_changes_nothing(db: None) -> None:
    for number in range(4):
        partner = await given.partner(f"p{number}")
        sale = await given.sale(partner, 10_01 * (number + 3), sold_at=on(8, 12))
        await refund(sale, Money(3_33, "EUR"), on(8, 14))
    pairs = await office.preview(AUGUST, Change(share=rule(7000)), minimum_hundredths=2500)
    assert len(pairs) == 4 and all(pair.before == pair.after for pair in pairs)


async def test_before_is_what_the_closing_writes(db: None) -> None:
    acme = await given.partner("Acme")
    await given.sale(acme, 100_00, sold_at=on(8, 12))
    [pair] = await office.preview(AUGUST, Change(hold_days=30), minimum_hundredths=2500)
    await settlement.close_month(AUGUST, minimum_hundredths=2500, now=NOW, actor="system:test")
    assert pair.before.due_minor == await fetch_value("SELECT due_minor FROM settlement.statement")
    assert pair.before.hold_until == on(8, 12) + timedelta(days=14)
    assert pair.after.hold_until == on(8, 12) + timedelta(days=30)


async def test_a_rule_for_one_channel_or_partner_leaves_the_others(db: None) -> None:
    for name in ("Acme", "Bzh"):
        await given.sale(await given.partner(name, vat_regime="fr_franchise_293b"), 100_00)
    assert await try_out(Change(share=rule(9000, "direct"))) == {
        "Acme": (70_00, 70_00), "Bzh": (70_00, 70_00),
    }  # fmt: skip
    bzh = await fetch_value("SELECT id FROM partners.organisation WHERE name = 'Bzh'")
    assert await try_out(Change(share=rule(9000, None, bzh))) == {
        "Acme": (70_00, 70_00), "Bzh": (70_00, 90_00),
    }  # fmt: skip


async def test_a_more_special_rule_in_force_still_wins(db: None) -> None:
    """Where a partner brought the customer it keeps all, whatever everybody's rule says."""
    acme = await given.partner("Acme", vat_regime="fr_franchise_293b")
    await given.sale(acme, 100_00, channel="vai", brought_by="partner")
    assert await try_out(Change(share=rule(5000))) == {"Acme": (100_00, 100_00)}


async def test_a_smaller_minimum_pays_what_was_carried(db: None) -> None:
    acme = await given.partner("Acme", vat_regime="fr_franchise_293b")
    await given.sale(acme, 30_00)
    assert await try_out(Change(payout_minimum=1_00)) == {"Acme": (0, 21_00)}


async def test_over_http_it_adds_up_and_writes_nothing(db: None) -> None:
    await given.sale(await given.partner("Acme"), 100_00)
    async with await clients.signed_in("finance") as browser:
        asked = {"month": "2026-08", "share": {"partner_bp": 8000}, "hold_days": 7}
        answer = await browser.post("/api/office/terms/preview", json=asked)
        assert answer.status_code == 200, answer.text
        [total] = answer.json()["totals"]
        assert (total["statements"], total["changed"]) == (1, 1)
        assert total["before"]["share"]["amount_minor"] == 70_00
        assert total["after"]["share"]["amount_minor"] == 80_00
        assert total["after"]["operator"]["amount_minor"] == 20_00
        [row] = answer.json()["rows"]
        assert row["name"].startswith("Acme")
        nothing = await browser.post("/api/office/terms/preview", json={"month": "2026-08"})
        assert (nothing.status_code, nothing.json()["code"]) == (422, "nothing-to-try")
    assert await fetch_value("SELECT count(*) FROM sales.share_rule") == 2


@forall(st.integers(0, 10**12), st.integers(0, 10_000))
def test_its_arithmetic_is_that_of_sharing(net_minor: int, partner_bp: int) -> None:
    """`div(net * bp + 5000, 10000)` in SQL is `share`, ties to the editor."""
    parts = share(net_minor, Rates(partner_bp, 0, 10_000 - partner_bp))
    assert parts.partner_minor == (net_minor * partner_bp + 5000) // 10_000
    assert sales.share_of_refund(
        net_minor, refunded_before_minor=0, rates=Rates(partner_bp, 0, 10_000 - partner_bp),
        vat_rate_bp=0,
    ).parts.partner_minor == -parts.partner_minor  # fmt: skip
