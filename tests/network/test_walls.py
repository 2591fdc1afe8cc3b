"""Own, other, parent, child: what no page of the portal tells, whichever it is."""

from uuid import UUID

import pytest

from backend import network
from tests import clients, given
from tests.given import charges as made
from tests.given.programmes import JANUARY, organisation, reseller
from tests.test_matrix import ROUTES

LISTS = sorted(
    path
    for (method, path), scope in ROUTES.items()
    if method == "GET" and path.startswith("/api/portal/") and "{" not in path
)


async def tree() -> dict[str, UUID]:
    """A shop and its sibling below a wholesaler, which stands with another below a root."""
    found = {
        "shop": await reseller("certified"),
        "sibling": await reseller("premium"),
        "parent": await organisation("wholesaler", name="Gros SA"),
        "aunt": await organisation("wholesaler", name="Tante SA"),
        "cousin": await reseller("registered"),
        "root": await organisation("wholesaler", name="Racine SA"),
    }
    for below, above in (
        ("shop", "parent"), ("sibling", "parent"), ("cousin", "aunt"), ("parent", "root"),
        ("aunt", "root"),
    ):  # fmt: skip
        await network.join(found[below], found[above], "operator", now=JANUARY, actor=given.SYSTEM)
    for one in ("shop", "sibling", "cousin"):
        await made.charge(found[one], 1000_00, environment="enterprise")
    return found


@pytest.mark.parametrize(
    ("who", "hidden"),
    [
        ("shop", {"sibling", "aunt", "cousin", "root"}),
        ("parent", {"aunt", "cousin"}),
        ("aunt", {"shop", "sibling", "parent"}),
        ("root", set()),
    ],
)
async def test_no_list_of_the_portal_tells_of_who_stands_beside_or_further_above(
    db: None, who: str, hidden: set[str]
) -> None:
    found = await tree()
    told = []
    async with await clients.signed_in("owner", found[who]) as owner:
        for path in LISTS:
            text = (await owner.get(path)).text
            told += [(path, one) for one in hidden if str(found[one]) in text]
        seen = (await owner.get("/api/portal/network")).text
    assert told == []
    below = {"shop": set(), "parent": {"shop", "sibling"}, "aunt": {"cousin"}}
    for one in below.get(who, {"shop", "sibling", "parent", "aunt", "cousin"}):
        assert str(found[one]) in seen


async def test_the_charge_of_a_child_or_parent_is_none_of_ones_own(db: None) -> None:
    found = await tree()
    async with await clients.signed_in("owner", found["shop"]) as owner:
        [charge] = (await owner.get("/api/portal/charges")).json()["items"]
        assert (await owner.get(f"/api/portal/charges/{charge['id']}")).status_code == 200
    for who in ("parent", "sibling", "root"):
        async with await clients.signed_in("owner", found[who]) as owner:
            answer = await owner.get(f"/api/portal/charges/{charge['id']}")
            assert answer.json()["code"] == "charge-unknown"
            contact = {"name": "X", "email": "x@y.example"}
            url = f"/api/portal/network/resellers/{found['shop']}/contact"
            status = (await owner.post(url, json=contact)).status_code
            assert status == (204 if who == "parent" else 404)
