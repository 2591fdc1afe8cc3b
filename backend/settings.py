"""What is set from outside, read once and checked whole."""

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Self
from urllib.parse import urlsplit

from msgspec import Struct

from backend.core import Problem

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

    @classmethod
    def from_env(cls, environment: Mapping[str, str]) -> Self:
        """Read and check everything; an empty value counts as absent.

        Raises:
            SettingsWrong: all that is wrong, at once.
        """
        given = {name: value.strip() for name, value in environment.items() if value.strip()}
        wrong = [*_wrong_addresses(given), *_wrong_stripe(given)]
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


def _is_safe(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    return bool(host) and (
        parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)
    )
