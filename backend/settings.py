"""What is set from outside, read once and checked whole."""

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Self
from urllib.parse import urlsplit

from msgspec import Struct
from stdnum.eu import vat

from backend import mail
from backend.core import Problem

SECRET_CHARACTERS = 32
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class SettingsWrong(Problem):
    code = "settings-wrong"
    title = "Maillage does not start with these settings"


class Settings(Struct, frozen=True, kw_only=True):
    """One field per environment variable; `infra/env.example` shows them all."""

    database_url: str | None = None
    """DATABASE_URL: the owner's connection, `postgresql://...`; absent: the embedded server."""

    database_app_url: str | None = None
    """DATABASE_APP_URL: connects as maillage_app; absent: DATABASE_URL does and takes that role."""

    home: Path = Path(".maillage")
    """MAILLAGE_HOME: the folder of the embedded server and its files."""

    base_url: str = "http://127.0.0.1:8010"
    """MAILLAGE_BASE_URL: how browsers reach it; no path. HTTPS unless it is this machine."""

    stripe_api_key: str | None = None
    """STRIPE_API_KEY: `sk_test_...` or `rk_test_...`; absent: the built-in Stripe sandbox."""

    stripe_api_base: str | None = None
    """STRIPE_API_BASE: another address for Stripe's API (a sandbox); absent: Stripe's own."""

    stripe_webhook_secret: str | None = None
    """STRIPE_WEBHOOK_SECRET: `whsec_...`; absent: no webhook of Stripe is believed."""

    smtp_url: str | None = None
    """MAILLAGE_SMTP_URL: `smtps://user:password@host:465`; absent: letters stay in the outbox."""

    mail_from: str | None = None
    """MAILLAGE_MAIL_FROM: the sender, `Name <address>`; needed with MAILLAGE_SMTP_URL."""

    secret_key: str | None = None
    """MAILLAGE_SECRET_KEY: encrypts secrets at rest, 32 characters or more; absent: MAILLAGE_HOME
    keeps one for the embedded server, and with any other database no authenticator can be added."""

    oidc_issuer: str | None = None
    """MAILLAGE_OIDC_ISSUER: where the operator's staff signs in; absent: with passwords only."""

    oidc_client_id: str | None = None
    """MAILLAGE_OIDC_CLIENT_ID: as the issuer knows Maillage."""

    oidc_client_secret: str | None = None
    """MAILLAGE_OIDC_CLIENT_SECRET: beside the client id."""

    vies_requester: str | None = None
    """MAILLAGE_VIES_REQUESTER: the operator's VAT number, in whose name VIES is asked about
    those of partners; absent: the office looks them up by hand. The sandbox has a simulator."""

    stripe_rate_per_s: int = 20
    """STRIPE_RATE_PER_S: calls to Stripe a second, at most, 1 to 100."""

    payout_minimum_minor: int = 2500
    """PAYOUT_MINIMUM_MINOR: less is carried to the next month; minor units (money rule f)."""

    hold_days: int = 14
    """HOLD_DAYS: days after its sale that money is held before its payout, 0 to 90."""

    LIMITS: ClassVar[Mapping[str, tuple[int, int]]] = {
        "STRIPE_RATE_PER_S": (1, 100),
        "PAYOUT_MINIMUM_MINOR": (0, 10**9),
        "HOLD_DAYS": (0, 90),
    }

    @property
    def https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def post(self) -> mail.Post | None:
        """The mail server, if one is set."""
        if self.smtp_url is None or self.mail_from is None:
            return None
        return mail.read_post(self.smtp_url, self.mail_from)

    @classmethod
    def from_env(cls, environment: Mapping[str, str]) -> Self:
        """Read and check everything; an empty value counts as absent.

        Raises:
            SettingsWrong: all that is wrong, at once.
        """
        given = {name: value.strip() for name, value in environment.items() if value.strip()}
        wrong = [*_wrong_addresses(given), *_wrong_stripe(given), *_wrong_people(given)]
        numbers: dict[str, int] = {}
        for name, (least, most) in cls.LIMITS.items():
            text = given.get(name)
            if text is None:
                continue
            if text.isascii() and text.isdigit() and least <= int(text) <= most:
                numbers[name.lower()] = int(text)
            else:
                wrong.append(f"{name} is {text!r}: give a whole number from {least} to {most}.")
        if wrong:
            raise SettingsWrong(" ".join(wrong), wrong=wrong)
        return cls(
            database_url=given.get("DATABASE_URL"),
            database_app_url=given.get("DATABASE_APP_URL"),
            home=Path(given.get("MAILLAGE_HOME", ".maillage")),
            base_url=given.get("MAILLAGE_BASE_URL", "http://127.0.0.1:8010").rstrip("/"),
            stripe_api_key=given.get("STRIPE_API_KEY"),
            stripe_api_base=given.get("STRIPE_API_BASE"),
            stripe_webhook_secret=given.get("STRIPE_WEBHOOK_SECRET"),
            smtp_url=given.get("MAILLAGE_SMTP_URL"),
            mail_from=given.get("MAILLAGE_MAIL_FROM"),
            secret_key=given.get("MAILLAGE_SECRET_KEY"),
            oidc_issuer=given.get("MAILLAGE_OIDC_ISSUER", "").rstrip("/") or None,
            oidc_client_id=given.get("MAILLAGE_OIDC_CLIENT_ID"),
            oidc_client_secret=given.get("MAILLAGE_OIDC_CLIENT_SECRET"),
            vies_requester=given.get("MAILLAGE_VIES_REQUESTER"),
            **numbers,
        )


def _wrong_addresses(given: Mapping[str, str]) -> list[str]:
    wrong = []
    for name in ("DATABASE_URL", "DATABASE_APP_URL"):
        if not given.get(name, "postgresql:").startswith(("postgresql:", "postgres:")):
            wrong.append(f"{name} has to start with postgresql:// (its value is not shown).")
    if "DATABASE_APP_URL" in given and "DATABASE_URL" not in given:
        wrong.append("DATABASE_APP_URL is set without DATABASE_URL: set both, or neither.")
    base = given.get("MAILLAGE_BASE_URL")
    if base is not None and not _is_safe(base):
        wrong.append(
            f"MAILLAGE_BASE_URL is {base!r}: session cookies need https:// everywhere but on this "
            "machine (http://127.0.0.1:PORT)."
        )
    if base is not None and urlsplit(base).path not in ("", "/"):
        wrong.append(f"MAILLAGE_BASE_URL is {base!r}: give it without a path.")
    return wrong


def _wrong_stripe(given: Mapping[str, str]) -> list[str]:
    wrong = []
    key = given.get("STRIPE_API_KEY", "sk_test_")
    if "_live_" in key:
        wrong.append(
            "STRIPE_API_KEY is a live key: Maillage moves money in Stripe's test mode only. Use "
            "sk_test_... or rk_test_..., and roll the live key, which has now been in an "
            "environment."
        )
    elif not key.startswith(("sk_test_", "rk_test_")):
        wrong.append("STRIPE_API_KEY has to start with sk_test_ or rk_test_.")
    api_base = given.get("STRIPE_API_BASE")
    if api_base is not None and not _is_safe(api_base):
        wrong.append(
            f"STRIPE_API_BASE is {api_base!r}: the key would travel in clear. Use https://, or "
            "http:// to this machine."
        )
    secret = given.get("STRIPE_WEBHOOK_SECRET", "whsec_")
    if not secret.startswith("whsec_"):
        wrong.append("STRIPE_WEBHOOK_SECRET has to start with whsec_ (its value is not shown).")
    return wrong


def _wrong_people(given: Mapping[str, str]) -> list[str]:
    """Letters, secrets at rest, the staff's own sign-in, and who asks VIES."""
    wrong = []
    if "MAILLAGE_SMTP_URL" in given:
        try:
            mail.read_post(given["MAILLAGE_SMTP_URL"], given.get("MAILLAGE_MAIL_FROM", ""))
        except mail.BadPost as refusal:
            wrong.append(f"MAILLAGE_SMTP_URL, MAILLAGE_MAIL_FROM: {refusal.detail}")
    if len(given.get("MAILLAGE_SECRET_KEY", "x" * SECRET_CHARACTERS)) < SECRET_CHARACTERS:
        wrong.append("MAILLAGE_SECRET_KEY is too short. Make one: openssl rand -hex 32")
    oidc = [f"MAILLAGE_OIDC_{name}" for name in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET")]
    if 0 < sum(name in given for name in oidc) < len(oidc):
        wrong.append(f"{', '.join(oidc)}: set all three, or none.")
    requester = given.get("MAILLAGE_VIES_REQUESTER")
    if requester is not None and (
        not vat.is_valid(requester) or requester != vat.compact(requester)
    ):
        wrong.append(
            f"MAILLAGE_VIES_REQUESTER is {requester!r}: give the operator's own VAT number, "
            "such as FR40303265045, unspaced."
        )
    if not _is_safe(given.get("MAILLAGE_OIDC_ISSUER", "https://absent")):
        wrong.append("MAILLAGE_OIDC_ISSUER has to start with https:// (http:// to this machine).")
    return wrong


def _is_safe(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    return bool(host) and (
        parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)
    )
