"""What each measure leaves out: who has left, what has ended, what is not yet, what is no euro."""

from datetime import timedelta
from typing import Any

from backend import charges, core, programmes, scorecards
from backend.programmes import RESELLER
from tests import given
from tests.given import sales as sold
from tests.given.charges import a_charge
from tests.given.programmes import JANUARY, reseller
from tests.scorecards.test_scorecards import DAY, NOW, ON, evaluate, show, use

TOLD: dict[str, Any] = {"now": NOW, "actor": given.SYSTEM}


async def employed(partner: Any, email: str, **facts: Any) -> Any:
    """Somebody who works there since spring, certified from then on until the day itself."""
    known = {"from_on": ON - 200 * DAY, "issued_on": ON - 200 * DAY, "expires_on": ON, **facts}
    person = await programmes.employ_person(
        partner, email=email, name="Ada", from_on=known["from_on"], **TOLD
    )
    await programmes.certify_person(
        person, "cloud", issued_on=known["issued_on"], expires_on=known["expires_on"], **TOLD
    )
    return person


async def test_a_certified_person_counts_where_it_works_that_day_while_certified(db: None) -> None:
    one, two = await reseller(), await reseller()
    await employed(one, "moved@x.example")
    await programmes.employ_person(
        two, email="moved@x.example", name="Ada", from_on=ON - DAY, **TOLD
    )
    gone = await employed(one, "gone@x.example")
    await programmes.end_employment(one, gone, last_on=ON - DAY, **TOLD)
    last_day = await employed(one, "last-day@x.example")
    await programmes.end_employment(one, last_day, last_on=ON, **TOLD)
    await employed(one, "to-come@x.example", from_on=ON + DAY)
    await employed(one, "not-yet@x.example", issued_on=ON + DAY, expires_on=ON + 9 * DAY)
    await employed(one, "expired@x.example", expires_on=ON - DAY)
    await employed(one, "issued-today@x.example", issued_on=ON)
    measured = await scorecards.measure([one, two], ON)
    assert [measured[each]["certified_people"] for each in (one, two)] == [2, 1]


async def test_the_mix_is_of_all_that_is_above_start(db: None) -> None:
    high, low = await reseller(), await reseller()
    await use(high, 100, environment="enterprise")
    await use(low, 100, environment="start")
    measured = await scorecards.measure([high, low], ON)
    assert [measured[each]["environment_mix"] for each in (high, low)] == [10_000, 0]


async def test_what_was_shown_counts_from_its_day_to_its_last(db: None) -> None:
    partner = await reseller()
    await programmes.record_achievement(
        partner, "support_contract", "x", achieved_on=ON + DAY, evidence="x", **TOLD
    )
    for kind, days in (("reference", -1), ("training", 0)):
        await programmes.record_achievement(
            partner, kind, "x", achieved_on=ON - 9 * DAY, expires_on=ON + days * DAY,  # type: ignore[arg-type]
            evidence="x", **TOLD,
        )  # fmt: skip
    found = (await scorecards.measure([partner], ON))[partner]
    shown = found["references"], found["training_done"], found["support_contract"]
    assert shown == (0, 1, 0)


async def test_turnover_is_what_was_used_and_sold_in_euros(db: None) -> None:
    partner = await reseller()
    await use(partner, 10, currency="USD")
    for currency, minor in (("EUR", 7_00), ("USD", 90_00)):
        await sold.sale(partner, minor, currency=currency)
    found = (await scorecards.measure([partner], ON))[partner]
    assert found["turnover_12m"] == 7_00


async def test_a_refund_does_not_bring_a_lost_customer_back(db: None) -> None:
    partner = await reseller()
    lost = a_charge(partner, 100_00, charged_on=ON - timedelta(days=92))
    await charges.record_charge(lost, **TOLD)
    await use(partner, 1, "kept", ON - timedelta(days=91))
    line = await core.fetch_value("SELECT min(id) FROM charges.charge_line")
    await charges.refund_charge(
        line, core.Money(1_00, "EUR"), reference="back", now=NOW - DAY, actor=given.SYSTEM
    )
    assert (await scorecards.measure([partner], ON))[partner]["retention"] == 5000


async def test_a_run_of_promotions_leaves_a_level_by_exception_as_it_is(db: None) -> None:
    await scorecards.announce_requirements(
        RESELLER, "Light", {("certified", "references"): 1, ("premium", "references"): 2},
        valid_from=NOW - DAY, now=NOW - 2 * DAY, actor=given.SYSTEM,
    )  # fmt: skip
    held, free = await reseller(), await reseller()
    await programmes.override_level(
        held, RESELLER, "certified", until=NOW + 90 * DAY, reason="x", now=JANUARY + DAY,
        actor=given.SYSTEM,
    )  # fmt: skip
    for one in (held, free):
        await show(one, "reference", 2)
    assert await evaluate("promotions") == {"promote": 1}
    assert await scorecards.list_scorecards(held) == []
    levels = [await programmes.level_at(each, RESELLER, NOW) for each in (held, free)]
    assert levels == ["certified", "premium"]
