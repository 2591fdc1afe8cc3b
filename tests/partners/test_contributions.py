"""Open-source communities: contributions by level of involvement, results shared (R-12)."""

import csv
import io
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from backend import core, identity, partners
from backend.partners import actions_supply, contributions
from tests import clients, given
from tests.given.programmes import organisation


async def a_community(name: str = "Pile Ouverte") -> UUID:
    made = await organisation("supplier", name=name)
    await actions_supply.add_kind(made, "supplier", "open_source_community", actor=given.SYSTEM)
    return made


def body(community: UUID, **facts: Any) -> dict[str, Any]:
    return {
        "organisation_id": str(community), "project": "Nova", "involvement": "maintainer",
        "cost": {"amount_minor": 12_000_00, "currency": "EUR"}, "order_reference": "PO-77",
        "from_on": "2026-01-01", "to_on": "2026-06-30", "result": "A scheduler in two halves.",
        "link": "https://example.org/nova", "licence": "Apache-2.0", "is_public": True, **facts,
    }  # fmt: skip


async def test_R_12_contributions_by_level_are_a_cost_of_partnerships_and_results_are_shared(
    db: None,
) -> None:
    """«verser une contribution selon le niveau d'implication»: the cost record, the level, the
    published list, the row of the C9 report.
    """
    community = await a_community()
    async with await clients.signed_in("partner_manager") as office:
        made = await office.post("/api/office/contributions", json=body(community))
        assert made.status_code == 201, made.text
        hidden = body(community, project="Swift", is_public=False, link="", licence="")
        await office.post("/api/office/contributions", json=hidden)
        again = await office.post("/api/office/contributions", json=body(community))
        assert (again.status_code, again.json()["code"]) == (409, "contribution-taken")
        seen = (await office.get("/api/office/contributions")).json()["items"]
        assert [one["project"] for one in seen] == ["Swift", "Nova"]
        costs = (await office.get("/api/office/contribution-costs")).json()
        assert costs["costs"] == [
            {"year": 2026, "involvement": "maintainer", "contributions": 2,
             "cost": {"amount_minor": 24_000_00, "currency": "EUR"}},
        ]  # fmt: skip
        file = await office.get("/api/office/contributions/export")
        rows = list(csv.DictReader(io.StringIO(file.text.lstrip("\ufeff"))))
        assert [(row["category"], row["project"], row["cost"]) for row in rows] == [
            ("partnerships", "Nova", "12000.00"), ("partnerships", "Swift", "12000.00"),
        ]  # fmt: skip
    async with clients.visitor() as store:
        page = (await store.get("/fr/open-source")).text
        assert "Nova" in page and "Mainteneur" in page and "Apache-2.0" in page
        assert "https://example.org/nova" in page
        assert "Swift" not in page and "PO-77" not in page and "000,00" not in page
    shown = await partners.published_contributions(10)
    assert [one.project for one in shown] == ["Nova"]
    async with await clients.signed_in("partner_manager") as office:
        gone = await office.post(
            f"/api/office/contributions/{made.json()['id']}/withdrawal",
            json={"reason": "Counted twice."},
        )
        assert gone.status_code == 204
        [left] = (await office.get("/api/office/contribution-costs")).json()["costs"]
        assert left["cost"]["amount_minor"] == 12_000_00
        right = await office.post("/api/office/contributions", json=body(community, result="Right"))
        assert right.status_code == 201, "what was withdrawn is recorded again as it should be"
    assert [one.result for one in await partners.published_contributions(10)] == ["Right"]


async def test_only_a_community_is_given_to_and_what_is_published_can_be_found(db: None) -> None:
    community, other = await a_community(), await organisation("supplier")
    async with await clients.signed_in("partner_manager") as office:
        for facts, code in (
            (body(other), "not-a-community"),
            (body(community, link=""), "bad-contribution"),
            (body(community, to_on="2025-01-01"), "bad-contribution"),
            (body(community, involvement="owner"), "bad-contribution"),
            (body(community, cost={"amount_minor": 10**15, "currency": "EUR"}), "bad-contribution"),
        ):
            refused = await office.post("/api/office/contributions", json=facts)
            assert (refused.status_code, refused.json()["code"]) == (422, code)
    given_ = contributions.Given(
        project="Nova", involvement="user", cost=core.Money(1, "EUR"), order_reference="PO-1",
        from_on=date(2026, 1, 1), to_on=date(2026, 1, 2), result="x",
    )  # fmt: skip
    made = await partners.record_contribution(community, given_, now=given.NOW, actor=given.SYSTEM)
    with pytest.raises(asyncpg.PostgresError):
        await core.fetch("UPDATE partners.contribution SET amount_minor = 2 WHERE id = $1", made)


async def test_nobody_records_or_takes_back_what_their_own_community_is_given(db: None) -> None:
    community = await a_community()
    async with await clients.signed_in("partner_manager") as office:
        person = await core.fetch_value("SELECT id FROM identity.person ORDER BY id DESC LIMIT 1")
        made = await office.post("/api/office/contributions", json=body(community))
        gone = f"/api/office/contributions/{made.json()['id']}/withdrawal"
        blank = await office.post(gone, json={"reason": "   "})
        assert blank.status_code == 400, "a reason says something"
        await identity.add_membership(
            person, organisation_id=community, role="member", now=given.NOW, actor=given.SYSTEM
        )
        for address, asked in (
            ("/api/office/contributions", body(community, project="Swift")),
            (gone, {"reason": "Ours."}),
        ):
            refused = await office.post(address, json=asked)
            assert (refused.status_code, refused.json()["code"]) == (403, "own-community")
