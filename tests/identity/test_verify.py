"""Reading a mailbox proves the mailbox; whose password goes on is asked too."""

from typing import Any

import pytest

from backend import core, identity
from backend.identity import queries, rules
from backend.web import TooManyRequests
from tests import clients
from tests.given.letters import kinds, token_in
from tests.identity.test_account import EMAIL, FORM, NEW, NOW, OWN, opened, post, sign_up, signed_in

ASKED: dict[str, Any] = {**FORM}
VERIFIED = "SELECT email_verified_at IS NOT NULL FROM identity.person"


async def link() -> str:
    return await token_in("verify_email", EMAIL)


async def session(password: str = clients.PASSWORD) -> identity.Session:
    begun = await identity.sign_in(email=EMAIL, password=password, address="10.0.0.1", now=NOW)
    assert isinstance(begun, identity.Session)
    return begun


async def test_a_strangers_password_is_not_confirmed_by_the_owner_of_the_mailbox(
    db: None,
) -> None:
    async with clients.visitor() as stranger, clients.visitor() as owner:
        await opened(stranger)
        await signed_in(stranger)
        token = await link()
        refused = await post(owner, "verification", token=token)
        assert (refused.status_code, refused.json()["code"]) == (403, "prove-first")
        assert await core.fetch_value(VERIFIED) is False
        own = await post(owner, "verification", token=token, new=NEW)
        assert own.status_code == 204, own.text
        assert (await stranger.get("/api/store/session")).status_code == 401
        assert (await signed_in(stranger)).status_code == 401
        me = (await signed_in(owner, NEW)).json()
        assert me["email_verified"] is True
        again = await post(owner, "verification", token=token, new=NEW)
        assert again.status_code == 410


async def test_ones_own_password_ends_what_was_made_before_it(db: None) -> None:
    await sign_up()
    await session()
    person_id = await core.fetch_value("SELECT id FROM identity.person")
    for sql in (
        "identity.passkey (person_id, credential_id, public_key, sign_count, name, created_at) "
        "VALUES ($1, '\\x01', '\\x01', 0, 'planted', $2)",
        "identity.authenticator (person_id, secret_sealed, created_at, confirmed_at) "
        "VALUES ($1, 'x', $2, $2)",
        "identity.recovery_code (person_id, code_sha256, created_at) VALUES ($1, sha256('a'), $2)",
        "identity.api_key (id, secret_sha256, created_by, name, scopes, created_at) "
        "VALUES ('000000000000', sha256('a'), $1, 'planted', '{portal:sale:read}', $2)",
    ):
        await core.fetch(f"INSERT INTO {sql}", person_id, NOW)
    await identity.ask_reset(email=EMAIL, base_url=clients.BASE, now=NOW)
    await identity.verify_with_new_password(await link(), NEW, now=NOW)
    for table in ("session", "passkey", "authenticator", "recovery_code", "proof"):
        assert await core.fetch(f"SELECT FROM identity.{table}") == [], table
    assert await core.fetch_value("SELECT revoked_at FROM identity.api_key") == NOW
    assert (await kinds(EMAIL))[-1] == "password_changed"


async def test_the_accounts_password_confirms_from_any_browser(db: None) -> None:
    await sign_up()
    token = await link()
    with pytest.raises(rules.WrongCredentials):
        await identity.verify_email(token, identity.Claim(password="wrong"), now=NOW)
    await identity.verify_email(token, OWN, now=NOW)
    assert await core.fetch_value(VERIFIED)


async def test_the_password_is_guessed_ten_times_at_most(db: None) -> None:
    await sign_up()
    token = await link()
    for _ in range(rules.ATTEMPTS_PER_ACCOUNT):
        with pytest.raises(rules.WrongCredentials):
            await identity.verify_email(token, identity.Claim(password="wrong"), now=NOW)
    with pytest.raises(TooManyRequests):
        await identity.verify_email(token, OWN, now=NOW)


async def test_another_persons_session_and_another_browsers_mark_confirm_nothing(
    db: None,
) -> None:
    await identity.sign_up(
        **ASKED, base_url=clients.BASE, browser="the mark of signing up", now=NOW
    )
    token = await link()
    email = await clients.person("admin")
    other = await identity.sign_in(
        email=email, password=clients.PASSWORD, address="10.0.0.1", now=NOW
    )
    assert isinstance(other, identity.Session)
    principal = await queries.session_principal(other.token, NOW)
    for claim in (
        identity.Claim(),
        identity.Claim(principal),
        identity.Claim(browser="another"),
    ):
        assert not (await identity.read_verification(token, claim, now=NOW)).known
        with pytest.raises(identity.ProveFirst):
            await identity.verify_email(token, claim, now=NOW)
    right = identity.Claim(browser="the mark of signing up")
    assert (await identity.read_verification(token, right, now=NOW)).known
    await identity.verify_email(token, right, now=NOW)


async def test_a_link_sent_again_knows_browser_and_page_like_the_one_before(db: None) -> None:
    await identity.sign_up(
        **ASKED, base_url=clients.BASE, browser="mark", next_page="/fr/listings/a", now=NOW
    )
    await identity.resend_verification(email=EMAIL, base_url=clients.BASE, now=NOW)
    done = await identity.verify_email(await link(), identity.Claim(browser="mark"), now=NOW)
    assert done.next == "/fr/listings/a"


async def test_a_link_leads_to_no_other_site(db: None) -> None:
    await identity.sign_up(**ASKED, base_url=clients.BASE, next_page="//evil.example", now=NOW)
    assert (await identity.verify_email(await link(), OWN, now=NOW)).next == ""


async def test_a_changed_address_is_confirmed_by_the_accounts_own_person_alone(db: None) -> None:
    new = "riou@example.test"
    async with clients.visitor() as browser, clients.visitor() as reader:
        await opened(browser)
        await signed_in(browser)
        await post(browser, "verification", token=await link())
        await post(browser, "email", email=new, password=clients.PASSWORD)
        token = await token_in("change_email", new)
        assert (await post(reader, "verification", token=token)).status_code == 403
        taken = await post(reader, "verification", token=token, new=NEW)
        assert taken.status_code == 410
        done = await post(reader, "verification", token=token, password=clients.PASSWORD)
        assert done.status_code == 204


async def test_a_confirmed_account_is_not_taken_with_a_link_for_confirming(db: None) -> None:
    await sign_up()
    token = await link()
    await core.fetch("UPDATE identity.person SET email_verified_at = $1", NOW)
    with pytest.raises(identity.LinkExpired):
        await identity.verify_with_new_password(token, NEW, now=NOW)
    await session()


async def test_staff_whose_address_nobody_had_confirmed_inherits_no_password(db: None) -> None:
    await sign_up()
    stranger = await session()
    await core.fetch(
        "INSERT INTO identity.membership (person_id, role, created_at) VALUES ($1, 'auditor', $2)",
        stranger.person_id, NOW,
    )  # fmt: skip
    await identity.sign_in_staff(EMAIL, origin=identity.Origin("10.0.0.1"), now=NOW)
    assert await queries.session_principal(stranger.token, NOW) is None
    with pytest.raises(rules.WrongCredentials):
        await session()
    assert await core.fetch_value(VERIFIED)


async def test_a_key_is_made_by_who_proved_a_moment_ago_who_they_are_and_a_letter_says_so(
    db: None,
) -> None:
    acme = await clients.organisation()
    body = {"name": "Facturation <b>", "scopes": ["portal:sale:read"]}
    async with await clients.signed_in("owner", acme) as owner:
        await core.fetch("UPDATE identity.session SET confirmed_at = now() - interval '15 min'")
        refused = await owner.post("/api/portal/api-keys", json=body)
        assert (refused.status_code, refused.json()["code"]) == (403, "confirm-first")
        proof = {"password": clients.PASSWORD}
        assert (await owner.post("/api/store/session/confirmation", json=proof)).status_code == 204
        made = await owner.post("/api/portal/api-keys", json=body)
        assert made.status_code == 201
        email = (await owner.get("/api/store/session")).json()["person"]["email"]
        await core.fetch("UPDATE identity.session SET confirmed_at = now() - interval '15 min'")
        gone = await owner.delete(f"/api/portal/api-keys/{made.json()['id']}")
        assert gone.status_code == 204
    row = await core.fetch_row("SELECT * FROM mail.message WHERE kind = 'api_key_made'")
    assert row is not None and row["recipient"] == email
    for told in ("Facturation <b>", "portal:sale:read", "acme SAS", "/portal/keys"):
        assert told in row["body_text"]
    assert "<b>" not in row["body_html"]
    assert made.json()["key"] not in row["body_text"]
