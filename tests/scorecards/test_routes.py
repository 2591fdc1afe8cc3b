"""What is missing for the next level, over HTTP; and what levels ask for, in the office."""

from datetime import UTC, datetime, timedelta
from typing import Any

from backend import programmes, scorecards
from backend.core import PARIS
from tests import clients

NEXT_YEAR = (datetime.now(UTC) + timedelta(days=365)).isoformat()


async def test_a_partner_reads_what_is_missing_for_its_next_level(db: None) -> None:
    integra = await clients.organisation("integra", "reseller")
    now = datetime.now(UTC)
    await programmes.enter(
        integra, programmes.RESELLER, reason="x", now=now - timedelta(hours=1), actor="system:test"
    )
    today = now.astimezone(PARIS).date()
    async with (
        await clients.signed_in("owner", integra) as theirs,
        await clients.signed_in("partner_manager") as office,
    ):
        people = f"/api/office/organisations/{integra}/people"
        hired = await office.post(
            people, json={"email": "ada@x.example", "name": "Ada", "from_on": "2026-01-05"}
        )
        assert hired.status_code == 201, hired.text
        ada = hired.json()["people"][0]["id"]
        certified = await office.post(
            f"{people}/{ada}/certificates",
            json={"kind": "cloud", "issued_on": "2026-01-05", "expires_on": "2199-01-01"},
        )
        assert certified.status_code == 201, certified.text
        shown = await office.post(
            f"/api/office/organisations/{integra}/achievements",
            json={
                "kind": "reference", "title": "Brest", "achieved_on": "2026-01-05",
                "evidence": "letter",
            },
        )  # fmt: skip
        assert shown.status_code == 201, shown.text
        mine = (await theirs.get("/api/portal/people")).json()
        assert mine == shown.json()
        path = "programmes/reseller_integrator/progress"
        progress = (await theirs.get(f"/api/portal/{path}")).json()
        assert (progress["level"], progress["next_level"]) == ("registered", "certified")
        missing = {
            point["measure"]: point["missing"]
            for point in progress["points"]
            if point["level"] == "certified"
        }
        assert missing == {
            "turnover_12m": 50_000_00, "retention": 7000, "certified_people": 1, "references": 0,
            "training_done": 1,
        }  # fmt: skip
        same = await office.get(f"/api/office/organisations/{integra}/{path}")
        assert same.json() == progress
        await scorecards.evaluate(
            programmes.RESELLER, "quarterly", today, now=now, actor="system:test"
        )
        cards = (await theirs.get("/api/portal/scorecards")).json()
        assert [(card["held"], card["level"], card["follows"]) for card in cards] == [
            ("registered", "registered", "keep")
        ]
        listed = await office.get(f"/api/office/organisations/{integra}/scorecards")
        assert listed.json() == cards
        left = await office.post(f"{people}/{ada}/leave", json={"last_on": "2026-02-05"})
        assert left.json()["people"] == []
        nothing = await theirs.get("/api/portal/programmes/technical/progress")
        assert (nothing.status_code, nothing.json()["code"]) == (409, "no-requirements")


async def test_the_office_announces_what_levels_ask_for(db: None) -> None:
    path = "/api/office/programmes/reseller_integrator/requirements"
    asked: list[dict[str, Any]] = [
        {"level": "certified", "measure": "references", "at_least": 1},
        {"level": "premium", "measure": "references", "at_least": 2},
    ]
    body = {"name": "Light", "requirements": asked, "valid_from": NEXT_YEAR}
    async with await clients.signed_in("admin") as office:
        made = await office.post(path, json=body)
        assert made.status_code == 201, made.text
        sets = made.json()["sets"]
        assert [each["is_in_force"] for each in sets] == [False, True]
        assert sets[0]["requirements"] == asked
        assert (await office.get(path)).json() == made.json()
        for wrong in ([*asked, asked[0]], asked[:1]):
            refused = await office.post(path, json={**body, "requirements": wrong})
            assert (refused.status_code, refused.json()["code"]) == (422, "bad-requirements")
        taken = await office.post(path, json=body)
        assert (taken.status_code, taken.json()["code"]) == (409, "requirements-taken")
    async with await clients.signed_in("partner_manager") as manager:
        assert (await manager.post(path, json=body)).status_code == 403
