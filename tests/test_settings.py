"""Settings are read whole, and what is unsafe does not start."""

from pathlib import Path

import pytest

from backend import onboarding
from backend.cli.operate import register_of
from backend.settings import Settings, SettingsWrong


def test_nothing_has_to_be_set() -> None:
    settings = Settings.from_env({"PATH": "/bin", "STRIPE_API_KEY": " "})
    assert settings == Settings()
    assert settings.home == Path(".maillage") and settings.stripe_rate_per_s == 20
    assert settings.payout_minimum_minor == 2500 and settings.hold_days == 14
    assert not settings.https


def test_everything_can_be_set() -> None:
    settings = Settings.from_env(
        {
            "DATABASE_URL": "postgresql://owner@db/maillage",
            "DATABASE_APP_URL": "postgresql://maillage_app@db/maillage",
            "MAILLAGE_HOME": "/var/lib/maillage",
            "MAILLAGE_BASE_URL": "https://partners.iroise.example/",
            "STRIPE_API_KEY": "rk_test_1",
            "STRIPE_API_BASE": "http://localhost:8011",
            "STRIPE_WEBHOOK_SECRET": "whsec_1",
            "MAILLAGE_SMTP_URL": "smtps://maillage:p%40ss@mail.iroise.example",
            "MAILLAGE_MAIL_FROM": "Iroise Cloud <no-reply@iroise.example>",
            "MAILLAGE_SECRET_KEY": "k" * 32,
            "MAILLAGE_OIDC_ISSUER": "https://id.iroise.example/",
            "MAILLAGE_OIDC_CLIENT_ID": "maillage",
            "MAILLAGE_OIDC_CLIENT_SECRET": "secret",
            "MAILLAGE_VIES_REQUESTER": "FR40303265045",
            "STRIPE_RATE_PER_S": "5",
            "PAYOUT_MINIMUM_MINOR": "0",
            "HOLD_DAYS": "30",
        }
    )
    assert settings.https and settings.base_url == "https://partners.iroise.example"
    assert (settings.stripe_rate_per_s, settings.payout_minimum_minor, settings.hold_days) == (
        5, 0, 30,
    )  # fmt: skip
    assert settings.oidc_issuer == "https://id.iroise.example"
    assert settings.vies_requester == "FR40303265045"
    assert settings.post is not None and settings.post.password == "p@ss"


def test_vies_is_asked_in_the_name_that_is_set_and_never_from_the_sandbox() -> None:
    stripe = {"STRIPE_API_KEY": "sk_test_1"}
    named = {"MAILLAGE_VIES_REQUESTER": "FR40303265045"}
    asked = register_of(Settings.from_env(stripe | named))
    assert isinstance(asked, onboarding.EuropeanVies) and asked.requester == "FR40303265045"
    assert isinstance(register_of(Settings.from_env(stripe)), onboarding.NoVies)
    assert isinstance(register_of(Settings.from_env(named)), onboarding.SimulatedVies)


@pytest.mark.parametrize("key", ["sk_live_1", "rk_live_1", "pk_live_1"])
def test_a_live_key_of_stripe_does_not_start(key: str) -> None:
    with pytest.raises(SettingsWrong, match="live key") as refusal:
        Settings.from_env({"STRIPE_API_KEY": key})
    assert key not in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAILLAGE_VIES_REQUESTER", "FR40303265046"),
        ("MAILLAGE_VIES_REQUESTER", "FR40 303 265 045"),
        ("STRIPE_API_KEY", "pk_test_1"),
        ("STRIPE_API_KEY", "nonsense"),
        ("STRIPE_API_BASE", "http://stripe.example"),
        ("STRIPE_API_BASE", "http://127.0.0.1.evil.example"),
        ("STRIPE_API_BASE", "ftp://localhost"),
        ("STRIPE_API_BASE", "http://[broken"),
        ("STRIPE_WEBHOOK_SECRET", "secret"),
        ("MAILLAGE_BASE_URL", "http://partners.example"),
        ("MAILLAGE_BASE_URL", "partners.example"),
        ("MAILLAGE_BASE_URL", "https://partners.example/shop"),
        ("DATABASE_URL", "mysql://db"),
        ("DATABASE_APP_URL", "postgresql://db/maillage"),
        ("MAILLAGE_SMTP_URL", "http://mail.iroise.example"),
        ("MAILLAGE_SMTP_URL", "smtp://mail.iroise.example"),
        ("MAILLAGE_SECRET_KEY", "short"),
        ("MAILLAGE_OIDC_ISSUER", "http://id.iroise.example"),
        ("MAILLAGE_OIDC_CLIENT_ID", "maillage"),
        ("STRIPE_RATE_PER_S", "0"),
        ("STRIPE_RATE_PER_S", "101"),
        ("STRIPE_RATE_PER_S", "1e1"),
        ("PAYOUT_MINIMUM_MINOR", "-1"),
        ("PAYOUT_MINIMUM_MINOR", "25.00"),
        ("HOLD_DAYS", "91"),
        ("HOLD_DAYS", "²"),
    ],
)
def test_an_unsafe_or_unreadable_value_names_its_variable(name: str, value: str) -> None:
    with pytest.raises(SettingsWrong, match=name):
        Settings.from_env({name: value})


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(SettingsWrong) as refusal:
        Settings.from_env({"STRIPE_API_KEY": "x", "HOLD_DAYS": "x", "DATABASE_URL": "x"})
    assert len(refusal.value.facts["wrong"]) == 3


def test_every_variable_is_described_where_it_is_declared() -> None:
    text = (Path(__file__).parent.parent / "backend" / "settings.py").read_text()
    described = [line for line in text.splitlines() if line.strip().startswith('"""')]
    for name in Settings.__struct_fields__:
        assert any(name.upper() in line for line in described), name
