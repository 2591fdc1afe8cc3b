"""Identity: people, what they may do for which organisation, their sessions, and API keys.

Every audience's routes stand behind `Identity`, which finds out who asks; what a role may do is
one table in `rules`. People exist once, and act for one organisation (or the operator) at a time.
They open an account themselves or are invited, confirm their mailbox, and may add an authenticator
or passkeys; the operator's staff may come by its own OpenID provider.
"""

from backend.identity import passkeys
from backend.identity.actions import (
    act_for,
    add_membership,
    change_password,
    create_person,
    end_membership,
    forget_ended_sessions,
    forget_expired,
    sign_out,
)
from backend.identity.actions_account import (
    ask_new_email,
    ask_reset,
    resend_verification,
    reset_password,
    sign_up,
)
from backend.identity.actions_invitation import (
    accept_invitation,
    add_invitation,
    invite,
    read_invitation,
    withdraw_invitation,
)
from backend.identity.actions_keys import NewKey, create_api_key, revoke_api_key
from backend.identity.actions_second import (
    NewAuthenticator,
    NewPasskey,
    add_passkey,
    begin_authenticator,
    confirm_authenticator,
    passkey_options,
    remove_authenticator,
    remove_passkey,
    renew_recovery_codes,
    waiting_authenticator,
)
from backend.identity.actions_sign_in import (
    sign_in,
    sign_in_staff,
    sign_in_with_code,
    sign_in_with_passkey,
    sign_in_with_second_passkey,
    ways_of,
)
from backend.identity.actions_team import change_role, remove_member
from backend.identity.actions_verify import (
    Claim,
    Verification,
    read_verification,
    verify_email,
    verify_with_new_password,
)
from backend.identity.answering import (
    base_url_of,
    issuer_of,
    origin_of,
    pending_of,
    person_of,
    secret_key_of,
    sign_up_mark_of,
    with_pending,
    with_session,
    with_sign_up_mark,
    without_session,
)
from backend.identity.attempts import count_letter
from backend.identity.confirming import changing, confirm, end_other_sessions
from backend.identity.guards import Identity
from backend.identity.leaving import held_now
from backend.identity.oidc import Issuer
from backend.identity.queries import (
    Membership,
    Person,
    acted_for,
    check_other,
    memberships,
    read_person,
    session_principal,
)
from backend.identity.queries_account import Security, Team, read_security, read_team
from backend.identity.rules import (
    OFFICE,
    ORGANISATION,
    RECENT,
    ConfirmFirst,
    EmailTaken,
    LinkExpired,
    NewPassword,
    NoRole,
    OwnOrganisation,
    ProveFirst,
    SignInExpired,
    WrongCode,
    WrongCredentials,
    scopes_of,
)
from backend.identity.rules_account import local_page, vat_regime_of
from backend.identity.sessions import Origin, Pending, Session

__all__ = [
    "OFFICE",
    "ORGANISATION",
    "RECENT",
    "Claim",
    "ConfirmFirst",
    "EmailTaken",
    "Identity",
    "Issuer",
    "LinkExpired",
    "Membership",
    "NewAuthenticator",
    "NewKey",
    "NewPasskey",
    "NewPassword",
    "NoRole",
    "Origin",
    "OwnOrganisation",
    "Pending",
    "Person",
    "ProveFirst",
    "Security",
    "Session",
    "SignInExpired",
    "Team",
    "Verification",
    "WrongCode",
    "WrongCredentials",
    "accept_invitation",
    "act_for",
    "acted_for",
    "add_invitation",
    "add_membership",
    "add_passkey",
    "ask_new_email",
    "ask_reset",
    "base_url_of",
    "begin_authenticator",
    "change_password",
    "change_role",
    "changing",
    "check_other",
    "confirm",
    "confirm_authenticator",
    "count_letter",
    "create_api_key",
    "create_person",
    "end_membership",
    "end_other_sessions",
    "forget_ended_sessions",
    "forget_expired",
    "held_now",
    "invite",
    "issuer_of",
    "local_page",
    "memberships",
    "origin_of",
    "passkey_options",
    "passkeys",
    "pending_of",
    "person_of",
    "read_invitation",
    "read_person",
    "read_security",
    "read_team",
    "read_verification",
    "remove_authenticator",
    "remove_member",
    "remove_passkey",
    "renew_recovery_codes",
    "resend_verification",
    "reset_password",
    "revoke_api_key",
    "scopes_of",
    "secret_key_of",
    "session_principal",
    "sign_in",
    "sign_in_staff",
    "sign_in_with_code",
    "sign_in_with_passkey",
    "sign_in_with_second_passkey",
    "sign_out",
    "sign_up",
    "sign_up_mark_of",
    "vat_regime_of",
    "verify_email",
    "verify_with_new_password",
    "waiting_authenticator",
    "ways_of",
    "with_pending",
    "with_session",
    "with_sign_up_mark",
    "withdraw_invitation",
    "without_session",
]
