"""What is refused of passkeys and authenticators. Pure."""

from backend.core import Problem


class PasskeyUnknown(Problem):
    status = 404
    code = "passkey-unknown"
    title = "There is no such passkey"


class TooManyPasskeys(Problem):
    code = "too-many-passkeys"
    title = "There are enough passkeys"


class AuthenticatorExists(Problem):
    code = "authenticator-exists"
    title = "An authenticator is set up already"


class NoAuthenticator(Problem):
    code = "no-authenticator"
    title = "No authenticator is being set up"
