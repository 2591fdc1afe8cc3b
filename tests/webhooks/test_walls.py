"""Another organisation sees and changes nothing; nobody says that something arrived but us."""

from datetime import UTC, datetime

import asyncpg
import pytest

from backend import core, webhooks
from backend.core import transaction
from backend.webhooks import actions, rules
from tests import clients, given
from tests.conftest import Owner
from tests.webhooks.conftest import KEY, Partner, Time, deliver, principal_of

TABLES = ("endpoint", "event", "delivery", "attempt")


async def test_another_organisation_sees_nothing(partner: Partner, time: Time) -> None:
    await partner.tell()
    await deliver(time)
    other = await given.partner("Other")
    for table in TABLES:
        rows = f"SELECT * FROM webhooks.{table}"
        with core.acting_for(partner.id):
            assert len(await core.fetch(rows)) == 1
        with core.acting_for(other):
            assert await core.fetch(rows) == []


async def test_another_organisation_changes_nothing(partner: Partner, time: Time) -> None:
    await partner.tell()
    [delivery] = await partner.deliveries()
    other = await given.partner("Other")
    principal = await principal_of(other, await clients.person("owner", other))
    now = datetime.now(UTC)
    with core.acting_for(other):
        for refused in (
            actions.ping(principal, partner.endpoint, now=now),
            actions.enable_endpoint(principal, partner.endpoint, now=now),
            actions.disable_endpoint(principal, partner.endpoint, now=now),
            actions.delete_endpoint(principal, partner.endpoint, now=now),
            actions.replay_missed(principal, partner.endpoint, since=now, now=now),
            actions.rotate_secret(principal, partner.endpoint, secret_key=KEY, now=now),
        ):
            with pytest.raises(rules.EndpointUnknown):
                await refused
        with pytest.raises(rules.DeliveryUnknown):
            await actions.replay(principal, delivery.id, now=now)
        assert (
            await core.fetch("UPDATE webhooks.endpoint SET url = 'https://x.fr' RETURNING 1") == []
        )
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with transaction():
                await webhooks.emit(partner.id, "payout.paid", "payout:1", {}, now=now)
                await core.fetch(
                    "INSERT INTO webhooks.event (id, organisation_id, kind, subject, body, "
                    "created_at) VALUES (uuidv7(), $1, 'ping', 'x', '{}', now())",
                    partner.id,
                )


@pytest.mark.parametrize(
    "change", ["state = 'delivered', delivered_at = now()", "state = 'failed', tries = 1"]
)
async def test_a_partner_does_not_say_that_something_arrived(
    partner: Partner, time: Time, change: str
) -> None:
    await partner.tell()
    with core.acting_for(partner.id), pytest.raises(asyncpg.InsufficientPrivilegeError):
        await core.fetch(f"UPDATE webhooks.delivery SET {change}")
    with core.acting_for(partner.id), pytest.raises(asyncpg.InsufficientPrivilegeError):
        await core.fetch(
            "INSERT INTO webhooks.attempt (delivery_id, organisation_id, at, signature, answer, "
            "duration_ms) SELECT id, organisation_id, now(), '', '', 1 FROM webhooks.delivery"
        )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("state = 'delivered', delivered_at = now()", "state = 'failed', delivered_at = NULL"),
        (
            "state = 'delivered', delivered_at = now()",
            "state = 'given_up', delivered_at = NULL, given_up_because = 'gone'",
        ),
        (
            "state = 'given_up', given_up_because = 'gone'",
            "state = 'delivered', given_up_because = NULL, delivered_at = now()",
        ),
        (
            "state = 'given_up', given_up_because = 'gone'",
            "state = 'failed', given_up_because = NULL",
        ),
        ("tries = 1", "endpoint_id = uuidv7()"),
        ("tries = 1", "position = 99"),
    ],
)
async def test_postgresql_refuses_what_is_no_step(
    partner: Partner, time: Time, owner: Owner, before: str, after: str
) -> None:
    await partner.tell()
    await core.fetch(f"UPDATE webhooks.delivery SET {before}, tries = 1".replace("tries = 1, ", ""))
    with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError):
        await owner.execute(f"UPDATE webhooks.delivery SET {after}")


@pytest.mark.parametrize("table", ["event", "attempt"])
async def test_what_happened_and_what_was_tried_never_changes(
    partner: Partner, time: Time, owner: Owner, table: str
) -> None:
    await partner.tell()
    await deliver(time)
    for statement in (
        "UPDATE webhooks.{} SET organisation_id = organisation_id", "DELETE FROM webhooks.{}",
    ):  # fmt: skip
        with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError):
            await owner.execute(statement.format(table))


async def test_no_secret_stands_in_the_database_nor_in_the_audit_log(
    partner: Partner, time: Time, owner: Owner
) -> None:
    [row] = await owner.fetch("SELECT e::text AS row, secret_sealed FROM webhooks.endpoint e")
    assert partner.secret.encode() not in row["secret_sealed"]
    told = await owner.fetch("SELECT c::text AS row FROM audit.change c")
    assert all("whsec_" not in each["row"] for each in [row, *told])
