"""The audit log over HTTP: the operator reads every chain, a partner its own."""

from datetime import datetime, timedelta

from backend import audit, catalogue
from backend.core import PARIS, Money, transaction
from tests import clients, given


async def test_the_auditor_reads_each_chain_newest_first_page_by_page(db: None) -> None:
    acme = await given.partner()
    listing = await given.listing(acme, 100_00)
    await catalogue.change_price(listing, Money(90_00, "EUR"), actor=given.SYSTEM)
    await given.sale(acme, listing_id=listing)
    async with await clients.signed_in("auditor") as office:
        first = (await office.get(f"/api/office/audit?organisation={acme}&limit=3")).json()
        rest = (
            await office.get(
                "/api/office/audit",
                params={"organisation": str(acme), "limit": 90, "after": first["next"]},
            )
        ).json()
        own = (await office.get("/api/office/audit")).json()
    changes = first["items"] + rest["items"]
    actions = [change["action"] for change in changes]
    told = ["record_sale", "change_price", "create_listing", "create_organisation"]
    assert [action for action in actions if action in told] == told
    price = changes[actions.index("change_price")]
    assert price["before"]["price"]["amount_minor"] == 100_00
    assert price["after"]["price"]["amount_minor"] == 90_00
    assert rest["next"] is None
    assert all(change["subject"].startswith("person:") for change in own["items"])
    assert await audit.broken_links() == []


async def test_a_partner_reads_its_own_chain_and_no_other(db: None) -> None:
    acme, other = await given.partner(), await given.partner("Other")
    async with await clients.signed_in("owner", acme) as portal:
        mine = (await portal.get("/api/portal/audit")).json()["items"]
        ignored = (await portal.get(f"/api/portal/audit?organisation={other}")).json()["items"]
    subjects = {change["subject"] for change in mine}
    assert f"organisation:{acme}" in subjects
    assert f"organisation:{other}" not in subjects
    assert ignored == mine


async def test_changes_are_found_by_words_person_action_and_day(db: None) -> None:
    acme = await given.partner()
    await given.sale(acme)
    async with await clients.signed_in("owner", acme) as portal:
        everything = (await portal.get("/api/portal/audit")).json()["items"]

        async def found(**asked: str) -> list[str]:
            answer = await portal.get("/api/portal/audit", params=asked)
            assert answer.status_code == 200, answer.text
            return [change["action"] for change in answer.json()["items"]]

        assert await found(action="record_sale") == ["record_sale"]
        assert await found(text="RECORD sale") == ["record_sale"]
        assert await found(text="record%sale") == [], "a text, no pattern"
        actor = everything[-1]["actor"]
        assert len(await found(actor=actor)) == sum(row["actor"] == actor for row in everything)
        assert await found(actor="person:nobody") == []
        today = datetime.now(PARIS).date()
        assert len(await found(since=str(today), until=str(today))) == len(everything)
        assert await found(since=str(today + timedelta(days=1))) == []
        assert await found(until=str(today - timedelta(days=1))) == []
        for day in ("9999-12-31", "0001-01-01", "2026-13-01", "yesterday"):
            answer = await portal.get("/api/portal/audit", params={"until": day})
            assert (answer.status_code, answer.json()["code"]) == (400, "bad-request"), day


async def test_alarms_are_found_by_words_kind_and_day(db: None) -> None:
    async with transaction():
        for kind, detail in (("dispute", "of 12.00"), ("transfer_reversed", "of 30.00")):
            await audit.raise_alarm("payout:1", kind, detail, given.NOW)
    async with await clients.signed_in("auditor") as office:

        async def found(**asked: str) -> list[str]:
            answer = await office.get("/api/office/alarms", params=asked)
            return [alarm["kind"] for alarm in answer.json()["items"]]

        assert await found(kind="dispute") == ["dispute"]
        assert await found(text="30.00") == ["transfer_reversed"]
        day = given.NOW.date()
        assert len(await found(since=str(day), until=str(day))) == 2
        assert await found(since=str(day + timedelta(days=1))) == []
