"""What the front page says to integrators, wholesalers, resellers and start-ups."""

from datetime import UTC, datetime, timedelta

from backend import deals, network, programmes
from backend.partners import add_role
from tests import clients, given
from tests.given.charges import grant
from tests.given.deals import approved, lead, submitted, taker
from tests.given.partners import SYSTEM
from tests.given.programmes import organisation, reseller

HOME = "/api/portal/home/partnership"


async def test_each_part_that_an_organisation_plays_has_its_own_lines(db: None) -> None:
    now = datetime.now(UTC)
    mine = await taker("Intégra", "vai", "wholesaler", "startup")
    await programmes.enter(mine, programmes.RESELLER, reason="Ok.", now=now, actor=SYSTEM)
    await approved(mine, now=now - timedelta(days=80))
    await approved(mine, now=now, customer_siren=given.deals.SIRENS[1])
    asked = await lead(now=now)
    await deals.offer_lead(asked, mine, now=now, actor=SYSTEM)
    await grant(mine, 500_00, expires_on=(now + timedelta(days=200)).date())
    await grant(mine, 90_00, expires_on=(now + timedelta(days=20)).date())
    await network.join(await reseller(), mine, "operator", now=now, actor=SYSTEM)
    async with await clients.signed_in("owner", mine) as owner:
        home = (await owner.get(HOME)).json()
    level = next(each for each in home["levels"] if each["programme"] == programmes.RESELLER)
    assert level["level"]["name_en"] and level["next_level"]["name_en"]
    assert level["met"] + len(level["missing"]) == level["asked"] > 0
    assert [each["lead"] for each in home["leads"]] == ["Mairie d’Auray"]
    assert [each["review"] for each in home["deals"]] == ["approved"], "the one that ends soon"
    (credit,) = home["credits"]
    assert (credit["left"]["amount_minor"], credit["first"]["amount_minor"]) == (590_00, 90_00)
    assert home["network"] == {"below": 1, "unverified": 1, "margin": []}
    assert home["owed"] == home["joint_offers"] == []


async def test_what_waits_for_others_is_not_on_ones_page(db: None) -> None:
    """Leads and joint offers are read as the operator: only by one's own id."""
    now = datetime.now(UTC)
    mine, other = await organisation("reseller"), await taker("Autre", "vai", "wholesaler")
    await submitted(other, now=now)
    await deals.offer_lead(await lead(now=now), other, now=now, actor=SYSTEM)
    await grant(other, 90_00, expires_on=(now + timedelta(days=20)).date())
    await add_role(mine, "buyer", actor=SYSTEM)
    async with await clients.signed_in("member", mine) as member:
        home = (await member.get(HOME)).json()
    assert home["leads"] == home["deals"] == home["joint_offers"] == []
    assert home["credits"] is home["owed"] is home["network"] is None, "a member reads no money"
    assert [each["level"] for each in home["levels"]] == [None], "it may apply to one"
