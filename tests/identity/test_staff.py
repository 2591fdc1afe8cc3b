"""The operator's people: templates of roles, and who gives them."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from backend import core, identity, web
from backend.identity import OFFICE, scopes_of
from backend.identity.actions_staff import add_staff, change_staff_roles
from backend.identity.rules_personas import STAFF_ROLES
from tests import clients
from tests.given.letters import token_in

MANAGER = {scope for scope in OFFICE if "partner_manager" in OFFICE[scope].split()}
READS = {scope for scope in MANAGER if scope.endswith(":read")}
FINANCE_READS = {
    scope for scope in OFFICE if scope.endswith(":read") and "finance" in OFFICE[scope].split()
}

PERSONAS = {
    "isv_manager": MANAGER,
    "vai_manager": MANAGER,
    "product": READS | {"office:listing:write"},
    "operations": READS | {"office:sale:write", "office:charge:write", "office:alarm:close"},
    "security": {scope for scope in OFFICE if "auditor" in OFFICE[scope].split()},
    "marketing": READS
    - {"office:file:read", "office:settlement:read", "office:payout:read", "office:alarm:read"},
    "executive": FINANCE_READS,
}


@pytest.mark.parametrize("role", PERSONAS)
def test_a_template_may_do_exactly_this(role: str) -> None:
    assert scopes_of([role], of_operator=True) == PERSONAS[role]
    assert scopes_of([role], of_operator=False) == set()


def test_who_directs_and_who_guards_change_nothing() -> None:
    for role in ("executive", "security", "marketing"):
        assert all(one.endswith(":read") for one in scopes_of([role], of_operator=True))


NOBODY = UUID(int=1)
ACTS = {
    "colleagues": ("GET", "people"),
    "books": ("GET", "ledger/accounts"),
    "payouts": ("GET", "payouts"),
    "withdraw": ("POST", f"listings/{NOBODY}/withdraw"),
    "refund": ("POST", "charges/1/refunds"),
    "pay": ("POST", f"payouts/{NOBODY}/retry"),
}
WORK = {
    "admin": set(ACTS),
    "partner_manager": {"payouts", "withdraw"},
    "isv_manager": {"payouts", "withdraw"},
    "vai_manager": {"payouts", "withdraw"},
    "product": {"payouts", "withdraw"},
    "operations": {"payouts", "refund"},
    "finance": {"books", "payouts", "refund", "pay"},
    "security": {"colleagues", "books", "payouts"},
    "marketing": set(),
    "executive": {"books", "payouts"},
    "auditor": {"colleagues", "books", "payouts"},
}
"""Which of these each may do, of some that it may and some that it may not."""


@pytest.mark.parametrize("role", STAFF_ROLES)
async def test_P_13_each_role_signs_in_reads_its_home_page_and_may_do_its_own_work_only(
    db: None, role: str
) -> None:
    async with await clients.signed_in(role) as browser:
        me = (await browser.get("/api/store/session")).json()
        assert me["memberships"][0]["roles"] == [role]
        assert (await browser.get("/api/office/overview")).status_code == 200
        allowed = set()
        for name, (method, path) in ACTS.items():
            body: dict[str, str] | None = {} if method == "POST" else None
            answer = await browser.request(method, f"/api/office/{path}", json=body)
            assert answer.status_code in {200, 400, 403, 404, 422}, answer.text
            allowed |= set() if answer.status_code == 403 else {name}
    assert allowed == WORK[role]


async def test_an_administrator_adds_a_colleague_who_chooses_a_password(db: None) -> None:
    async with await clients.signed_in("admin") as admin:
        answer = await admin.post(
            "/api/office/people",
            json={"email": "vera@iroise.example", "name": "Vera", "roles": ["product"]},
        )
        assert answer.status_code == 201, answer.text
        [vera] = [one for one in answer.json()["people"] if one["name"] == "Vera"]
        assert (vera["roles"], vera["has_password"]) == (["product"], False)
        again = await admin.post(
            "/api/office/people",
            json={"email": "Vera@iroise.example", "name": "V.", "roles": ["admin"]},
        )
        assert again.json()["code"] == "email-taken"
    async with clients.visitor() as guest:
        token = await token_in("reset_password", "vera@iroise.example")
        done = await guest.post(
            "/api/store/account/password",
            json={"token": token, "new": clients.PASSWORD},
        )
        assert done.status_code < 300, done.text
        known = {"email": "vera@iroise.example", "password": clients.PASSWORD}
        assert (await guest.post("/api/store/session", json=known)).status_code == 200
        assert (await guest.get("/api/office/listings")).status_code == 200
        assert (await guest.get("/api/office/people")).status_code == 403


async def test_roles_are_given_and_taken_and_the_last_administrator_stays(db: None) -> None:
    async with await clients.signed_in("finance") as colleague:
        async with await clients.signed_in("admin") as admin:
            people = (await admin.get("/api/office/people")).json()["people"]
            ids = {one["roles"][0]: one["person_id"] for one in people}
            last = await admin.put(f"/api/office/people/{ids['admin']}", json={"roles": []})
            assert last.json()["code"] == "last-administrator"
            both = await admin.put(
                f"/api/office/people/{ids['finance']}", json={"roles": ["executive", "marketing"]}
            )
            assert both.status_code == 200, both.text
            roles = {one["person_id"]: one["roles"] for one in both.json()["people"]}
            assert roles[ids["finance"]] == ["executive", "marketing"]
            assert (await colleague.get("/api/office/listings")).status_code == 200
            gone = await admin.put(f"/api/office/people/{ids['finance']}", json={"roles": []})
            assert ids["finance"] not in {one["person_id"] for one in gone.json()["people"]}
            nobody = await admin.put(f"/api/office/people/{ids['finance']}", json={"roles": []})
            assert nobody.json()["code"] == "member-unknown"
        assert (await colleague.get("/api/office/listings")).status_code == 401
    said = await core.fetch_value(
        "SELECT count(*) FROM audit.change WHERE action = 'change_staff_roles'"
    )
    assert said == 2


async def test_only_administrators_give_roles(db: None) -> None:
    async with await clients.signed_in("security") as guard:
        assert (await guard.get("/api/office/people")).status_code == 200
        refused = await guard.post(
            "/api/office/people", json={"email": "x@y.example", "name": "X", "roles": ["admin"]}
        )
        assert refused.status_code == 403


async def test_who_is_no_administrator_any_more_gives_no_role_in_the_same_breath(db: None) -> None:
    """The guard looked before; PostgreSQL's rows are looked at again where the role is given."""
    async with await clients.signed_in("admin") as other, await clients.signed_in("admin") as one:
        token = one.cookies["maillage"]
        leaving = await identity.session_principal(token, datetime.now(UTC))
        assert leaving is not None
        gone = await other.put(f"/api/office/people/{leaving.id}", json={"roles": ["auditor"]})
        assert gone.status_code == 200, gone.text
    now = datetime.now(UTC)
    with pytest.raises(web.NotAllowed):
        await change_staff_roles(leaving, UUID(leaving.id), ["admin"], now=now)
    with pytest.raises(web.NotAllowed):
        await add_staff(
            leaving, email="x@y.example", name="X", roles=["admin"], language="fr",
            base_url=clients.BASE, now=now,
        )  # fmt: skip
    assert await core.fetch_value("SELECT count(*) FROM identity.person") == 2
