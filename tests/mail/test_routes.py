"""The outbox in the office: for administrators, and its words only where no server is set."""

from datetime import UTC, datetime

from backend import mail
from backend.app import build_app
from tests import clients
from tests.mail.test_mail import LETTER


async def test_an_administrator_reads_letters_where_no_server_carries_them(db: None) -> None:
    for number in range(3):
        await mail.send(f"{number}@example.test", LETTER, language="fr", now=datetime.now(UTC))
    tried_out = build_app(base_url=clients.BASE, state={"shows_mail": True})
    async with await clients.signed_in("admin") as signed, clients.visitor(of=tried_out) as admin:
        admin.cookies = signed.cookies
        first = (await admin.get("/api/office/mails?limit=2")).json()
        assert [item["recipient"] for item in first["items"]] == [
            "2@example.test", "1@example.test",
        ]  # fmt: skip
        assert LETTER.link is not None and LETTER.link in first["items"][0]["text"]
        assert first["items"][0]["state"] == "waiting"
        rest = (await admin.get(f"/api/office/mails?after={first['next']}")).json()
        assert len(rest["items"]) == 1 and rest["next"] is None
        served = build_app(base_url=clients.BASE)
        async with clients.visitor(of=served) as other:
            other.cookies = admin.cookies
            assert LETTER.link not in (await other.get("/api/office/mails")).text


async def test_nobody_else_reads_letters_nor_a_key(db: None) -> None:
    async with await clients.signed_in("auditor") as auditor:
        assert (await auditor.get("/api/office/mails")).status_code == 403
    async with await clients.signed_in("admin") as admin:
        made = await admin.post(
            "/api/office/api-keys", json={"name": "k", "scopes": ["office:mail:read"]}
        )
    assert made.status_code == 422
