"""A line is cut where a rate of it changes, and nowhere else: each piece is rounded (rule e)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as some

from backend import core, network, programmes
from backend.charges import actions_contract, trial_reseller
from backend.charges.lines import ChargeLine, price_charge
from backend.charges.rules_contract import Agreed, ContractPrice
from backend.charges.rules_terms import Party, Reign, Terms
from backend.core import Month
from backend.programmes import ENVIRONMENTS, Environment, Matrix
from tests import given
from tests.charges.test_contracts import EARLY, a_contract
from tests.charges.test_network import chain
from tests.charges.test_rules import LEVELS, START, a_matrix
from tests.given import charges as made
from tests.given.programmes import JANUARY, organisation, reseller

NOON = datetime(2026, 11, 10, 11, tzinfo=UTC)  # In Paris.
BUYER = UUID(int=1)
BEFORE = START - timedelta(days=30)


async def pieces_of(line: Any) -> list[tuple[Any, ...]]:
    rows = await core.fetch(
        "SELECT basis, level, rate_bp, list_minor, discount_minor FROM charges.charge_piece "
        "WHERE line_id = $1 ORDER BY position",
        line["id"],
    )
    return [tuple(row) for row in rows]


async def test_a_promotion_within_the_day_does_not_cut_what_a_contract_prices(db: None) -> None:
    """0.10 less 10 % is 0.09, with the promotion and without it."""
    org = await reseller("registered")
    contract = a_contract(ContractPrice("", 1000))
    await actions_contract.sign_contract(org, contract, now=EARLY, actor=given.SYSTEM)
    await programmes.promote(
        org, programmes.RESELLER, "certified", reason="Facts.", now=NOON, actor=given.SYSTEM
    )
    line = await made.charge(org, 10)
    assert await pieces_of(line) == [("contract", None, 1000, 10, 1)]
    assert line["net_minor"] == 9


async def test_an_editors_rate_that_begins_within_the_day_cuts_no_resellers_line(db: None) -> None:
    org = await reseller("certified")
    await programmes.announce_setting(
        "isv_rate_bp", 2100, valid_from=NOON, now=JANUARY, actor=given.SYSTEM
    )
    line = await made.charge(org, 10)
    assert await pieces_of(line) == [("level", "certified", 1000, 10, 1)]
    assert line["net_minor"] == 9


async def test_what_changes_no_rate_changes_no_tiers_margin_nor_a_wholesalers_trial(
    db: None,
) -> None:
    """0.10 at 15, 20 and 25 %: cut at noon each half would round its own way."""
    shop, near, top = await chain("operator", "operator")
    before = await made.charge(
        shop, 10, environment="enterprise", charged_on=made.DAY - timedelta(days=1)
    )
    await programmes.announce_setting(
        "isv_rate_bp", 2100, valid_from=NOON, now=JANUARY, actor=given.SYSTEM
    )
    line = await made.charge(shop, 10, environment="enterprise")
    earned = await core.fetch(
        "SELECT line_id, organisation_id, margin_minor FROM charges.margin ORDER BY id"
    )
    of = {
        charge: [tuple(row)[1:] for row in earned if row["line_id"] == charge]
        for charge in (before["id"], line["id"])
    }
    assert of[before["id"]] == of[line["id"]] == [(top, 1)]
    [tried] = (await trial_reseller.try_price(shop, near, {}, Month.parse("2026-11"))).rows
    assert (tried.before.amount_minor, tried.margin_before.amount_minor) == (16, 0)


@pytest.mark.parametrize(("floor_minor", "pieces"), [(50, 1), (90, 2)])
async def test_a_floor_cuts_a_line_only_where_it_holds_a_price_up(
    db: None, floor_minor: int, pieces: int
) -> None:
    """1.00 at 20 %: 0.80; a floor of 0.90 that begins at noon keeps a half of what it is more."""
    org = await organisation("isv")
    await programmes.enter(org, programmes.EDITOR, reason="x", now=JANUARY, actor=given.SYSTEM)
    pool = programmes.Pool(
        name="x", resource="vm.large", currency="EUR", cost_minor=floor_minor * 100, units=100,
        planned_bp=10_000, observed_bp=None, basis="planned", markup_bp=0,
    )  # fmt: skip
    await programmes.announce_price_floor(pool, valid_from=NOON, now=JANUARY, actor=given.SYSTEM)
    line = await made.charge(org, 100)
    assert (len(await pieces_of(line)), line["net_minor"]) == (pieces, 80 if pieces == 1 else 85)


def terms_of(
    history: list[tuple[datetime, Any]],
    matrices: list[tuple[datetime, Matrix]],
    agreed: list[Reign],
    tree: list[network.Billing],
) -> Terms:
    above = [UUID(int=10 + place) for place in range(len(tree))]
    ends = [*(at for at, _ in history[1:]), None]
    return Terms(
        parties={each: Party("fr_registered", frozenset()) for each in (BUYER, *above)},
        levels={
            BUYER: [Reign(at, end, level) for (at, level), end in zip(history, ends, strict=True)]
        },
        editors={},
        links={
            one: [Reign(BEFORE, None, network.Parent(up, mode, BEFORE))]
            for one, up, mode in zip([BUYER, *above], above, tree, strict=False)
        },
        matrices=matrices,
        months={Month.of(START): Month.of(START)},
        contracts={BUYER: agreed},
    )


def figures(line: ChargeLine) -> tuple[Any, ...]:
    margins = [(each.organisation_id, each.margin_minor) for each in line.margins]
    return line.payer_id, line.net_minor, margins, [piece.list_minor for piece in line.pieces]


seconds = some.integers(1, 86_399).map(lambda second: START + timedelta(seconds=second))


@drawn(
    some.integers(0, 2000), some.sampled_from(ENVIRONMENTS), some.sampled_from(LEVELS),
    some.none() | some.tuples(seconds, some.sampled_from(LEVELS)),
    some.lists(seconds, min_size=1, max_size=3), some.integers(0, 3000),
    some.lists(some.sampled_from(["wholesaler", "operator"]), max_size=3),
    some.none() | some.integers(0, 10_000),
)  # fmt: skip
def test_what_begins_within_the_day_and_changes_no_rate_of_a_line_changes_no_cent(
    minor: int, environment: Environment, level: str, change: tuple[datetime, str] | None,
    idle: list[datetime], other_bp: int, tree: list[network.Billing], contract: int | None,
) -> None:  # fmt: skip
    """The same level again, another editors' rate; and under a contract, any level and any cap."""
    history: list[tuple[datetime, Any]] = [(BEFORE, level), *([change] if change else [])]
    agreed = []
    if contract is not None:
        tree = []
        price = ContractPrice("", contract)
        agreed = [Reign(BEFORE, None, Agreed(UUID(int=3), {"": price}, BEFORE))]
    plain = terms_of(history, [(BEFORE, a_matrix())], agreed, tree)
    again = {
        at: max(each for each in history if each[0] <= at)[1] if contract is None else LEVELS[place]
        for place, at in enumerate(idle)
    }
    noisy = terms_of(
        sorted([*again.items(), *(one for one in history if one[0] not in again)]),
        [
            (BEFORE, a_matrix()),
            *(
                (at, a_matrix(4000 if contract is None else other_bp, isv_bp=other_bp))
                for at in sorted(idle)
            ),
        ],
        agreed,
        tree,
    )  # fmt: skip
    charge = made.a_charge(BUYER, minor, environment=environment)
    assert figures(price_charge(charge, noisy)) == figures(price_charge(charge, plain))
