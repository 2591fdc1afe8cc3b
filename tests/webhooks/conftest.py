"""A partner with a webhook on this machine, and a worker's hand to send with."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import pytest_asyncio
from msgspec import Struct

from backend import core, identity, webhooks
from backend.core import transaction
from backend.web import Principal
from backend.webhooks import actions
from tests import clients, given
from tests.webhooks.receiver import Receiver, receiving

KEY = "k" * 32
KINDS = ["payout.paid", "payout.failed", "statement.closed", "order.paid", "order.refunded"]


class Time:
    """The clock of the sender: it goes where a test puts it."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC) + timedelta(minutes=1)

    async def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> None:
        self.now += timedelta(**span)


class Partner(Struct):
    """An organisation, its owner, its webhook, and the server behind that."""

    id: UUID
    owner: str
    endpoint: UUID
    secret: str
    box: Receiver

    async def tell(self, subject: str = "payout:1", number: int = 1) -> None:
        """Something happened."""
        async with transaction():
            facts = {"number": number}
            now = datetime.now(UTC)
            await webhooks.emit(self.id, "payout.paid", subject, facts, now=now)

    async def deliveries(self) -> list[webhooks.Delivery]:
        """The newest first."""
        return await webhooks.list_deliveries(
            self.id, endpoint_id=None, state=None, kind=None, before=None, limit=100
        )

    async def states(self) -> list[str]:
        """The oldest first."""
        return [each.state for each in reversed(await self.deliveries())]


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    made = Time()
    monkeypatch.setattr(webhooks.Sending, "secret_key", KEY)
    monkeypatch.setattr(webhooks.Sending, "loopback", True)
    monkeypatch.setattr(webhooks.Sending, "clock", made)
    monkeypatch.setattr(webhooks.Sending, "time_limit_s", 1.0)
    return made


@pytest_asyncio.fixture
async def box(db: None) -> AsyncIterator[Receiver]:
    async with receiving() as made:
        yield made


@pytest_asyncio.fixture
async def partner(box: Receiver, time: Time) -> Partner:
    return await partner_with(box)


async def partner_with(box: Receiver, kinds: list[str] = KINDS) -> Partner:
    organisation = await given.partner()
    owner = await clients.person("owner", organisation)
    made = await endpoint(organisation, owner, box.url, kinds)
    return Partner(organisation, owner, made.id, made.secret, box)


async def principal_of(organisation: UUID, owner: str) -> Principal:
    """The owner, who signed in a moment ago."""
    now = datetime.now(UTC)
    session = await identity.sign_in(
        email=owner, password=clients.PASSWORD, organisation_id=organisation, address="local",
        now=now,
    )  # fmt: skip
    assert isinstance(session, identity.Session)
    principal = await identity.session_principal(session.token, now)
    assert principal is not None
    return principal


async def endpoint(
    organisation: UUID, owner: str, url: str, kinds: list[str] = KINDS
) -> webhooks.Secret:
    return await endpoint_by(await principal_of(organisation, owner), url, kinds)


async def endpoint_by(principal: Principal, url: str, kinds: list[str] = KINDS) -> webhooks.Secret:
    with core.acting_for(principal.organisation):
        return await actions.create_endpoint(
            principal, url=url, description="", kinds=kinds, secret_key=KEY, loopback=True,
            now=datetime.now(UTC),
        )  # fmt: skip


async def deliver(time: Time) -> int:
    """One run of the job."""
    return await webhooks.deliver_due(time)
