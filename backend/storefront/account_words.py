"""What the account's pages say when something is refused, in the reader's words."""

from collections.abc import Callable, Mapping

Translate = Callable[[str], str]


def said(code: str, translate: Translate, retry_after_s: object = None) -> str:
    """A refusal, by its code; `retry_after_s`: when a limit lets one try again."""
    _ = translate
    if code == "too-many-requests" and isinstance(retry_after_s, int):
        minutes = -(-retry_after_s // 60)
        if minutes == 1:
            return _("Too many tries. Try again in one minute.")
        return _("Too many tries. Try again in {count} minutes.").format(count=minutes)
    return refusals(_).get(code, _("That did not work. Try again."))


def refusals(_: Translate) -> Mapping[str, str]:
    """Every code of a refusal that can reach a form -> what it means to its reader."""
    return _of_signing_in(_) | _of_security(_) | _of_teams(_) | _of_requests(_)


def _of_signing_in(_: Translate) -> dict[str, str]:
    return {
        "wrong-credentials": _("The e-mail address or the password is not right."),
        "wrong-code": _("This code is not right, or was used already. Wait for the next one."),
        "sign-in-expired": _("That took too long. Sign in again."),
        "link-expired": _("This link was used already, or is too old."),
        "prove-first": _("Sign in first, or give the password of the account."),
        "email-taken": _("Another account has this address by now."),
        "no-role": _("This account has no role here. Ask the owner of your organisation."),
        "no-issuer": _("Staff does not sign in this way here. Use your password."),
        "issuer-refused": _("The sign-in at your provider was not completed. Try again."),
        "passkey-refused": _("The passkey was not accepted. Try again, or use your password."),
    }


def _of_security(_: Translate) -> dict[str, str]:
    return {
        "confirm-first": _("Confirm that it is you first."),
        "passkey-unknown": _("This passkey was removed already."),
        "too-many-passkeys": _("You have as many passkeys as an account can hold. Remove one."),
        "authenticator-exists": _("An authenticator app is set up already. Remove it first."),
        "no-authenticator": _("No app is being set up any more. Begin again."),
        "no-secret-key": _("This installation cannot keep an authenticator's secret."),
        "scope-not-held": _("A key cannot do more than you may."),
        "bad-expiry": _("A key cannot end before it begins."),
        "key-unknown": _("This key does not exist."),
        "key-refused": _("This key is not valid."),
    }


def _of_teams(_: Translate) -> dict[str, str]:
    return {
        "member-unknown": _("Give your name and choose a password."),
        "already-member": _("This person is in the team already."),
        "last-owner": _("An organisation needs an owner: make somebody else one first."),
        "invitation-unknown": _("This invitation does not exist any more."),
        "organisation-unknown": _("This organisation does not exist."),
        "organisation-reference-taken": _("That did not work. Try again."),
        "organisation-verified": _("This organisation was checked already."),
    }


def _of_requests(_: Translate) -> dict[str, str]:
    return {
        "too-many-requests": _("Too many tries. Wait a moment."),
        "not-signed-in": _("Sign in first."),
        "not-allowed": _("Your role, or an address not confirmed yet, does not allow this."),
        "not-found": _("This does not exist any more."),
        "cross-site": _("This form came from another site. Open the page again."),
        "bad-request": _("This form cannot be read. Open the page again."),
        "unsupported-media-type": _("This form cannot be read. Open the page again."),
    }
