"""What a person sees of their own account, and an owner of the team."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from backend import core
from backend.identity.rules import IDLE, RECENT
from backend.web import Principal


class SessionView(Struct, frozen=True):
    """`id` names it; nothing here opens it."""

    id: UUID
    created_at: datetime
    last_used_at: datetime
    method: str
    address: str
    agent: str
    current: bool


class PasskeyView(Struct, frozen=True):
    id: UUID
    name: str
    created_at: datetime
    last_used_at: datetime | None


class Security(Struct, frozen=True):
    """`may_change`: proved a moment ago who they are; `confirm_by_password`: how to do so again."""

    email: str
    name: str
    email_verified: bool
    may_change: bool
    has_password: bool
    authenticator: bool
    recovery_codes_left: int
    passkeys: list[PasskeyView]
    sessions: list[SessionView]


class Member(Struct, frozen=True):
    person_id: UUID
    name: str
    email: str
    roles: list[str]
    since: datetime


class InvitationView(Struct, frozen=True):
    id: UUID
    email: str
    role: str
    created_at: datetime
    expires_at: datetime


class Colleague(Struct, frozen=True):
    """Somebody of the operator. Without a password the link of their letter waits for them."""

    person_id: UUID
    name: str
    email: str
    roles: list[str]
    since: datetime
    has_password: bool


class Team(Struct, frozen=True):
    """Members by name, and invitations that nobody has followed yet."""

    members: list[Member]
    invitations: list[InvitationView]


@core.operators_work
async def read_security(principal: Principal, now: datetime) -> Security:
    """Everything that proves who this person is, and where they are signed in."""
    person_id = UUID(principal.id)
    row = await core.fetch_row(
        """
        SELECT p.email, p.name, p.email_verified_at IS NOT NULL AS email_verified,
               p.password_hash IS NOT NULL AS has_password,
               EXISTS (SELECT FROM identity.authenticator a WHERE a.person_id = p.id
                        AND a.confirmed_at IS NOT NULL) AS authenticator,
               (SELECT count(*) FROM identity.recovery_code c WHERE c.person_id = p.id
                 AND c.used_at IS NULL) AS recovery_codes_left
          FROM identity.person p WHERE p.id = $1
        """,
        person_id,
    )
    assert row is not None, "sessions refer to people"
    sessions = await core.fetch(
        "SELECT id, created_at, idle_until, method, address, agent, confirmed_at, token_sha256 "
        "FROM identity.session WHERE person_id = $1 AND idle_until > $2 AND expires_at > $2 "
        "ORDER BY token_sha256 <> $3, idle_until DESC",
        person_id, now, principal.session,
    )  # fmt: skip
    passkeys = await core.fetch(
        "SELECT id, name, created_at, last_used_at FROM identity.passkey "
        "WHERE person_id = $1 ORDER BY id",
        person_id,
    )
    mine = [one for one in sessions if one["token_sha256"] == principal.session]
    return Security(
        **row,
        may_change=any(one["confirmed_at"] + RECENT > now for one in mine),
        passkeys=[PasskeyView(**one) for one in passkeys],
        sessions=[
            SessionView(
                one["id"], one["created_at"], one["idle_until"] - IDLE, one["method"],
                one["address"], one["agent"], one["token_sha256"] == principal.session,
            )
            for one in sessions
        ],
    )  # fmt: skip


async def read_team(organisation_id: UUID, now: datetime) -> Team:
    """Who may act for the organisation, and who was asked to."""
    members = await core.fetch(
        """
        SELECT p.id AS person_id, p.name, p.email, array_agg(m.role ORDER BY m.role) AS roles,
               min(m.created_at) AS since
          FROM identity.membership m JOIN identity.person p ON p.id = m.person_id
         WHERE m.organisation_id = $1 AND m.ended_at IS NULL
         GROUP BY p.id ORDER BY lower(p.name), p.id
        """,
        organisation_id,
    )
    invitations = await core.fetch(
        "SELECT id, email, role, created_at, expires_at FROM identity.invitation "
        "WHERE organisation_id = $1 AND accepted_at IS NULL AND withdrawn_at IS NULL "
        "AND expires_at > $2 ORDER BY id",
        organisation_id, now,
    )  # fmt: skip
    return Team([Member(**row) for row in members], [InvitationView(**row) for row in invitations])


async def read_staff() -> list[Colleague]:
    """The operator's people of today, by name."""
    rows = await core.fetch(
        """
        SELECT p.id AS person_id, p.name, p.email, array_agg(m.role ORDER BY m.role) AS roles,
               min(m.created_at) AS since, p.password_hash IS NOT NULL AS has_password
          FROM identity.membership m JOIN identity.person p ON p.id = m.person_id
         WHERE m.organisation_id IS NULL AND m.ended_at IS NULL
         GROUP BY p.id ORDER BY lower(p.name), p.id
        """
    )
    return [Colleague(**row) for row in rows]
