"""What stands in infra/ as far as it can be held against the program without a container engine."""

import re
from pathlib import Path
from typing import Any

import yaml

from backend import web
from backend.settings import Settings

INFRA = Path(__file__).parent.parent / "infra"
FIELDS = {
    "home": "MAILLAGE_HOME",
    "base_url": "MAILLAGE_BASE_URL",
    "smtp_url": "MAILLAGE_SMTP_URL",
    "mail_from": "MAILLAGE_MAIL_FROM",
    "secret_key": "MAILLAGE_SECRET_KEY",
    "oidc_issuer": "MAILLAGE_OIDC_ISSUER",
    "oidc_client_id": "MAILLAGE_OIDC_CLIENT_ID",
    "oidc_client_secret": "MAILLAGE_OIDC_CLIENT_SECRET",
    "vies_requester": "MAILLAGE_VIES_REQUESTER",
}
"""Fields whose variable is not simply their name in capitals."""


def settings_names() -> set[str]:
    return {FIELDS.get(field, field.upper()) for field in Settings.__struct_fields__}


def example() -> dict[str, str]:
    lines = (INFRA / "env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((INFRA / "compose.yaml").read_text())
    return loaded


def compose_variables() -> set[str]:
    found = set(re.findall(r"\$\{(\w+)", (INFRA / "compose.yaml").read_text()))
    return found - {"PIP_INDEX_URL", "NPM_CONFIG_REGISTRY"}


def test_the_example_of_the_environment_names_exactly_the_settings_and_what_compose_needs() -> None:
    assert set(example()) == settings_names() | compose_variables()


def test_the_example_is_accepted_as_it_stands_and_changes_nothing() -> None:
    assert Settings.from_env(example()) == Settings()


def test_every_value_of_the_example_is_explained_right_above_it() -> None:
    text = (INFRA / "env.example").read_text()
    for name in example():
        assert re.search(rf"^# .+\n{name}=", text, re.MULTILINE), name


def test_every_setting_reaches_the_containers_but_the_home_of_the_embedded_server() -> None:
    given = set(compose()["x-maillage"]["environment"])
    assert given == settings_names() - {"MAILLAGE_HOME"} | {"FORWARDED_ALLOW_IPS"}


def test_only_the_proxy_is_reachable_and_every_program_of_ours_runs_without_rights() -> None:
    services = compose()["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    for name in ("migrate", "api", "worker", "stripe-sandbox"):
        service = services[name]
        assert service["read_only"] and service["cap_drop"] == ["ALL"]
        assert service["command"][0] == "maillage"
    assert services["stripe-sandbox"]["profiles"] == ["stripe-sandbox"]
    assert services["database"]["image"].startswith("postgres:18")
    assert re.search(r"^USER maillage$", (INFRA / "Dockerfile").read_text(), re.MULTILINE)


def test_what_compose_mentions_exists() -> None:
    loaded = compose()
    for service in loaded["services"].values():
        for needed in service.get("depends_on", {}):
            assert needed in loaded["services"]
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in loaded["volumes"] or (INFRA / source).is_file()
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (INFRA / "Dockerfile").read_text(), re.M)
    for name in " ".join(copied).split():
        assert (INFRA.parent / name).exists(), name


def test_the_proxy_refuses_bodies_that_the_api_would_refuse() -> None:
    megabytes = re.search(r"max_size (\d+)MB", (INFRA / "Caddyfile").read_text())
    assert megabytes is not None
    assert int(megabytes.group(1)) * 1_000_000 == web.BODY_BYTES
