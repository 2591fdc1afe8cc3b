"""Programmes over HTTP: applying in the portal, deciding and setting levels in the office."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests import clients

NEXT_YEAR = (datetime.now(UTC) + timedelta(days=365)).isoformat()


def standing(answer: httpx.Response, programme: str) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = next(
        each for each in answer.json() if each["programme"]["code"] == programme
    )
    return found


async def test_a_partner_applies_and_climbs(db: None) -> None:
    integra = await clients.organisation("integra", "reseller")
    level = f"/api/office/organisations/{integra}/programmes/reseller_integrator"
    async with (
        await clients.signed_in("owner", integra) as theirs,
        await clients.signed_in("partner_manager") as office,
    ):
        mine = standing(await theirs.get("/api/portal/programmes"), "reseller_integrator")
        assert (mine["may_apply"], mine["level"], mine["benefits"]) == (True, None, [])
        assert not standing(await theirs.get("/api/portal/programmes"), "technical")["may_apply"]
        applied = await theirs.post(
            "/api/portal/programmes/applications", json={"programme": "reseller_integrator"}
        )
        assert applied.status_code == 201, applied.text
        waiting = (
            await office.get("/api/office/programme-applications?application_state=open")
        ).json()["items"]
        assert [each["organisation_name"] for each in waiting] == ["integra SAS"]
        accept = f"/api/office/programme-applications/{waiting[0]['id']}/accept"
        accepted = await office.post(accept, json={"reason": "Three integrators."})
        assert accepted.json()["state"] == "accepted"
        assert (await office.post(accept, json={"reason": "x"})).status_code == 409
        risen = await office.post(
            f"{level}/promote", json={"level": "certified", "reason": "Turnover."}
        )
        assert risen.status_code == 200, risen.text
        mine = standing(await theirs.get("/api/portal/programmes"), "reseller_integrator")
        assert mine["level"] == "certified"
        gives = {each["kind"]: each for each in mine["benefits"]}
        assert {each["environment"]: each["rate_bp"] for each in gives["discount"]["rates"]} == {
            "start": 1000, "enterprise": 1500, "critical": 2000,
        }  # fmt: skip
        assert [tier["rate_bp"] for tier in gives["turnover_rebate"]["tiers"]] == [0, 300, 500, 800]
        fallen = await office.post(
            f"{level}/demote", json={"level": "registered", "reason": "Turnover fell."}
        )
        assert fallen.json()["standings"][0]["demotion"]["to_level"] == "registered"
        kept = await office.post(f"{level}/keep", json={"reason": "Good again."})
        assert kept.json()["standings"][0]["demotion"] is None
        assert [each["state"] for each in kept.json()["demotions"]] == ["cancelled"]
        held = await office.post(
            f"{level}/override", json={"level": "premium", "until": NEXT_YEAR, "reason": "Bid."}
        )
        assert [each["kind"] for each in held.json()["history"]] == [
            "override", "promotion", "entry",
        ]  # fmt: skip
        members = await office.get(
            "/api/office/programmes/reseller_integrator/members?level=premium"
        )
        assert [each["organisation_name"] for each in members.json()["items"]] == ["integra SAS"]
        counts = (await office.get("/api/office/programmes")).json()[0]
        assert [each["members"] for each in counts["levels"]] == [0, 0, 1]
        gone = await theirs.post(
            "/api/portal/programmes/reseller_integrator/leave", json={"reason": "We merge."}
        )
        assert standing(gone, "reseller_integrator")["level"] is None
        assert len((await theirs.get("/api/portal/programmes/history")).json()) == 3


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("gold_club/enter", {"reason": "x"}, 404, "programme-unknown"),
        ("reseller_integrator/enter", {"reason": "x", "level": "platinum"}, 422, "level-unknown"),
        ("software_editor/enter", {"reason": "x"}, 409, "programme-not-eligible"),
        (
            "reseller_integrator/promote",
            {"reason": "x", "level": "premium"},
            409,
            "programme-not-in",
        ),
        ("reseller_integrator/keep", {"reason": "x"}, 404, "demotion-unknown"),
        ("reseller_integrator/enter", {"reason": ""}, 400, "bad-request"),
        ("reseller_integrator/enter", {"reason": "a\u202eb"}, 400, "bad-request"),
    ],
)
async def test_what_cannot_be_is_refused_by_name(
    db: None, path: str, body: dict[str, Any], status: int, code: str
) -> None:
    integra = await clients.organisation("integra", "reseller")
    async with await clients.signed_in("admin") as office:
        answer = await office.post(
            f"/api/office/organisations/{integra}/programmes/{path}", json=body
        )
        assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_the_office_announces_what_levels_give(db: None) -> None:
    async with await clients.signed_in("admin") as office:
        found = (await office.get("/api/office/benefits")).json()
        assert {each["name"]: each["value"] for each in found["settings"]}["isv_rate_bp"] == 2000
        assert [each["is_in_force"] for each in found["matrices"]] == [True]
        rates = found["matrices"][0]["rates"]
        matrix = {"name": "Next year", "rates": rates, "valid_from": NEXT_YEAR}
        made = await office.post("/api/office/benefits/matrices", json=matrix)
        assert made.status_code == 201, made.text
        assert [each["is_in_force"] for each in made.json()["matrices"]] == [False, True]
        taken = await office.post("/api/office/benefits/matrices", json=matrix)
        assert (taken.status_code, taken.json()["code"]) == (409, "benefit-taken")
        for wrong in (
            [*rates, rates[0]],
            rates[1:],
            [{**each, "rate_bp": 0 if each["level"] == "premium" else 5} for each in rates],
        ):
            answer = await office.post(
                "/api/office/benefits/matrices", json={**matrix, "rates": wrong}
            )
            assert (answer.status_code, answer.json()["code"]) == (422, "bad-matrix")
        tiers = [{"from_minor": 0, "rate_bp": 0}, {"from_minor": 50_000_00, "rate_bp": 500}]
        table = {"name": "T", "mode": "retroactive", "tiers": tiers, "valid_from": NEXT_YEAR}
        warned = await office.post("/api/office/benefits/tier-tables", json=table)
        assert [each["jump"]["amount_minor"] for each in warned.json()["warnings"]] == [2_500_00]
        setting = {"name": "isv_rate_bp", "value": 2500, "valid_from": NEXT_YEAR}
        told = (await office.post("/api/office/benefits/settings", json=setting)).json()["settings"]
        assert [
            [one["value"] for one in each["announced"]]
            for each in told
            if each["name"] == "isv_rate_bp"
        ] == [[2500]]
        gift = {
            "programme": "technical", "level": "member", "kind": "mentoring", "is_given": True,
            "valid_from": NEXT_YEAR,
        }  # fmt: skip
        gifts = (await office.post("/api/office/benefits/gifts", json=gift)).json()["gifts"]
        assert gifts[0]["kind"] == "mentoring"
    async with await clients.signed_in("partner_manager") as manager:
        refused = await manager.post("/api/office/benefits/settings", json=setting)
        assert refused.status_code == 403
