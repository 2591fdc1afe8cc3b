"""Lists of the office as files: whole, by their filters, and never a formula."""

import csv
from datetime import UTC, datetime, timedelta

from backend import catalogue, programmes
from backend.core import PARIS
from tests import clients, given
from tests.given import joint
from tests.given.partners import NOW, SYSTEM


async def test_the_office_takes_its_lists_away_as_files(db: None) -> None:
    first, _, _, _ = await joint.on_sale()
    taken = await given.listing(first, name="=1+1")
    await programmes.enter(first, "business_model", reason="Aligned.", now=NOW, actor=SYSTEM)
    day = datetime.now(UTC).astimezone(PARIS).date()
    [listing, *_] = await catalogue.eligible_listings(datetime.now(UTC))
    await catalogue.feature_listing(
        "home_1", listing.listing_id, starts_on=day, ends_on=day + timedelta(days=20),
        criterion="need", reason_fr="Très demandé.", reason_en="Asked for.",
        now=datetime.now(UTC), actor=SYSTEM,
    )  # fmt: skip
    await catalogue.withdraw_listing(
        taken, reason="Nobody answers.", now=datetime.now(UTC), actor=SYSTEM,
        base_url=given.BASE_URL,
    )  # fmt: skip
    young = await clients.organisation("pousse", "startup")
    await programmes.apply_to(young, programmes.STARTUP, message="Us.", now=NOW, actor=SYSTEM)
    async with await clients.signed_in("partner_manager") as office:

        async def rows(path: str, **wanted: str) -> list[dict[str, str]]:
            answer = await office.get(f"/api/office/{path}", params=wanted)
            assert answer.status_code == 200, answer.text
            return list(csv.DictReader(answer.text.splitlines()))

        listed = (await office.get("/api/office/joint-offers")).json()["items"]
        assert [one["second"]["name"] for one in listed] == ["Coffre SAS"]
        [offer] = await rows("joint-offers/export", status="accepted")
        assert (offer["first_bp"], offer["second_name"]) == ("6000", "Coffre SAS")
        assert await rows("joint-offers/export", status="refused") == []
        assert [row["name"] for row in await rows("startups/export")] == ["pousse SAS"]
        [decided] = await rows("listing-decisions/export")
        assert (decided["verb"], decided["name"]) == ("withdraw", "'=1+1")
        assert [row["criterion"] for row in await rows("featured-places/export")] == ["need"]
        found = await rows(f"organisations/{first}/evidence/export")
        assert {row["decision"] for row in found} == {"accepted"}
        [checked] = [row for row in found if row["item"] == "vat_number"]
        assert (checked["vat_check"], checked["vat_check_source"]) == ("valid", "simulator")
        assert checked["consultation_number"].startswith("SIM") and checked["vat_checked_at"]
