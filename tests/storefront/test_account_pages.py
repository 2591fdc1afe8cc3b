"""The account's pages over HTTP: who may post to them, where they lead, what they keep to whom."""

import base64
import hashlib
import re
from datetime import UTC, datetime
from urllib.parse import quote

import httpx
import pytest
from litestar import Litestar

from backend import core, identity
from backend.app import build_app
from backend.identity.rules import HOUR_S
from backend.storefront.account import KINDS
from backend.storefront.account_security import browser_of
from tests import clients
from tests.given.letters import token_in

EMAIL = "nolwenn@example.test"
NEW = "a new long password"
FORM = {
    "kind": "buyer", "company": "Sel", "country": "FR", "segment": "tpe", "name": "N",
    "email": EMAIL, "password": clients.PASSWORD,
}  # fmt: skip


@pytest.fixture
def app() -> Litestar:
    return build_app(base_url=clients.BASE, state={"secret_key": "k" * 32, "shows_mail": True})


async def sign_in(browser: httpx.AsyncClient, email: str, **more: str) -> httpx.Response:
    form = {"email": email, "password": clients.PASSWORD, **more}
    return await browser.post("/fr/sign-in", data=form)


@pytest.mark.parametrize(
    ("role", "leads_to"), [("admin", "/office"), ("owner", "/portal"), ("buyer", "/fr/purchases")]
)
async def test_signing_in_leads_to_ones_own_start(db: None, role: str, leads_to: str) -> None:
    parts = ("buyer",) if role == "buyer" else ("isv",)
    where = None if role == "admin" else await clients.organisation("acme", *parts)
    email = await clients.person(role, where)
    async with clients.visitor() as browser:
        done = await sign_in(browser, email)
        assert (done.status_code, done.headers["location"]) == (303, leads_to)
        again = await browser.get("/fr/sign-in")
        assert again.headers["location"] == leads_to


@pytest.mark.parametrize(
    "page", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
async def test_one_comes_back_to_this_site_only(db: None, page: str) -> None:
    email = await clients.person("admin")
    async with clients.visitor() as browser:
        shown = await browser.get(f"/fr/sign-in?next={quote(page)}")
        assert "evil.example" not in shown.text.partition("<main")[2]
        assert (await sign_in(browser, email, next=page)).headers["location"] == "/office"
        welcome = await browser.get(f"/fr/welcome?next={quote(page)}")
        assert welcome.headers["location"] == "/office"


async def test_one_comes_back_to_the_page_asked_for(db: None) -> None:
    email = await clients.person("admin")
    async with clients.visitor() as browser:
        sent = await browser.get("/fr/account")
        assert sent.headers["location"] == "/fr/sign-in?next=%2Ffr%2Faccount"
        done = await sign_in(browser, email, next="/office/payouts?state=failed")
        assert done.headers["location"] == "/office/payouts?state=failed"


ESCAPES = (
    b'--x\r\nContent-Disposition: form-data; name="email"\r\n'
    b"Content-Type: text/plain; charset=unicode_escape\r\n\r\n\\ud800\r\n--x--\r\n"
)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n--x--"),
        ("multipart/form-data; boundary=x", ESCAPES),
        ("application/x-www-form-urlencoded", b"\xff\xfe"),
        ("application/x-www-form-urlencoded", b"email=\xff\xfe"),
        ("application/x-www-form-urlencoded; charset=bogus", b"email=a"),
        ("text/plain", b"email=a"),
    ],
)
async def test_a_form_that_no_page_sends_is_refused_and_no_error_of_ours(
    db: None, kind: str, body: bytes
) -> None:
    async with clients.visitor() as browser:
        answer = await browser.post("/fr/forgot", content=body, headers={"content-type": kind})
        assert answer.status_code in (200, 400, 422), answer.text


async def test_another_site_posts_no_form_of_ours(db: None) -> None:
    email = await clients.person("admin")
    async with clients.visitor({"origin": "https://evil.example"}) as victim:
        for path in ("sign-in", "sign-up", "forgot", "sign-out", "account/sessions/end"):
            answer = await victim.post(f"/fr/{path}", data={"email": email})
            assert answer.status_code == 403, path
            assert "text/html" in answer.headers["content-type"]


async def test_a_page_may_run_only_our_scripts_and_stand_in_no_frame(db: None) -> None:
    async with clients.visitor() as browser:
        answer = await browser.get("/fr/sign-in")
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self'" in policy and "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert "noindex" in answer.text
        for inline in re.findall(r"<(?:script|style)>(.*?)</(?:script|style)>", answer.text, re.S):
            digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in policy, inline[:80]
        assert not re.search(r"<[^>]+\s(?:style|on\w+)=", answer.text)


async def test_what_people_call_themselves_is_text(db: None) -> None:
    hostile = '"><script>alert(1)</script>'
    form = {
        "kind": "buyer", "company": hostile, "country": "FR", "segment": "tpe", "name": hostile,
        "email": EMAIL, "password": clients.PASSWORD,
    }  # fmt: skip
    async with clients.visitor() as browser:
        assert (await browser.post("/en/sign-up", data=form)).status_code == 303
        await browser.post("/en/sign-in", data=form)
        for path in ("account", "account?told=confirmed"):
            shown = (await browser.get(f"/en/{path}")).text
            assert "<script>alert" not in shown and "&lt;script&gt;" in shown
        refused = await browser.post("/en/sign-up", data={**form, "email": hostile})
        assert refused.status_code == 400 and "<script>alert" not in refused.text


async def test_a_password_is_never_sent_back(db: None) -> None:
    async with clients.visitor() as browser:
        form = {"email": "nobody", "password": "typed-in-secret", "name": "N"}
        answer = await browser.post("/fr/sign-up", data=form)
        assert answer.status_code == 400 and "typed-in-secret" not in answer.text


async def test_the_answer_to_a_known_address_is_the_same_page(db: None) -> None:
    async with clients.visitor() as browser:
        answers = [await browser.post("/fr/sign-up", data=FORM) for _ in range(2)]
        told = [await browser.post("/fr/forgot", data={"email": e}) for e in (EMAIL, "x@y.test")]
    assert {one.headers["location"] for one in answers} == {"/fr/letter?what=sign-up"}
    assert {one.headers["location"] for one in told} == {"/fr/letter?what=reset"}


async def test_following_a_link_confirms_nothing_before_its_button(db: None) -> None:
    async with clients.visitor() as browser:
        await browser.post("/fr/sign-up", data=FORM)
        token = await token_in("verify_email", EMAIL)
        shown = await browser.get(f"/fr/verify?token={token}")
        assert shown.status_code == 200 and token in shown.text
        verified = "SELECT email_verified_at FROM identity.person"
        assert await core.fetch_value(verified) is None
        await browser.post("/fr/verify", data={"token": token})
        assert await core.fetch_value(verified) is not None
        again = await browser.post("/fr/verify", data={"token": token})
        assert again.status_code == 400 and "déjà servi" in again.text


async def test_an_invitation_is_accepted_on_its_page(db: None) -> None:
    acme = await clients.organisation("acme", "isv")
    async with await clients.signed_in("owner", acme) as owner, clients.visitor() as guest:
        invited = {"email": EMAIL, "role": "finance"}
        await owner.post("/api/portal/team/invitations", json=invited)
        token = await token_in("invitation", EMAIL)
        shown = await guest.get(f"/fr/invitation?token={token}")
        assert "acme SAS" in shown.text and "responsable financier" in shown.text
        short = {"token": token, "name": "Guest", "password": "short"}
        refused = await guest.post("/fr/invitation", data=short)
        assert refused.status_code == 400 and "12" in refused.text
        done = await guest.post("/fr/invitation", data={**short, "password": NEW})
        assert done.headers["location"].startswith("/fr/sign-in?told=joined")
        signed_in = await guest.post("/fr/sign-in", data={"email": EMAIL, "password": NEW})
        assert signed_in.headers["location"] == "/portal"


async def test_letters_are_shown_by_a_demonstration_only(db: None, app: Litestar) -> None:
    async with clients.visitor(of=app) as browser, clients.visitor() as other:
        await browser.post("/fr/forgot", data={"email": await clients.person("admin")})
        assert "reset?token=" in (await browser.get("/fr/mails")).text
        assert (await other.get("/fr/mails")).status_code == 404


async def test_changing_a_factor_asks_for_the_password_first(db: None, app: Litestar) -> None:
    email = await clients.person("admin")
    async with clients.visitor(of=app) as browser:
        await sign_in(browser, email)
        await core.fetch("UPDATE identity.session SET confirmed_at = now() - interval '1 hour'")
        shown = await browser.get("/fr/account")
        assert "Confirmez que c’est bien vous" in shown.text
        refused = await browser.post("/fr/account/authenticator")
        assert refused.status_code == 400
        wrong = await browser.post("/fr/account/confirm", data={"password": "wrong"})
        assert wrong.status_code == 400
        right = await browser.post("/fr/account/confirm", data={"password": clients.PASSWORD})
        assert right.status_code == 303
        begun = await browser.post("/fr/account/authenticator")
        assert begun.headers["location"] == "/fr/account/authenticator"
        assert "<svg" in (await browser.get("/fr/account/authenticator")).text


async def test_the_browser_that_opened_the_account_confirms_it_with_a_click(db: None) -> None:
    async with clients.visitor() as browser, clients.visitor() as other:
        await browser.post("/fr/sign-up", data=FORM)
        token = await token_in("verify_email", EMAIL)
        elsewhere = (await other.get(f"/fr/verify?token={token}")).text
        assert "Choisissez votre mot de passe" in elsewhere
        here = (await browser.get(f"/fr/verify?token={token}")).text
        assert "Choisissez votre mot de passe" not in here
        refused = await other.post("/fr/verify", data={"token": token})
        assert refused.status_code == 400 and "Remplissez ce champ" in refused.text
        wrong = await other.post("/fr/verify", data={"token": token, "password": "wrong"})
        assert wrong.status_code == 400 and "mot de passe n’est pas" in wrong.text
        assert await core.fetch_value("SELECT email_verified_at FROM identity.person") is None
        done = await browser.post("/fr/verify", data={"token": token})
        assert done.headers["location"] == "/fr/sign-in?told=verified"


async def test_who_confirms_somebody_elses_link_is_led_to_sign_in_as_them(db: None) -> None:
    async with await clients.signed_in("owner", await clients.organisation()) as browser:
        await browser.post("/fr/sign-up", data={**FORM, "next": "/fr/listings/a"})
        body = {"token": await token_in("verify_email", EMAIL)}
        done = await browser.post("/fr/verify", data=body)
        there = "/fr/sign-in?told=verified&next=%2Ffr%2Flistings%2Fa"
        assert done.headers["location"] == there


async def test_the_page_of_a_link_is_tried_sixty_times_from_one_address(db: None) -> None:
    async with clients.visitor() as stranger:
        body = {"token": "x", "new": NEW}
        for _ in range(60):
            await stranger.post("/fr/reset", data=body)
        told = await stranger.post("/fr/reset", data=body)
    assert "Trop d" in told.text


async def test_another_browser_makes_the_account_its_own_with_a_new_password(db: None) -> None:
    async with clients.visitor() as stranger, clients.visitor() as owner:
        long = await stranger.post("/fr/sign-up", data={**FORM, "name": "x" * 201})
        assert "Donnez au plus 200 caractères." in long.text
        await stranger.post("/fr/sign-up", data=FORM)
        await sign_in(stranger, EMAIL)
        token = await token_in("verify_email", EMAIL)
        short = await owner.post("/fr/verify/own", data={"token": token, "new": "short"})
        assert short.status_code == 400 and "12 à 128" in short.text
        done = await owner.post("/fr/verify/own", data={"token": token, "new": NEW})
        assert done.headers["location"] == "/fr/sign-in?told=password"
        sent = await stranger.get("/fr/account")
        assert sent.headers["location"].startswith("/fr/sign-in")
        assert (await sign_in(owner, EMAIL, password=NEW)).status_code == 303


HOSTILE = [
    "//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example/",
    "javascript:alert(1)", "/%2Fevil.example", "/%5Cevil.example", "%2F%2Fevil.example",
    "/%09/evil.example", "/.//evil.example", " //evil.example", "data:text/html,evil.example",
]  # fmt: skip


async def test_where_one_came_from_is_kept_through_sign_up_letter_and_confirming(
    db: None,
) -> None:
    page = "/fr/listings/sauvegarde-a?x=1&y=2"
    kept = quote(page, safe="")
    async with clients.visitor() as browser:
        shown = (await browser.get(f"/fr/sign-in?next={kept}")).text
        assert f"/fr/sign-up?next={kept.replace('%2F', '/')}" in shown
        form = (await browser.get(f"/fr/sign-up?next={kept}")).text
        assert 'name="next" value="/fr/listings/sauvegarde-a?x=1&amp;y=2"' in form
        sent = await browser.post("/fr/sign-up", data={**FORM, "next": page})
        assert sent.headers["location"] == f"/fr/letter?what=sign-up&next={kept}"
        letter = (await browser.get(sent.headers["location"])).text
        assert f"/fr/sign-in?next={kept.replace('%2F', '/')}" in letter
        await browser.post("/fr/verify/resend", data={"email": EMAIL})
        token = await token_in("verify_email", EMAIL)
        done = await browser.post("/fr/verify", data={"token": token})
        assert done.headers["location"] == f"/fr/sign-in?told=verified&next={kept}"
        assert (await sign_in(browser, EMAIL, next=page)).headers["location"] == page


@pytest.mark.parametrize("page", HOSTILE)
async def test_signing_up_leads_to_no_other_site(db: None, page: str) -> None:
    async with clients.visitor() as browser:
        for path in ("sign-up", "sign-in", "letter"):
            shown = await browser.get(f"/fr/{path}?next={quote(page, safe='')}")
            assert "evil.example" not in shown.text.partition("<main")[2], path
        sent = await browser.post("/fr/sign-up", data={**FORM, "next": page})
        assert sent.headers["location"] == "/fr/letter?what=sign-up"
        token = await token_in("verify_email", EMAIL)
        done = await browser.post("/fr/verify", data={"token": token})
        assert done.headers["location"] == "/fr/sign-in?told=verified"


@pytest.mark.parametrize("kind", KINDS)
async def test_who_comes_to_sell_is_a_partner_that_waits_for_its_check(db: None, kind: str) -> None:
    async with clients.visitor() as browser, await clients.signed_in("admin") as office:
        shown = (await browser.get(f"/fr/sign-up?kind={kind}")).text
        assert f'<option value="{kind}" selected>' in shown
        await browser.post("/fr/sign-up", data={**FORM, "kind": kind})
        waiting = await office.get(
            "/api/office/organisations", params={"verification": "unverified", "sells": "true"}
        )
        found = [(one["name"], one["roles"]) for one in waiting.json()["items"]]
        assert found == ([] if kind == "buyer" else [("Sel", [kind])])
        there = "/fr/purchases" if kind == "buyer" else "/portal"
        assert (await sign_in(browser, EMAIL)).headers["location"] == there


async def test_nobody_comes_as_something_else(db: None) -> None:
    async with clients.visitor() as browser:
        assert 'value="buyer" selected' in (await browser.get("/fr/sign-up?kind=supplier")).text
        refused = await browser.post("/fr/sign-up", data={**FORM, "kind": "supplier"})
        assert refused.status_code == 400


async def test_a_buyer_of_a_partner_lands_on_the_purchases_and_not_in_the_portal(
    db: None,
) -> None:
    acme = await clients.organisation("acme", "isv")
    async with await clients.signed_in("owner", acme) as owner, clients.visitor() as guest:
        invited = {"email": EMAIL, "role": "buyer"}
        await owner.post("/api/portal/team/invitations", json=invited)
        token = await token_in("invitation", EMAIL)
        form = {"token": token, "name": "Guest", "password": NEW}
        done = await guest.post("/fr/invitation", data=form)
        assert done.headers["location"] == "/fr/sign-in?told=joined"
        signed_in = await sign_in(guest, EMAIL, password=NEW)
        assert signed_in.headers["location"] == "/fr/purchases"
        assert (await guest.get("/fr/purchases")).status_code == 200


@pytest.mark.parametrize(("lang", "said"), [("fr", "minutes"), ("en", "minutes")])
async def test_a_limit_says_how_long_it_lasts(db: None, lang: str, said: str) -> None:
    async with clients.visitor() as browser:
        for _ in range(5):
            await browser.post(f"/{lang}/forgot", data={"email": EMAIL})
        refused = await browser.post(f"/{lang}/forgot", data={"email": EMAIL})
    assert refused.status_code == 400
    found = re.search(r"(\d+|one|une)\s+minute", refused.text)
    assert found is not None and "quart" not in refused.text, said
    told = int(found[1]) if found[1].isdigit() else 1
    left = HOUR_S - datetime.now(UTC).timestamp() % HOUR_S
    assert abs(told * 60 - left) <= 120


@pytest.mark.parametrize(
    ("form", "field", "values"),
    [
        ("confirm", "password", {}),
        ("password", "current", {"new": NEW}),
        ("email", "password_of_email", {"email": "new@example.test"}),
    ],
)
async def test_a_wrong_password_is_told_at_its_field(
    db: None, form: str, field: str, values: dict[str, str]
) -> None:
    email = await clients.person("admin")
    async with clients.visitor() as browser:
        await sign_in(browser, email)
        await core.fetch("UPDATE identity.session SET confirmed_at = now() - interval '1 hour'")
        wrong = {**values, field: "not the password"}
        answer = await browser.post(f"/fr/account/{form}", data=wrong)
    assert answer.status_code == 400
    assert f'id="e-{field}">Le mot de passe n’est pas le bon.' in answer.text


async def test_a_page_of_no_language_of_ours_does_not_exist(db: None) -> None:
    async with clients.visitor() as browser:
        answer = await browser.get("/de/sign-in")
        assert answer.status_code == 404 and "<h1>" in answer.text


async def test_files_are_kept_for_ever_under_the_address_of_their_content(db: None) -> None:
    async with clients.visitor() as browser:
        page = (await browser.get("/fr/sign-in")).text
        addresses = set(re.findall(r'"(/store/assets/[^"]+)"', page))
        assert len(addresses) >= 4
        for address in addresses:
            file = await browser.get(address)
            assert file.status_code == 200 and "immutable" in file.headers["cache-control"]
        assert (await browser.get("/store/assets/0/tokens.css")).status_code == 404


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537 Chrome/156.0 Safari/537",
            "Chrome, Linux",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19 like Mac OS X) Safari/604", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/156 Safari/537 Edg/156", "Edge, Windows"),
        ("curl/8", ""),
    ],
)
def test_a_session_is_named_by_its_browser_and_machine(agent: str, name: str) -> None:
    assert browser_of(agent) == name


async def test_staff_is_led_to_its_own_provider_where_there_is_one(db: None) -> None:
    issuer = identity.Issuer(url="https://id.example", client_id="a", client_secret="b")
    app = build_app(base_url=clients.BASE, state={"oidc": issuer})
    async with clients.visitor(of=app) as browser, clients.visitor() as other:
        start = "/api/store/session/oidc?lang=en&amp;next=/office/payouts"
        assert start in (await browser.get("/en/sign-in?next=/office/payouts")).text
        assert "session/oidc" not in (await other.get("/en/sign-in")).text
        back = await browser.get("/en/sign-in?refused=no-role")
        assert "This account has no role here." in back.text
