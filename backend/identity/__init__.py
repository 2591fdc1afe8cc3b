"""Identity: people, what they may do for which organisation, their sessions, and API keys.

Every audience's routes stand behind `Identity`, which finds out who asks; what a role may do is
one table in `rules`. People exist once, and act for one organisation (or the operator) at a time.
"""

from backend.identity.actions import (
    NewKey,
    Session,
    act_for,
    add_membership,
    change_password,
    create_api_key,
    create_person,
    end_membership,
    forget_ended_sessions,
    revoke_api_key,
    sign_in,
    sign_out,
)
from backend.identity.guards import Identity
from backend.identity.queries import Membership, memberships
from backend.identity.rules import OFFICE, ORGANISATION, EmailTaken, scopes_of

__all__ = [
    "OFFICE",
    "ORGANISATION",
    "EmailTaken",
    "Identity",
    "Membership",
    "NewKey",
    "Session",
    "act_for",
    "add_membership",
    "change_password",
    "create_api_key",
    "create_person",
    "end_membership",
    "forget_ended_sessions",
    "memberships",
    "revoke_api_key",
    "scopes_of",
    "sign_in",
    "sign_out",
]
