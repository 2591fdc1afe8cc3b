"""Co-marketing over HTTP: the partner's page, the office's board, the proof."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

from backend import awards
from tests import clients
from tests.given import charges as made
from tests.given.programmes import organisation, reseller

PDF = b"%PDF-1.7 an invoice"
MINE, ALL = "/api/portal/funds", "/api/office/funds"


def plan(**facts: Any) -> dict[str, Any]:
    day = datetime.now(UTC).date() + timedelta(days=20)
    return {
        "title": "Breakfast on sovereign clouds",
        "activity": "event",
        "description": "Forty customers, one morning.\nIn Brest.",
        "starts_on": day.isoformat(),
        "ends_on": day.isoformat(),
        "planned": {"amount_minor": 1_000_00, "currency": "EUR"},
        **facts,
    }


async def test_R_10_a_partner_asks_the_office_approves_and_the_claim_is_reimbursed(
    db: None,
) -> None:
    org = await reseller("certified")
    before = awards.Quarter.of(datetime.now(UTC)).previous
    await made.charge(org, 100_000_00, charged_on=before.first_day + timedelta(days=40))
    async with (
        await clients.signed_in("finance", org) as partner,
        await clients.signed_in("admin") as office,
    ):
        seen = (await partner.get(MINE)).json()
        assert (seen["may_ask"], seen["share_bp"]) == (True, 5000)
        assert seen["budget"]["budget"]["amount_minor"] == 900_00
        vast = {"amount_minor": 10**15, "currency": "EUR"}
        wide = await partner.post(f"{MINE}/requests", json=plan(planned=vast))
        assert wide.status_code == 400 and "amount_minor" in wide.text and "<= 1000" in wide.text
        made_ = await partner.post(f"{MINE}/requests", json=plan())
        assert made_.status_code == 201, made_.text
        request = made_.json()["request"]
        path = f"/requests/{request['id']}"
        (waiting,) = (await office.get(f"{ALL}/requests", params={"status": "requested"})).json()[
            "items"
        ]
        assert waiting["budget_left"]["amount_minor"] == 900_00
        refused = await office.post(ALL + path + "/approve", json={"approved_minor": 400_00})
        assert refused.json()["code"] == "fund-reason-missing"
        approved = await office.post(
            ALL + path + "/approve", json={"approved_minor": 400_00, "reason": "No drinks."}
        )
        assert approved.json()["request"]["state"] == "approved"
        content = base64.b64encode(PDF).decode()
        added = await partner.post(
            MINE + path + "/proofs", json={"name": "facture.pdf", "content": content}
        )
        (proof,) = added.json()["proofs"]
        claimed = await partner.post(MINE + path + "/claim", json={"spent_minor": 700_00})
        assert claimed.json()["request"]["state"] == "claimed"
        for browser, root in ((partner, MINE), (office, ALL)):
            file = await browser.get(f"{root}/proofs/{proof['id']}")
            assert file.content == PDF
            assert file.headers["content-disposition"].startswith("attachment")
        own = await office.post(ALL + path + "/reimburse", json={"accepted_minor": 700_00})
        assert (own.status_code, own.json()["code"]) == (403, "own-fund-approval")
        async with await clients.signed_in("finance") as second:
            done = (
                await second.post(ALL + path + "/reimburse", json={"accepted_minor": 700_00})
            ).json()
        assert done["request"]["reimbursed"] == {"amount_minor": 350_00, "currency": "EUR"}
        assert [step["to_state"] for step in done["steps"]] == [
            "requested", "approved", "claimed", "reimbursed",
        ]  # fmt: skip
        assert "facture" not in (await office.get(f"{ALL}/requests/export")).text
        quarter = awards.Quarter.of(datetime.now(UTC))
        (budget,) = (await office.get(f"{ALL}/budgets/{quarter}")).json()["items"]
        assert budget["budget"]["reserved"]["amount_minor"] == 350_00


async def test_a_request_and_its_proof_are_seen_by_no_other_partner(db: None) -> None:
    org, other = await reseller("certified"), await organisation("reseller")
    before = awards.Quarter.of(datetime.now(UTC)).previous
    await made.charge(org, 100_000_00, charged_on=before.first_day + timedelta(days=40))
    async with await clients.signed_in("owner", org) as browser:
        request = (await browser.post(f"{MINE}/requests", json=plan())).json()["request"]
    path = f"{MINE}/requests/{request['id']}"
    async with await clients.signed_in("owner", other) as browser:
        assert (await browser.get(path)).json()["code"] == "fund-request-unknown"
        answer = await browser.post(path + "/withdraw", json={"reason": "x"})
        assert answer.json()["code"] == "fund-request-unknown"
        assert (await browser.get(f"{MINE}/requests")).json()["items"] == []
        refused = await browser.post(f"{MINE}/requests", json=plan())
        assert refused.json()["code"] == "fund-not-given"
