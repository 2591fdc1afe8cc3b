"""Which role may do what, and what is refused."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Annotated, Literal

import msgspec

from backend.core import Problem
from backend.identity.rules_personas import scopes_of_persona

IDLE = timedelta(minutes=30)
"""A session that nobody uses for so long has ended."""

LONGEST = timedelta(days=14)
"""A session ends after so long, used or not."""

WINDOW_S = 15 * 60
ATTEMPTS_PER_ACCOUNT = 10
"""Passwords tried for one address of mail in `WINDOW_S` seconds, right or wrong."""
ATTEMPTS_PER_ADDRESS = 60
"""Passwords, or links of letters, tried from one network address in `WINDOW_S` seconds."""

HOUR_S = 60 * 60
LETTERS_PER_MAILBOX = 5
"""Letters that anybody may have sent to one mailbox in an hour."""
LETTERS_PER_ADDRESS = 30
"""Letters that one network address may ask for in an hour."""

QUIET_S = 0.1
"""Longer than it takes to write a letter, or to find that there is nobody to write to."""

PENDING = timedelta(minutes=10)
"""So long a right password waits for its second factor."""
CHALLENGE = timedelta(minutes=5)
"""So long a passkey may take to answer."""
RECENT = timedelta(minutes=15)
"""So long after proving who they are a person may change what proves it."""
VERIFY = timedelta(hours=24)
RESET = timedelta(hours=1)
INVITED = timedelta(days=7)
"""How long the links in letters hold."""
RECOVERY_CODES = 10
PASSKEYS = 20
"""Of one person, at most."""

OrganisationRole = Literal["owner", "finance", "member", "buyer"]

# Scope -> roles of the operator's staff that hold it.
OFFICE: Mapping[str, str] = {
    "office:organisation:read": "admin partner_manager finance auditor",
    "office:organisation:write": "admin partner_manager",
    "office:file:read": "admin partner_manager finance auditor",
    "office:file:review": "admin partner_manager",
    "office:agreement:write": "admin",
    "office:listing:read": "admin partner_manager finance auditor",
    "office:listing:write": "admin partner_manager",
    "office:deal:read": "admin partner_manager finance auditor",
    "office:deal:write": "admin partner_manager",
    "office:order:read": "admin partner_manager finance auditor",
    "office:sale:read": "admin partner_manager finance auditor",
    "office:sale:write": "admin finance",
    "office:charge:read": "admin partner_manager finance auditor",
    "office:charge:write": "admin finance",
    "office:fund:read": "admin partner_manager finance auditor",
    "office:fund:decide": "admin partner_manager",
    "office:fund:reimburse": "admin finance",
    "office:ledger:read": "admin finance auditor",
    "office:settlement:read": "admin partner_manager finance auditor",
    "office:settlement:close": "admin finance",
    "office:settlement:answer": "admin finance",
    "office:payout:read": "admin partner_manager finance auditor",
    "office:payout:send": "admin finance",
    "office:report:read": "admin partner_manager finance auditor",
    "office:audit:read": "admin auditor",
    "office:term:read": "admin partner_manager finance auditor",
    "office:term:write": "admin",
    "office:programme:read": "admin partner_manager finance auditor",
    "office:programme:write": "admin partner_manager",
    "office:benefit:read": "admin partner_manager finance auditor",
    "office:benefit:write": "admin",
    "office:sandbox:use": "admin",
    "office:alarm:read": "admin partner_manager finance auditor",
    "office:alarm:close": "admin finance",
    "office:person:read": "admin auditor",
    "office:person:write": "admin",
    "office:key:read": "admin auditor",
    "office:key:write": "admin",
    "office:mail:read": "admin",
    "office:notice:read": "admin partner_manager finance auditor",
}

# Scope -> roles in an organisation that hold it.
ORGANISATION: Mapping[str, str] = {
    "portal:organisation:read": "owner finance member",
    "portal:organisation:write": "owner",
    "portal:network:read": "owner finance member",
    "portal:network:write": "owner",
    "portal:programme:read": "owner finance member",
    "portal:programme:write": "owner",
    "portal:file:read": "owner finance member",
    "portal:file:write": "owner finance",
    "portal:agreement:sign": "owner",
    "portal:listing:read": "owner finance member",
    "portal:listing:write": "owner member",
    "portal:deal:read": "owner finance member",
    "portal:deal:write": "owner member",
    "portal:sale:read": "owner finance member",
    "portal:charge:read": "owner finance",
    "portal:fund:read": "owner finance member",
    "portal:fund:write": "owner finance",
    "portal:statement:read": "owner finance",
    "portal:statement:contest": "owner finance",
    "portal:receivable:pay": "owner finance",
    "portal:payout:read": "owner finance",
    "portal:account:read": "owner finance",
    "portal:account:write": "owner finance",
    "portal:report:read": "owner finance",
    "portal:audit:read": "owner",
    "portal:team:read": "owner finance member",
    "portal:team:write": "owner",
    "portal:key:read": "owner",
    "portal:key:write": "owner",
    "portal:webhook:read": "owner",
    "portal:webhook:write": "owner",
    "portal:notice:read": "owner finance member",
    "store:order:read": "owner buyer",
    "store:order:write": "owner buyer",
}

TRUSTED = frozenset({"owner", "finance"})
"""Roles that let in people or move money: who gives one proves again who they are."""

NEVER_IN_KEYS = frozenset(
    {
        "office:key:write",
        "portal:key:write",
        "office:person:write",
        "office:mail:read",
        "office:notice:read",
        "portal:notice:read",
        "portal:team:write",
        "portal:webhook:write",
        "portal:network:write",
        "portal:agreement:sign",
        "portal:statement:contest",
    }
)
"""A key that leaks must not be able to make more of its kind, let people in, or sign."""

NewPassword = Annotated[str, msgspec.Meta(min_length=12, max_length=128)]
Password = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]


class WrongCredentials(Problem):
    """The same for an unknown person and for a wrong password."""

    status = 401
    code = "wrong-credentials"
    title = "The address or the password is wrong"


class WrongCode(Problem):
    """Also a code that was used already."""

    status = 401
    code = "wrong-code"
    title = "This code is not right"


class SignInExpired(Problem):
    status = 401
    code = "sign-in-expired"
    title = "This sign-in took too long"


class LinkExpired(Problem):
    """Also one that was used, or never was."""

    status = 410
    code = "link-expired"
    title = "This link is no longer valid"


class ProveFirst(Problem):
    """Who reads the mailbox need not be who opened the account."""

    status = 403
    code = "prove-first"
    title = "Show that the account is yours"


class ConfirmFirst(Problem):
    status = 403
    code = "confirm-first"
    title = "Confirm that it is you"


class PasskeyRefused(Problem):
    status = 401
    code = "passkey-refused"
    title = "This passkey was not accepted"


class NoIssuer(Problem):
    status = 404
    code = "no-issuer"
    title = "Nobody signs in this way here"


class IssuerRefused(Problem):
    status = 401
    code = "issuer-refused"
    title = "The sign-in was not completed"


class MemberUnknown(Problem):
    status = 404
    code = "member-unknown"
    title = "There is no such member"


class LastOwner(Problem):
    code = "last-owner"
    title = "An organisation has an owner"


class InvitationUnknown(Problem):
    status = 404
    code = "invitation-unknown"
    title = "There is no such invitation"


class AlreadyMember(Problem):
    code = "already-member"
    title = "This person is in the team"


class NoRole(Problem):
    status = 403
    code = "no-role"
    title = "This person has no role here"


class OnlyPeopleSign(Problem):
    status = 403
    code = "only-people-sign"
    title = "A person signs, no API key"


class OwnOrganisation(Problem):
    status = 403
    code = "own-organisation"
    title = "Nobody decides on their own organisation"


class CrossSite(Problem):
    status = 403
    code = "cross-site"
    title = "This request came from another site"


class EmailTaken(Problem):
    code = "email-taken"
    title = "A person with this address exists"


class KeyRefused(Problem):
    status = 401
    code = "key-refused"
    title = "This API key is not valid"


class ScopeNotHeld(Problem):
    status = 422
    code = "scope-not-held"
    title = "A key cannot do more than its maker"


class BadExpiry(Problem):
    status = 422
    code = "bad-expiry"
    title = "A key cannot end before it begins"


class KeyUnknown(Problem):
    status = 404
    code = "key-unknown"
    title = "There is no such API key"


def scopes_of(roles: Iterable[str], *, of_operator: bool) -> frozenset[str]:
    """Everything that a holder of `roles` may do."""
    table = OFFICE if of_operator else ORGANISATION
    held = set(roles)
    scopes = frozenset(scope for scope, holders in table.items() if held & set(holders.split()))
    if not of_operator:
        return scopes
    return scopes.union(*(scopes_of_persona(role, OFFICE) for role in held))


def allowed(scopes: frozenset[str], *, verified: bool) -> frozenset[str]:
    """A person whose address nobody confirmed may look, and change nothing."""
    return scopes if verified else frozenset(one for one in scopes if one.endswith(":read"))
