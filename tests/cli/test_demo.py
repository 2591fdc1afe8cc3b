"""The demonstration operator: every type of partner, eighteen months, books that hold."""

from backend import core, kits, payouts, programmes, reports
from backend.cli.demo import seed
from backend.cli.demo.cast import LOGINS, MONTHS, PARTNERS, PASSWORD
from backend.cli.demo.joining import PROGRAMME
from backend.core import Month
from backend.reports.queries_mesh import read_balances, read_currencies, read_edges
from backend.reports.rules_mesh import sums_of
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
    assert (await reports.reconcile(payouts.sandbox_clock)).faults == []
    await check_mesh()
    await check_tree_and_levels()
    async with await clients.signed_in("admin") as office:
        page = (await office.get("/api/office/organisations", params={"limit": "100"})).json()
        assert {each.reference for each in PARTNERS} <= {one["reference"] for one in page["items"]}
        seen = (await office.get("/api/office/overview")).json()
        waiting = {"applications_open": 1, "deals_to_review": 2, "leads_open": 1}
        assert {name: seen[name] for name in waiting} == waiting
        assert (seen["funds_to_decide"], seen["contests_waiting"]) == (1, 1)
        owing = await office.get("/api/office/receivables")
        found = {one["organisation_reference"]: one for one in owing.json()["items"]}
        assert {"redon-cloud", "iroise-conseil"} <= found.keys()
        letters = found["redon-cloud"]["reminders"]
        assert [one["number"] for one in letters] == [1, 2, 3]
        assert [one["age_days"] for one in letters] == [30, 60, 90]
    await check_debtor_signs_in()
    await check_made_together()


async def check_tree_and_levels() -> None:
    """Somebody stands two steps below a wholesaler; the programme of every type has members, every
    level of the resellers' is held."""
    deep = """
        SELECT count(*) FROM network.membership below
        JOIN network.membership above ON above.organisation_id = below.parent_id
        WHERE below.ended_at IS NULL AND above.ended_at IS NULL
    """
    assert await core.fetch_value(deep) > 0
    held = await core.fetch(
        "SELECT DISTINCT programme, level FROM programmes.level_period WHERE ended_at IS NULL"
    )
    found = {tuple(row) for row in held}
    assert {one for one, _ in found} == set(PROGRAMME.values())
    levels = {(programmes.RESELLER, one) for one in ("registered", "certified", "premium")}
    assert levels <= found


async def check_debtor_signs_in() -> None:
    """Who `make run` names as not having paid sees what it owes, and that it was written to."""
    [email] = [email for email, who in LOGINS.items() if "has not paid" in who]
    async with clients.visitor() as partner:
        person = {"email": email, "password": PASSWORD}
        assert (await partner.post("/api/store/session", json=person)).status_code == 200
        [mine] = (await partner.get("/api/portal/receivables")).json()["items"]
    assert (mine["left"]["amount_minor"] > 0, len(mine["reminders"])) == (True, 3)


async def check_made_together() -> None:
    """An offer of several and a joint one are sold, a payment waits, a credit has much left."""
    bundle = await core.fetch(
        "SELECT net_minor FROM sales.sale_line WHERE bundle_reference IS NOT NULL"
    )
    assert sorted(row["net_minor"] for row in bundle) == [89_00, 480_00]
    joint = await core.fetch(
        "SELECT net_minor, joint_net_minor FROM sales.sale_line WHERE joint_offer_id IS NOT NULL"
    )
    assert sum(row["net_minor"] for row in joint) == joint[0]["joint_net_minor"] == 390_00
    assert len(joint) == 2
    waiting = "SELECT count(*) FROM dues.proposal WHERE state = 'asked'"
    assert await core.fetch_value(waiting) == 1
    left = await core.fetch_value("SELECT max(left_minor) FROM charges.credit_balance")
    assert left > 1_000_00
    assert {each.language for each in await kits.list_documents()} == {"fr", "en"}


async def check_mesh() -> None:
    """All that was posted has its edge, and the edges of each month are the ledger's."""
    months = await core.fetch("SELECT DISTINCT month FROM ledger.balance")
    for month in [Month(row["month"]) for row in months]:
        for currency in await read_currencies(month):
            edges = await read_edges(month, currency)
            assert [edge for edge in edges if edge.what == "unplaced"] == []
            sums = sums_of(edges, await read_balances(month, currency))
            assert all(one.difference_minor == 0 for one in sums)


async def test_who_has_people_already_gets_no_demonstration(db: None, stripe: object) -> None:
    await clients.person("admin")
    assert (await seed(Settings())).facts == {"seeded": False}
