"""The dry run of a matrix is what the matrix does, to the cent, and writes nothing."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as forall
from hypothesis import strategies as st

from backend import charges, office, programmes
from backend.core import Month, fetch, fetch_value
from backend.programmes import ENVIRONMENTS, RESELLER, Environment
from tests import clients, given
from tests.given.charges import a_charge
from tests.given.programmes import reseller
from tests.programmes.test_benefits import rates

OCTOBER = Month.parse("2026-10")
NOW = datetime(2026, 10, 20, tzinfo=UTC)
DAY = date(2026, 10, 10)


async def use(partner: Any, list_minor: int, environment: Environment, day: date = DAY) -> None:
    made = a_charge(partner, list_minor, environment=environment, charged_on=day)
    await charges.record_charge(made, now=NOW, actor=given.SYSTEM)


async def tried(wanted: Mapping[tuple[str, Environment], int]) -> dict[Any, tuple[int, int, int]]:
    return {
        each.organisation_id: (each.list_minor, each.before_minor, each.after_minor)
        for each in await office.preview_matrix(OCTOBER, wanted)
    }


async def test_F_10_a_dry_run_says_partner_by_partner_what_a_matrix_would_have_done(
    db: None,
) -> None:
    one, two, out = await reseller("premium"), await reseller(), await given.partner()
    await use(one, 100_00, "critical")
    await use(one, 33_33, "enterprise")
    await use(two, 200_00, "start")
    await use(two, 999_00, "start", date(2026, 9, 30))
    await use(out, 50_00, "critical")
    before = await fetch_value("SELECT count(*) FROM audit.change")
    assert await tried(rates(premium=(1500, 2500, 4500))) == {
        one: (133_33, 96_00, 60_00 + 25_00),
        two: (200_00, 190_00, 190_00),
        out: (50_00, 50_00, 50_00),
    }
    assert await fetch_value("SELECT count(*) FROM audit.change") == before
    with pytest.raises(programmes.BadMatrix):
        await tried(rates(premium=(1500, 2500, 2400)))


async def test_each_stretch_of_a_line_is_tried_at_its_own_level(db: None) -> None:
    partner = await reseller()
    noon = datetime(2026, 10, 10, 10, tzinfo=UTC)
    await programmes.promote(partner, RESELLER, "premium", reason="x", now=noon, actor=given.SYSTEM)
    await use(partner, 100_00, "critical")
    row = (await fetch("SELECT net_minor FROM charges.charge_line"))[0]
    assert (await tried(rates()))[partner] == (100_00, row["net_minor"], row["net_minor"])
    assert (await tried(rates(premium=(1500, 2200, 4000))))[partner][2] == 45_00 + 30_00


async def test_a_level_that_gives_no_discount_is_tried_at_list_price(db: None) -> None:
    partner = await reseller()
    await programmes.announce_benefit(
        RESELLER, "registered", "discount", is_given=False,
        valid_from=datetime(2026, 10, 5, tzinfo=UTC), now=datetime(2026, 10, 1, tzinfo=UTC),
        actor=given.SYSTEM,
    )  # fmt: skip
    await use(partner, 100_00, "start", date(2026, 10, 2))
    await use(partner, 100_00, "start")
    assert await tried(rates()) == {partner: (200_00, 195_00, 195_00)}


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@forall(st.lists(st.integers(0, 10_000), min_size=9, max_size=9))
async def test_what_was_tried_is_what_is_charged_once_it_is_in_force(
    db: None, drawn: list[int]
) -> None:
    """The same use, before the new matrix begins and after."""
    drawn = sorted(drawn)
    wanted = rates(
        registered=(drawn[0], drawn[1], drawn[2]),
        certified=(drawn[3], drawn[4], drawn[5]),
        premium=(drawn[6], drawn[7], drawn[8]),
    )
    partners = [await reseller(level) for level in ("registered", "certified", "premium")]
    begins = datetime(2027, 1, 1, tzinfo=UTC) + timedelta(
        days=int(await fetch_value("SELECT count(*) FROM programmes.matrix"))
    )
    for partner in partners:
        for environment in ENVIRONMENTS:
            await use(partner, 33_33, environment)
    found = await tried(wanted)
    await programmes.announce_matrix("x", wanted, valid_from=begins, now=NOW, actor=given.SYSTEM)
    later = (begins + timedelta(days=1)).date()  # In Paris the day began an hour earlier.
    for partner in partners:
        for environment in ENVIRONMENTS:
            await use(partner, 33_33, environment, later)
        charged = await fetch_value(
            "SELECT sum(net_minor)::bigint FROM charges.charge_line "
            "WHERE consumer_id = $1 AND charged_on = $2",
            partner,
            later,
        )
        assert found[partner][2] == charged


async def test_the_office_tries_a_matrix(db: None) -> None:
    partner = await reseller("premium")
    await use(partner, 100_00, "critical")
    asked = [
        {"level": level, "environment": environment, "rate_bp": rate}
        for (level, environment), rate in rates(premium=(1500, 2200, 3500)).items()
    ]
    async with await clients.signed_in("finance") as staff:
        path = "/api/office/benefits/matrices/preview"
        answer = await staff.post(path, json={"month": "2026-10", "rates": asked})
        assert answer.status_code == 200, answer.text
        [row] = answer.json()["rows"]
        assert (row["before"]["amount_minor"], row["after"]["amount_minor"]) == (70_00, 65_00)
        assert answer.json()["totals"][0]["changed"] == 1
        for wrong in (asked[1:], [*asked, asked[0]]):
            refused = await staff.post(path, json={"month": "2026-10", "rates": wrong})
            assert (refused.status_code, refused.json()["code"]) == (422, "bad-matrix")
