"""The demonstration operator: every type of partner, eighteen months, books that hold."""

from backend import core, reports
from backend.cli.demo import seed
from backend.cli.demo.cast import MONTHS, PARTNERS
from backend.settings import Settings
from tests import clients

TYPES = {"isv", "vai", "wholesaler", "reseller", "startup", "supplier"}


async def test_P_14_more_than_fifty_partners_of_every_type_live_for_eighteen_months(
    db: None, stripe: object
) -> None:
    made = await seed(Settings())
    assert made.facts["seeded"]
    roles = await core.fetch(
        "SELECT role, count(*) AS found FROM partners.organisation_role "
        "WHERE role <> 'buyer' GROUP BY 1"
    )
    assert {row["role"] for row in roles} == TYPES
    assert sum(row["found"] for row in roles) >= len(PARTNERS) > 50
    assert await core.fetch_value("SELECT count(*) FROM settlement.month_close") == MONTHS
    assert await reports.run_checks() == []
    async with await clients.signed_in("admin") as office:
        page = (await office.get("/api/office/organisations", params={"limit": "100"})).json()
        assert {each.reference for each in PARTNERS} <= {one["reference"] for one in page["items"]}
        owing = await office.get("/api/office/receivables")
        assert "redon-cloud" in {one["organisation_reference"] for one in owing.json()["items"]}


async def test_who_has_people_already_gets_no_demonstration(db: None, stripe: object) -> None:
    await clients.person("admin")
    assert (await seed(Settings())).facts == {"seeded": False}
