"""Accounts of people who come by themselves: opened, confirmed, recovered, and kept quiet about."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from backend import core, identity
from backend.identity import queries, rules
from backend.identity.rules_account import local_page
from backend.web import TooManyRequests
from tests import clients
from tests.given.letters import kinds, token_in

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
EMAIL = "nolwenn@example.test"
NEW = "a new long password"
OWN = identity.Claim(password=clients.PASSWORD)
FORM = {
    "email": EMAIL, "password": clients.PASSWORD, "name": "Nolwenn", "company": "Écume & Sel",
    "country": "FR", "segment": "tpe", "language": "fr",
}  # fmt: skip


async def opened(browser: httpx.AsyncClient, **other: str) -> httpx.Response:
    return await browser.post("/api/store/account", json={**FORM, **other})


async def signed_in(browser: httpx.AsyncClient, password: str = clients.PASSWORD) -> httpx.Response:
    return await browser.post("/api/store/session", json={"email": EMAIL, "password": password})


async def post(browser: httpx.AsyncClient, path: str, **body: Any) -> httpx.Response:
    return await browser.post(f"/api/store/account/{path}", json=body)


async def test_an_account_is_opened_confirmed_and_may_order_from_then_on(db: None) -> None:
    async with clients.visitor() as browser:
        assert (await opened(browser)).status_code == 202
        me = (await signed_in(browser)).json()
        assert not me["email_verified"] and me["memberships"][0]["name"] == "Écume & Sel"
        assert all(scope.endswith(":read") for scope in me["scopes"])
        order = await browser.post("/api/store/orders", json={"listing": "x"})
        assert order.status_code == 403
        token = await token_in("verify_email", EMAIL)
        assert (await post(browser, "verification", token=token)).status_code == 204
        me = (await browser.get("/api/store/session")).json()
        assert me["email_verified"] and "store:order:write" in me["scopes"]
        again = await post(browser, "verification", token=token)
        assert (again.status_code, again.json()["code"]) == (410, "link-expired")
    row = await core.fetch_row("SELECT * FROM partners.organisation")
    assert row is not None and row["reference"].startswith("ecume-sel-")
    assert row["vat_regime"] == "fr_registered"


async def test_the_answer_is_the_same_for_a_known_address_and_nothing_changes(db: None) -> None:
    async with clients.visitor() as browser:
        first = await opened(browser)
        second = await opened(browser, password="somebody else's password", name="Other")
        assert (first.status_code, first.content) == (second.status_code, second.content)
        assert (await signed_in(browser)).status_code == 200
    assert await kinds(EMAIL) == ["verify_email", "already_known"]
    assert await core.fetch_value("SELECT count(*) FROM partners.organisation") == 1


async def test_two_sign_ups_at_once_make_one_account(db: None) -> None:
    async with clients.visitor() as browser:
        answers = await asyncio.gather(*(opened(browser) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {202}
    assert await core.fetch_value("SELECT count(*) FROM identity.person") == 1


async def test_a_token_is_kept_nowhere_but_in_its_letter(db: None) -> None:
    async with clients.visitor() as browser:
        await opened(browser)
    token = await token_in("verify_email", EMAIL)
    for table in ("identity.proof", "identity.person", "audit.change"):
        rows = await core.fetch(f"SELECT t::text AS row FROM {table} t")
        assert rows and all(token not in row["row"] for row in rows)


async def test_a_link_expires_to_the_second_and_a_new_one_voids_it(db: None) -> None:
    await sign_up()
    first = await token_in("verify_email", EMAIL)
    with pytest.raises(identity.LinkExpired):
        await identity.verify_email(first, OWN, now=NOW + rules.VERIFY)
    await identity.resend_verification(email=EMAIL, base_url=clients.BASE, now=NOW)
    second = await token_in("verify_email", EMAIL)
    with pytest.raises(identity.LinkExpired):
        await identity.verify_email(first, OWN, now=NOW)
    await identity.verify_email(second, OWN, now=NOW + rules.VERIFY - timedelta(seconds=1))
    await identity.resend_verification(email=EMAIL, base_url=clients.BASE, now=NOW)
    assert await kinds(EMAIL) == ["verify_email", "verify_email"]


async def sign_up() -> None:
    form: dict[str, Any] = {**FORM, "base_url": clients.BASE, "now": NOW}
    await identity.sign_up(**form)


async def test_a_link_for_one_purpose_serves_no_other(db: None) -> None:
    await sign_up()
    await identity.ask_reset(email=EMAIL, base_url=clients.BASE, now=NOW)
    with pytest.raises(identity.LinkExpired):
        await identity.reset_password(await token_in("verify_email", EMAIL), NEW, now=NOW)
    with pytest.raises(identity.LinkExpired):
        await identity.verify_email(await token_in("reset_password", EMAIL), OWN, now=NOW)


async def test_a_new_password_ends_every_session_and_the_link_works_once(db: None) -> None:
    async with clients.visitor() as browser, clients.visitor() as other:
        await opened(browser)
        await signed_in(other)
        for email in (EMAIL.upper(), "nobody@example.test"):
            asked = await post(browser, "password-reset", email=email)
            assert (asked.status_code, asked.json()) == (202, {"letter": "on its way"})
        assert await kinds("nobody@example.test") == []
        token = await token_in("reset_password", EMAIL)
        assert (await post(browser, "password", token=token, new="short")).status_code == 400
        assert (await post(browser, "password", token=token, new=NEW)).status_code == 204
        assert (await post(browser, "password", token=token, new=NEW)).status_code == 410
        assert (await other.get("/api/store/session")).status_code == 401
        assert (await signed_in(browser)).status_code == 401
        assert (await signed_in(browser, NEW)).status_code == 200
    assert (await kinds(EMAIL))[-1] == "password_changed"


async def test_a_reset_link_holds_for_an_hour(db: None) -> None:
    await sign_up()
    await identity.ask_reset(email=EMAIL, base_url=clients.BASE, now=NOW)
    token = await token_in("reset_password", EMAIL)
    with pytest.raises(identity.LinkExpired):
        await identity.reset_password(token, NEW, now=NOW + timedelta(hours=1))


async def test_five_letters_an_hour_reach_a_mailbox_known_or_not(db: None) -> None:
    for email in (EMAIL, "nobody@example.test"):
        if email == EMAIL:
            await sign_up()
        for _ in range(4 if email == EMAIL else 5):
            await identity.ask_reset(email=email, base_url=clients.BASE, now=NOW)
        with pytest.raises(TooManyRequests):
            await identity.ask_reset(email=email, base_url=clients.BASE, now=NOW)


async def test_an_address_is_changed_by_the_new_mailbox_and_the_old_one_is_told(db: None) -> None:
    new = "riou@example.test"
    async with clients.visitor() as browser:
        await opened(browser)
        await signed_in(browser)
        await post(browser, "verification", token=await token_in("verify_email", EMAIL))
        wrong = await post(browser, "email", email=new, password="wrong")
        assert wrong.status_code == 401
        asked = await post(browser, "email", email=new, password=clients.PASSWORD)
        assert asked.status_code == 202
        me = (await browser.get("/api/store/session")).json()
        assert me["person"]["email"] == EMAIL
        assert (await kinds(EMAIL))[-1] == "email_change_asked"
        await post(browser, "verification", token=await token_in("change_email", new))
        me = (await browser.get("/api/store/session")).json()
        assert me["person"]["email"] == new and me["email_verified"]
    assert (await kinds(EMAIL))[-1] == "email_changed"


async def test_changing_to_somebody_elses_address_tells_only_that_mailbox(db: None) -> None:
    taken = await clients.person("admin")
    async with clients.visitor() as browser:
        await opened(browser)
        await signed_in(browser)
        for email in (taken, "free@example.test"):
            answer = await post(browser, "email", email=email, password=clients.PASSWORD)
            assert (answer.status_code, answer.json()) == (202, {"letter": "on its way"})
    assert await kinds(taken) == ["already_known"]
    assert await kinds("free@example.test") == ["change_email"]


async def test_an_address_that_was_taken_meanwhile_is_refused(db: None) -> None:
    await sign_up()
    session = await identity.sign_in(
        email=EMAIL, password=clients.PASSWORD, address="10.0.0.1", now=NOW
    )
    assert isinstance(session, identity.Session)
    principal = await queries.session_principal(session.token, NOW)
    assert principal is not None
    await identity.ask_new_email(
        principal, email="b@example.test", password=clients.PASSWORD, base_url=clients.BASE, now=NOW
    )
    await identity.create_person(
        email="b@example.test", name="B", password=None, now=NOW, actor="system:test"
    )
    with pytest.raises(identity.EmailTaken):
        await identity.verify_email(await token_in("change_email", "b@example.test"), OWN, now=NOW)


async def test_what_a_stranger_set_up_before_the_mailbox_was_confirmed_is_gone(db: None) -> None:
    await sign_up()
    person_id = await core.fetch_value("SELECT id FROM identity.person")
    await core.fetch(
        "INSERT INTO identity.passkey (person_id, credential_id, public_key, sign_count, name, "
        "created_at) VALUES ($1, '\\x01', '\\x01', 0, 'planted', $2)",
        person_id, NOW,
    )  # fmt: skip
    await identity.ask_reset(email=EMAIL, base_url=clients.BASE, now=NOW)
    await identity.reset_password(await token_in("reset_password", EMAIL), NEW, now=NOW)
    assert await core.fetch("SELECT id FROM identity.passkey") == []
    session = await identity.sign_in(email=EMAIL, password=NEW, address="10.0.0.1", now=NOW)
    assert isinstance(session, identity.Session)


async def test_expired_links_are_forgotten(db: None) -> None:
    await sign_up()
    assert await identity.forget_expired(NOW) == 0
    assert await identity.forget_expired(NOW + rules.VERIFY) == 1


async def test_an_unconfirmed_person_makes_no_key(db: None) -> None:
    async with clients.visitor() as browser:
        await opened(browser)
        await signed_in(browser)
        made = await browser.post(
            "/api/portal/api-keys", json={"name": "k", "scopes": ["portal:sale:read"]}
        )
        assert made.status_code == 403
        begun = await browser.post("/api/store/account/authenticator")
        assert begun.status_code == 403


@pytest.mark.parametrize(
    ("page", "kept"),
    [
        ("/fr/purchases?x=1#a", True),
        ("/portal", True),
        ("//evil.example", False),
        ("/\\evil.example", False),
        ("https://evil.example", False),
        ("javascript:alert(1)", False),
        ("/a\r\nset-cookie: b", False),
        ("/fr/catalog?q=%C3%A9&next=//a", True),
        ("/fr/listings/l%C3%A0", True),
        ("/", True),
        ("/%2Fevil.example", False),
        ("/%2f%2fevil.example", False),
        ("/%5Cevil.example", False),
        ("/%09/evil.example", False),
        ("/.//evil.example", False),
        ("/%2E%2E//evil.example", False),
        ("%2F%2Fevil.example", False),
        ("\\\\evil.example", False),
        (" //evil.example", False),
        ("JaVaScRiPt:alert(1)", False),
        ("data:text/html,x", False),
        ("/\t/evil.example", False),
        ("", False),
    ],
)
def test_one_comes_back_to_pages_of_this_site_only(page: str, kept: bool) -> None:
    assert local_page(page, "/fr") == (page if kept else "/fr")


async def test_the_sessions_of_a_person_are_listed_and_ended(db: None) -> None:
    async with clients.visitor() as browser, clients.visitor({"user-agent": "Phone"}) as phone:
        await opened(browser)
        await signed_in(browser)
        await signed_in(phone)
        seen = (await browser.get("/api/store/account")).json()
        assert [one["current"] for one in seen["sessions"]] == [True, False]
        assert seen["sessions"][1]["agent"] == "Phone"
        assert phone.cookies["maillage"] not in str(seen)
        ended = await browser.delete("/api/store/account/sessions")
        assert ended.json() == {"ended": 1}
        assert (await phone.get("/api/store/session")).status_code == 401
        assert (await browser.get("/api/store/session")).status_code == 200


async def test_how_long_it_takes_does_not_tell_who_is_known(db: None) -> None:
    await sign_up()
    loop = asyncio.get_running_loop()
    for email in (EMAIL, "nobody@example.test"):
        begin = loop.time()
        await identity.ask_reset(email=email, base_url=clients.BASE, now=NOW)
        assert loop.time() - begin >= rules.QUIET_S


async def test_each_step_leaves_its_row_in_the_audit_log_and_no_secret(db: None) -> None:
    await sign_up()
    token = await token_in("verify_email", EMAIL)
    await identity.verify_email(token, OWN, now=NOW)
    await identity.ask_reset(email=EMAIL, base_url=clients.BASE, now=NOW)
    reset = await token_in("reset_password", EMAIL)
    await identity.reset_password(reset, NEW, now=NOW)
    rows = await core.fetch("SELECT action, actor, c::text AS row FROM audit.change c ORDER BY at")
    assert [row["action"] for row in rows] == [
        "sign_up", "create_organisation", "add_membership", "verify_email", "reset_password",
    ]  # fmt: skip
    assert len({row["actor"] for row in rows}) == 1
    for secret in (token, reset, NEW, clients.PASSWORD, "argon2"):
        assert all(secret not in row["row"] for row in rows)
