"""Laws of prices and credits, whatever the amounts."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from backend.charges.rules import list_minor, stream_of
from backend.charges.rules_credit import (
    BadGrant,
    Grant,
    check_grant,
    give_back,
    last_day,
    of_refund,
    spend,
    warnings_due,
)
from backend.charges.rules_price import Standing, Stretch, Upstream, cut, price_piece, price_pieces
from backend.charges.rules_terms import Terms
from backend.programmes import ENVIRONMENTS, Environment, Matrix

LEVELS = ("registered", "certified", "premium")
RATES = ((500, 800, 1000), (1000, 1500, 2000), (1500, 2200, 3000))
START = datetime(2026, 11, 9, 23, tzinfo=UTC)
END = START + timedelta(days=1)
DAY = date(2026, 11, 10)
WHOLESALER = UUID(int=7)

minor_units = some.integers(0, 10**9)
rates = some.integers(0, 10_000)


def a_matrix(cap_bp: int = 4000, points_bp: int = 500, isv_bp: int = 2000) -> Matrix:
    return Matrix(
        id=UUID(int=1),
        name="rule e",
        valid_from=datetime(1970, 1, 1, tzinfo=UTC),
        rates={
            (level, environment): rate
            for level, row in zip(LEVELS, RATES, strict=True)
            for environment, rate in zip(ENVIRONMENTS, row, strict=True)
        },
        cap_bp=cap_bp,
        wholesaler_points_bp=points_bp,
        isv_rate_bp=isv_bp,
    )


matrices = some.builds(a_matrix, rates, rates, rates)


def tiers(resold: int, paid: int) -> tuple[Upstream, ...]:
    """So many that buy, and above them so many that are paid."""
    buying = [Upstream(UUID(int=place), "resale") for place in range(resold)]
    return *buying, *(Upstream(UUID(int=9 + place), "commission") for place in range(paid))


upstreams = some.builds(tiers, some.integers(0, 2), some.integers(0, 2))
standings = some.builds(
    Standing,
    some.sampled_from([None, *LEVELS]),
    some.booleans(),
    upstreams,
    matrices,
    given=some.just(()),
)


@given(minor_units, some.sampled_from(ENVIRONMENTS), standings)
def test_a_price_is_between_nothing_and_list_and_no_discount_is_above_the_cap(
    minor: int, environment: Environment, standing: Standing
) -> None:
    piece = price_piece(START, END, minor, environment, standing)
    assert 0 <= piece.net_minor <= minor
    assert piece.discount_minor + piece.points_minor + piece.net_minor == minor
    most = Decimal(minor) * standing.matrix.cap_bp / 10_000
    assert piece.discount_minor + piece.points_minor + piece.margin_minor <= most + Decimal("0.5")


@given(minor_units, some.sampled_from(ENVIRONMENTS), standings)
def test_the_operator_keeps_the_same_in_both_modes(
    minor: int, environment: Environment, standing: Standing
) -> None:
    depth = len(standing.upstream)
    pieces = [
        price_piece(
            START,
            END,
            minor,
            environment,
            standing._replace(upstream=tiers(resold, depth - resold)),
        )
        for resold in range(depth + 1)
    ]
    assert len({piece.net_minor - piece.margin_minor for piece in pieces}) == 1


@given(minor_units, some.sampled_from(ENVIRONMENTS), standings)
def test_a_margin_is_the_price_of_the_tier_below_less_ones_own(
    minor: int, environment: Environment, standing: Standing
) -> None:
    """Prices of all tiers computed afresh, in fractions: rounded half up, capped (rule e)."""
    piece = price_piece(START, END, minor, environment, standing)
    matrix = standing.matrix
    prices = []
    for tier in range(len(standing.upstream) + 1):
        rate = min(piece.rate_bp + tier * matrix.wholesaler_points_bp, matrix.cap_bp)
        off = (Decimal(minor) * rate / 10_000).quantize(Decimal(1), rounding=ROUND_HALF_UP)
        prices.append(minor - int(off))
    assert piece.net_minor == prices[standing.resold]
    wanted = [below - own for below, own in pairwise(prices[standing.resold :])]
    assert list(piece.margins_minor) == wanted
    assert min(wanted, default=0) >= 0


@given(minor_units, some.booleans(), matrices)
def test_a_higher_level_or_environment_never_costs_more(
    minor: int, is_editor: bool, matrix: Matrix
) -> None:
    nets = [
        [
            price_piece(
                START, END, minor, environment, Standing(level, is_editor, (), matrix)
            ).net_minor
            for environment in ENVIRONMENTS
        ]
        for level in LEVELS
    ]
    for row in [*nets, *map(list, zip(*nets, strict=True))]:
        assert row == sorted(row, reverse=True)


@given(
    minor_units,
    some.sampled_from(ENVIRONMENTS),
    some.lists(some.tuples(some.integers(1, 86_399), standings), max_size=4),
)
def test_the_pieces_of_a_day_are_the_whole_of_it(
    minor: int, environment: Environment, changes: list[tuple[int, Standing]]
) -> None:
    moments = [START + timedelta(seconds=second) for second, _ in changes]
    bounds = cut(START, END, [START, *moments, END, END + timedelta(days=1)])
    first = Standing(None, False, (), a_matrix())
    given_standings = [first, *(standing for _, standing in changes)]
    stretches = [Stretch(a, b, given_standings[place % len(given_standings)])
                 for place, (a, b) in enumerate(bounds)]  # fmt: skip
    pieces = price_pieces(minor, environment, stretches)
    assert sum(piece.list_minor for piece in pieces) == minor
    assert (pieces[0].starts_at, pieces[-1].ends_at) == (START, END)


@given(
    some.decimals(0, 10**6, places=6),
    some.decimals(0, 10**3, places=6),
    some.sampled_from([("EUR", 2), ("JPY", 0), ("KWD", 3)]),
)
def test_a_line_is_rounded_half_up_once(
    quantity: Decimal, price: Decimal, currency: tuple[str, int]
) -> None:
    exact = quantity * price
    wanted = exact.quantize(Decimal(1).scaleb(-currency[1]), rounding=ROUND_HALF_UP)
    assert list_minor(quantity, price, currency[0]) == int(wanted.scaleb(currency[1]))


grants = some.lists(
    some.tuples(
        some.integers(0, 1000), some.integers(-5, 5), some.integers(0, 10), some.integers(0, 10**6)
    ),
    max_size=5,
    unique_by=lambda each: each[3],
).map(
    lambda each: [
        Grant(
            UUID(int=number),
            WHOLESALER,
            "EUR",
            left,
            DAY + timedelta(days=first),
            DAY + timedelta(days=first + days),
        )
        for left, first, days, number in each
    ]
)


def paid(lines: Sequence[int], of: Sequence[Grant]) -> tuple[int, dict[UUID, int]]:
    left = {grant.id: grant.left_minor for grant in of}
    uses = [use for minor in lines for use in spend(minor, DAY, of, left)]
    return sum(use.amount_minor for use in uses), left


@given(grants, some.lists(some.integers(0, 500), max_size=6), some.randoms())
def test_the_order_of_a_days_lines_changes_neither_their_credit_nor_what_is_left(
    of: list[Grant], lines: list[int], random: object
) -> None:
    shuffled = sorted(lines, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert paid(lines, of) == paid(shuffled, of)


@given(grants, some.lists(some.integers(0, 500), max_size=6))
def test_credits_are_never_negative_nor_spent_on_more_than_is_used(
    of: list[Grant], lines: list[int]
) -> None:
    spent, left = paid(lines, of)
    usable = sum(g.left_minor for g in of if g.granted_on <= DAY <= g.expires_on)
    assert min(left.values(), default=0) >= 0
    assert spent == min(sum(lines), usable)


@given(grants, some.integers(1, 3000))
def test_what_comes_back_is_what_was_asked_and_goes_only_to_what_still_runs(
    of: list[Grant], minor: int
) -> None:
    held = [(grant.id, grant.left_minor, grant.expires_on) for grant in of]
    minor = min(minor, sum(each[1] for each in held))
    last = {grant.id: grant.expires_on for grant in of}
    uses = give_back(minor, held, DAY)
    assert sum(use.amount_minor for use in uses) == -minor
    assert all((use.kind == "return") == (last[use.grant_id] >= DAY) for use in uses)


@given(some.integers(1, 10**9), some.lists(some.integers(1, 10**8), max_size=6))
def test_refunds_of_all_parts_take_back_the_whole(whole: int, parts: list[int]) -> None:
    net = sum(parts) or 1
    whole = min(whole, net)
    bounds = [0]
    for part in parts or [1]:
        bounds.append(bounds[-1] + part)
    taken = [of_refund(whole, b, net) - of_refund(whole, a, net)
             for a, b in pairwise(bounds)]  # fmt: skip
    assert sum(taken) == whole
    assert min(taken) >= 0
    steps = zip(taken, parts or [1], strict=True)
    assert all(credit <= part for credit, part in steps)


@pytest.mark.parametrize(
    ("granted", "months", "last"),
    [
        (date(2026, 1, 15), 12, date(2027, 1, 14)),
        (date(2026, 1, 1), 12, date(2026, 12, 31)),
        (date(2026, 8, 31), 6, date(2027, 2, 27)),
        (date(2028, 2, 29), 12, date(2029, 2, 27)),
        (date(2026, 12, 1), 1, date(2026, 12, 31)),
    ],
)
def test_months_of_credit_end_the_day_before_they_would_begin_again(
    granted: date, months: int, last: date
) -> None:
    assert last_day(granted, months) == last


@pytest.mark.parametrize(
    ("days_left", "told", "due"),
    [
        (31, [], None), (30, [], 30), (29, [30], None), (12, [], 30), (7, [30], 7), (7, [], 7),
        (3, [30, 7], None), (0, [30], 7), (-1, [], None),
    ],
)  # fmt: skip
def test_a_warning_is_due_30_and_7_days_before(
    days_left: int, told: list[int], due: int | None
) -> None:
    assert warnings_due(DAY + timedelta(days=days_left), DAY, told) == due


def test_a_grant_that_ends_today_may_still_be_made() -> None:
    check_grant(1, DAY, DAY, DAY)
    with pytest.raises(BadGrant):
        check_grant(1, DAY, DAY, DAY + timedelta(days=1))


def test_a_selected_editor_who_resells_has_the_better_rate_and_not_both() -> None:
    standing = Standing("certified", True, (), a_matrix())
    piece = price_piece(START, END, 100_00, "start", standing)
    assert (piece.basis, piece.discount_minor) == ("isv_rate", 20_00)
    piece = price_piece(START, END, 100_00, "critical", standing)
    assert (piece.basis, piece.discount_minor) == ("level", 20_00)


def test_a_matrix_counts_from_the_moment_at_which_it_begins() -> None:
    old, new = a_matrix(points_bp=500), a_matrix(points_bp=700)
    terms = Terms({}, {}, {}, {}, [(START, old), (START + timedelta(hours=5), new)], {})
    before, after = START + timedelta(hours=5, microseconds=-1), START + timedelta(hours=5)
    assert terms.standing(WHOLESALER, before).matrix is old
    assert terms.standing(WHOLESALER, after).matrix is new
    assert cut(START, END, terms.changes(WHOLESALER)) == [(START, after), (after, END)]


def test_a_part_of_its_own_decides_on_the_stream() -> None:
    assert stream_of(["reseller"], "", through_wholesaler=True) == "WHS"
    assert stream_of(["isv", "vai"], "mairie", through_wholesaler=False) == "E2"
    assert stream_of(["vai", "reseller"], "mairie", through_wholesaler=False) == "V1"
    assert stream_of(["supplier"], "", through_wholesaler=False) == "DIR"
