"""A large account buys by its contract: private prices, terms, and why."""

import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import pypdf
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as some

from backend import charges, core, identity, network, partners, programmes, reports
from backend.charges import actions_contract, actions_reseller
from backend.charges.rules_contract import (
    Agreed,
    BadContract,
    Contract,
    ContractPrice,
    ContractTooSoon,
    by_contract,
)
from backend.charges.rules_price import Standing, Stretch, cut, price_pieces
from backend.charges.rules_reseller import GivenRates, SetPrice
from backend.core import Month
from tests import clients, given
from tests.charges.test_rules import END, LEVELS, START, a_matrix
from tests.given import charges as made
from tests.given.programmes import organisation, reseller
from tests.journeys.test_own_partner import both

EARLY = datetime(2026, 10, 20, 9, tzinfo=UTC)


def a_contract(*prices: ContractPrice, **facts: Any) -> Contract:
    known: dict[str, Any] = {
        "number": "CT-2026-7", "starts_on": date(2026, 11, 1), "ends_on": None,
        "payment_days": 45, "po_number": "PO 4411", "grouping_reference": "DSI",
        "reason": "Framework agreement.", "prices": prices,
    }  # fmt: skip
    return Contract(**{**known, **facts})


async def sign(org: UUID, *prices: ContractPrice, **facts: Any) -> UUID:
    return await actions_contract.sign_contract(
        org, a_contract(*prices, **facts), now=EARLY, actor=given.SYSTEM
    )


async def test_K_03_a_contract_overrides_list_price_and_level_and_says_so(db: None) -> None:
    """1,000.00 at list, certified would give 15 %: by contract 30 %, or 0.60 a unit."""
    org = await reseller("certified")
    await sign(
        org, ContractPrice("", 3000), ContractPrice("vm.large", None, Decimal("0.60"), "EUR")
    )
    other = await made.charge(org, 1000_00, environment="enterprise", resource="disk")
    assert other["net_minor"] == 700_00
    fixed = await made.charge(
        org, environment="enterprise", quantity=Decimal(100), unit_price=Decimal("0.85")
    )
    assert (fixed["list_minor"], fixed["net_minor"]) == (85_00, 60_00)
    async with await clients.signed_in("owner", org) as owner:
        detail = (await owner.get(f"/api/portal/charges/{fixed['id']}")).json()
    assert [(one["kind"], one["rule"]) for one in detail["steps"]] == [
        ("list_price", None), ("contract_price", "CT-2026-7"),
    ]  # fmt: skip
    assert sum(one["amount"]["amount_minor"] for one in detail["steps"]) == 60_00
    said = await core.fetch_row(
        "SELECT after::text FROM audit.change WHERE action = 'sign_contract'"
    )
    assert said is not None
    assert "PO 4411" in said["after"]
    assert "Framework agreement." in said["after"]


async def test_a_contract_holds_from_its_first_day_to_its_last_and_no_past_line_changes(
    db: None,
) -> None:
    org = await organisation("buyer")
    before = await made.charge(org, 100_00, charged_on=date(2026, 10, 31))
    await sign(org, ContractPrice("", 1000))
    await sign(org, ContractPrice("", 2000), starts_on=date(2026, 11, 5), ends_on=date(2026, 11, 6))
    nets = [
        (await made.charge(org, 100_00, charged_on=date(2026, 11, day)))["net_minor"]
        for day in (1, 4, 5, 6, 7)
    ]
    assert nets == [90_00, 90_00, 80_00, 80_00, 100_00]
    again = await core.fetch_row(
        "SELECT net_minor FROM charges.charge_line WHERE id = $1", before["id"]
    )
    assert again is not None
    assert again["net_minor"] == 100_00


async def test_what_cannot_be_signed_is_refused(db: None) -> None:
    org = await organisation("buyer")
    with pytest.raises(ContractTooSoon):
        await sign(org, starts_on=EARLY.date())
    with pytest.raises(BadContract, match="two prices"):
        await sign(org, ContractPrice("a", 1), ContractPrice("a", 2))
    with pytest.raises(BadContract, match="one of both"):
        await sign(org, ContractPrice("a"))
    with pytest.raises(BadContract, match="last day"):
        await sign(org, ends_on=date(2026, 10, 31))
    contract = await sign(org, ContractPrice("a", 1))
    insert = "INSERT INTO charges.contract_price VALUES ($1, 'b', 9000, NULL, NULL)"
    with pytest.raises(asyncpg.CheckViolationError, match="signed with"):
        await core.fetch(insert, contract)
    with core.acting_for(await organisation("buyer")):
        assert await core.fetch("SELECT FROM charges.contract") == []
        assert await core.fetch("SELECT FROM charges.contract_price") == []


async def test_K_03_a_statement_names_the_contract_its_payment_days_and_the_order(
    db: None,
) -> None:
    org = await organisation("buyer")
    await sign(org, ContractPrice("", 3000), ends_on=date(2026, 11, 30))
    await made.charge(org, 1000_00)
    reference = (await partners.read_organisation(org)).reference
    for language, said in (
        ("en", "Contract CT-2026-7, payable in 45 days Your order PO 4411 Your group DSI"),
        ("fr", "Contrat CT-2026-7, payable à 45 jours Votre commande PO 4411"),
    ):
        report = await reports.statement_report(
            reference, Month.parse("2026-11"), now=given.NOW, language=language
        )
        text = pypdf.PdfReader(io.BytesIO(await report.whole())).pages[0].extract_text()
        assert said in " ".join(text.split())
    assert await charges.contract_on(org, date(2026, 10, 31)) is None
    assert await charges.contract_on(org, date(2026, 12, 1)) is None


async def test_a_day_begun_below_a_wholesaler_keeps_its_price_though_a_contract_waits(
    db: None,
) -> None:
    """It left at ten and was promoted at noon: who stood above in the morning did all day."""
    org, above = await reseller("certified"), await organisation("wholesaler")
    await sign(org, ContractPrice("", 5000))
    joined = EARLY + timedelta(days=1)
    await network.join(org, above, "operator", now=joined, actor=given.SYSTEM)
    price = SetPrice(date(2026, 11, 1), GivenRates(1200, 1200, 1200))
    await actions_reseller.set_reseller_price(org, above, price, now=joined, actor=given.SYSTEM)
    left, promoted = (datetime(2026, 11, 10, hour, tzinfo=UTC) for hour in (10, 12))
    told: dict[str, Any] = {"reason": "x", "actor": given.SYSTEM}
    await network.end_membership(org, now=left, **told)
    await programmes.promote(org, programmes.RESELLER, "premium", now=promoted, **told)
    line = await made.charge(org, 1000_00, environment="enterprise")
    assert (line["charged_on"], line["net_minor"]) == (left.date(), 880_00)
    later = await made.charge(org, 1000_00, charged_on=date(2026, 11, 11))
    assert later["net_minor"] == 500_00


async def test_nobody_signs_a_contract_with_their_own_organisation(db: None) -> None:
    org = await organisation("buyer")
    with pytest.raises(identity.OwnOrganisation):
        await actions_contract.sign_contract(
            org, a_contract(ContractPrice("", 9000)), now=EARLY, actor=await both(org)
        )


async def test_K_03_the_office_signs_a_contract_and_reads_its_history(db: None) -> None:
    org = await organisation("buyer")
    day = (datetime.now(UTC) + timedelta(days=2)).date()
    body = {
        "number": "CT-1", "starts_on": str(day), "ends_on": None, "payment_days": 30,
        "reason": "Signed.", "po_number": "PO-9",
        "prices": [{"resource": "vm", "unit_price": "0.0110", "currency": "EUR"}],
    }  # fmt: skip
    async with await clients.signed_in("admin") as office:
        url = f"/api/office/organisations/{org}/price-contracts"
        answer = await office.post(url, json=body)
        assert answer.status_code == 201, answer.text
        [one] = (await office.get(url)).json()["items"]
        assert Decimal(one["contract"]["prices"][0]["unit_price"]) == Decimal("0.011")
        assert one["contract"]["payment_days"] == 30
        late = await office.post(url, json={**body, "payment_days": 61})
        assert late.status_code in {400, 422}


async def test_postgresql_refuses_a_piece_priced_by_a_contract_that_does_not_hold(
    db: None,
) -> None:
    """Of another party, and its own after its last day: the same piece, refused."""
    org, other = await organisation("buyer"), await organisation("buyer")
    await sign(org, ContractPrice("", 1000), ends_on=date(2026, 11, 5))
    foreign = await sign(other, ContractPrice("", 1000))
    good = await made.charge(org, 100_00, charged_on=date(2026, 11, 5))
    late = await made.charge(org, 100_00, charged_on=date(2026, 11, 6))
    own = await core.fetch_value(
        "SELECT contract_id FROM charges.charge_piece WHERE line_id = $1", good["id"]
    )
    copy = """
        INSERT INTO charges.charge_piece (line_id, position, starts_at, ends_at, basis, level,
          matrix_id, rate_bp, points_bp, cap_bp, list_minor, discount_minor, points_minor,
          contract_id)
        SELECT l.id, 9, l.used_from, l.used_to, 'contract', NULL, p.matrix_id, 0, 0, 10000, 0, 0, 0,
          $2 FROM charges.charge_piece p JOIN charges.charge_line l ON l.id = p.line_id
        WHERE l.id = $1
    """
    for line, contract in ((good, foreign), (late, own)):
        with pytest.raises(asyncpg.CheckViolationError) as refused:
            await core.fetch(copy, line["id"], contract)
        assert refused.value.constraint_name == "piece_by_own_contract"


async def test_a_price_in_another_currency_leaves_the_discount_of_all_others(db: None) -> None:
    org = await organisation("buyer")
    await sign(
        org, ContractPrice("", 1000), ContractPrice("vm.large", None, Decimal("0.10"), "EUR")
    )
    in_dollars = await made.charge(org, 100_00, currency="USD")
    assert in_dollars["net_minor"] == 90_00


async def test_no_api_key_signs_a_contract(db: None) -> None:
    org = await organisation("buyer")
    with pytest.raises(identity.OnlyPeopleSign, match="Sign in"):
        await actions_contract.sign_contract(
            org, a_contract(), now=EARLY, actor="key:0123456789abcdef"
        )
    insert = """
        INSERT INTO charges.contract (organisation_id, number, starts_on, payment_days, po_number,
          grouping_reference, reason, price_count, actor, signed_at)
        VALUES ($1, 'x', '2026-12-01', 30, '', '', 'x', 0, 'key:1', $2)
    """
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await core.fetch(insert, org, EARLY)
    assert refused.value.constraint_name == "a_person_signs"


@drawn(
    some.integers(0, 10**6), some.integers(0, 10**6), some.none() | some.integers(0, 10_000),
    some.lists(some.integers(1, 86_399), max_size=3), some.sampled_from([None, *LEVELS]),
)  # fmt: skip
def test_a_contracts_price_is_never_above_list_and_its_pieces_are_the_whole(
    list_price: int, own: int, discount: int | None, changes: list[int], level: str | None
) -> None:
    charge = made.a_charge(UUID(int=1), list_price)
    bounds = cut(START, END, [START + timedelta(seconds=second) for second in changes])
    stretches = [Stretch(a, b, Standing(level, False, (), a_matrix())) for a, b in bounds]
    pieces = price_pieces(list_price, "start", stretches)
    price = (
        ContractPrice("vm.large", None, Decimal(own) / 100, "EUR")
        if discount is None
        else ContractPrice("", discount)
    )
    agreed = Agreed(UUID(int=2), {price.resource: price}, EARLY)
    found = by_contract(pieces, [agreed] * len(pieces), charge)
    assert sum(one.list_minor for one in found) == list_price
    assert all(0 <= one.net_minor <= one.list_minor for one in found)
    if discount is None and own <= list_price:
        assert abs(sum(one.net_minor for one in found) - own) <= len(found)
