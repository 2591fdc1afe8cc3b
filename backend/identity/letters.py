"""What is written to people about their accounts, in their language."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from babel.dates import format_datetime

from backend.core import PARIS
from backend.mail import OPERATOR, Letter, translator


def address_of(base_url: str, language: str, page: str, token: str) -> str:
    """The link of a letter: a page of the store that asks before it does anything."""
    return f"{base_url}/{language}/{page}?token={quote(token)}"


def moment(value: datetime, language: str) -> str:
    """On the operator's clock, with its zone: `31 oct. 2026, 23:00 (Europe/Paris)`."""
    local = value.astimezone(PARIS)
    text = format_datetime(local, "d MMM y, HH:mm", locale={"fr": "fr_FR", "en": "en_GB"}[language])
    return f"{text} ({PARIS.key})"


def verify_email(language: str, link: str) -> Letter:
    _ = translator(language)
    return Letter(
        kind="verify_email",
        subject=_("Confirm your address"),
        paragraphs=[
            _(
                "Somebody, we hope you, has opened an account at {operator} with this address."
            ).format(operator=OPERATOR),
            _("Until the address is confirmed you can look around, and change nothing."),
        ],
        button=_("Confirm my address"),
        link=link,
        closing=[
            _("The link holds for 24 hours. If it was not you, do nothing: delete this message.")
        ],
    )


def already_known(language: str, link: str) -> Letter:
    _ = translator(language)
    return Letter(
        kind="already_known",
        subject=_("You already have an account"),
        paragraphs=[
            _(
                "Somebody, we hope you, tried to open an account at {operator} with this address. "
                "You already have one: sign in with it."
            ).format(operator=OPERATOR),
        ],
        button=_("Sign in"),
        link=link,
        closing=[
            _(
                "If you have forgotten your password, choose a new one from the sign-in page. "
                "If it was not you, there is nothing to do."
            )
        ],
    )


def reset_password(language: str, link: str) -> Letter:
    _ = translator(language)
    return Letter(
        kind="reset_password",
        subject=_("Choose a new password"),
        paragraphs=[_("Somebody, we hope you, asked for a new password for your account.")],
        button=_("Choose a new password"),
        link=link,
        closing=[
            _(
                "The link holds for one hour and works once. If it was not you, do nothing: your "
                "password stays as it is."
            )
        ],
    )


def password_changed(language: str) -> Letter:
    _ = translator(language)
    return Letter(
        kind="password_changed",
        subject=_("Your password was changed"),
        paragraphs=[
            _("The password of your account was changed, and every other session has ended."),
            _("If it was not you, choose a new password at once from the sign-in page."),
        ],
    )


def change_email(language: str, link: str) -> Letter:
    _ = translator(language)
    return Letter(
        kind="change_email",
        subject=_("Confirm your new address"),
        paragraphs=[_("Your account is to be used with this address from now on.")],
        button=_("Confirm my new address"),
        link=link,
        closing=[
            _("The link holds for 24 hours. If it was not you, do nothing: delete this message.")
        ],
    )


def email_change_asked(language: str, new: str) -> Letter:
    _ = translator(language)
    return Letter(
        kind="email_change_asked",
        subject=_("A new address was asked for"),
        paragraphs=[
            _("Your account is to be used with the address {address} from now on.").format(
                address=new
            ),
            _("Nothing changes until the link that went there is followed."),
            _("If it was not you, choose a new password at once from the sign-in page."),
        ],
    )


def email_changed(language: str, new: str) -> Letter:
    _ = translator(language)
    return Letter(
        kind="email_changed",
        subject=_("Your address was changed"),
        paragraphs=[
            _("Your account is now used with the address {address}.").format(address=new),
            _("If it was not you, write to us at once."),
        ],
    )


def second_factor_changed(language: str, what: str) -> Letter:
    _ = translator(language)
    told = {
        "authenticator_added": _("An authenticator app was added to your account."),
        "authenticator_removed": _("The authenticator app was removed from your account."),
        "passkey_added": _("A passkey was added to your account."),
        "passkey_removed": _("A passkey was removed from your account."),
        "recovery_codes_made": _("New recovery codes were made for your account."),
    }
    return Letter(
        kind="second_factor_changed",
        subject=_("The way you sign in was changed"),
        paragraphs=[
            told[what],
            _("If it was not you, choose a new password at once from the sign-in page."),
        ],
    )


def api_key_made(
    language: str,
    *,
    name: str,
    organisation: str,
    scopes: Sequence[str],
    now: datetime,
    link: str | None,
) -> Letter:
    _ = translator(language)
    return Letter(
        kind="api_key_made",
        subject=_("An API key was made"),
        paragraphs=[
            _("An API key was made with your account, for {organisation}: “{name}”.").format(
                organisation=organisation, name=name
            ),
            _("It may: {scopes}.").format(scopes=", ".join(scopes)),
            _("Made on {moment}.").format(moment=moment(now, language)),
        ],
        button=_("See the API keys") if link else None,
        link=link,
        closing=[_("If it was not you, revoke it at once and change your password.")],
    )


def invitation(language: str, *, organisation: str, inviter: str, link: str) -> Letter:
    _ = translator(language)
    return Letter(
        kind="invitation",
        subject=_("Join {organisation}").format(organisation=organisation),
        paragraphs=[
            _("{inviter} invites you to the team of {organisation} at {operator}.").format(
                inviter=inviter, organisation=organisation, operator=OPERATOR
            )
        ],
        button=_("Accept the invitation"),
        link=link,
        closing=[_("The link holds for seven days. If you expected no invitation, do nothing.")],
    )
