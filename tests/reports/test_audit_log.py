"""The audit log over HTTP: the operator reads every chain, a partner its own."""

from backend import audit
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
                params={"organisation": str(acme), "limit": 3, "after": first["next"]},
            )
        ).json()
        own = (await office.get("/api/office/audit")).json()
    changes = first["items"] + rest["items"]
    assert [change["action"] for change in changes] == [
        "record_sale",
        "change_price",
        "create_listing",
        "create_organisation",
    ]
    assert changes[1]["before"]["price"]["amount_minor"] == 100_00
    assert changes[1]["after"]["price"]["amount_minor"] == 90_00
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
