"""The tree as a stranger gets it: installs from any mirror, names no machine, tables are fresh."""

import re
import subprocess
from pathlib import Path

import pytest

from tests import coverage_table

ROOT = Path(__file__).parent.parent

HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("deb", "debian", "org"),
        ("docker", "io"),
        ("ghcr", "io"),
        ("crates", "io"),
        ("golang", "org"),
    )
]
"""Put together here, so that this file does not name them either."""


def committed_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout, so nothing says which files are committed")
    names = [name for name in listed.stdout.decode().split("\0") if name]
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def test_no_committed_file_names_the_host_of_a_registry() -> None:
    pattern = re.compile("|".join(rf"\b{re.escape(host)}\b" for host in HOSTS).encode())
    found = [
        f"{path.relative_to(ROOT)}: {match.group().decode()}"
        for path in committed_files()
        for match in [pattern.search(path.read_bytes())]
        if match is not None
    ]
    assert found == []


def test_the_lock_files_name_hashes_and_no_place_to_fetch_from() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        assert "://" not in text
        pins = re.findall(r"^[a-z0-9]\S*==", text, re.MULTILINE | re.IGNORECASE)
        hashed = re.findall(r"==.*\\\n +--hash=sha256:", text)
        assert len(pins) == len(hashed) > 20
    for path in committed_files():
        if path.name == "package-lock.json":
            assert '"resolved": "http' not in path.read_text()


def test_both_lock_files_choose_the_same_versions() -> None:
    running, developing = (
        set(re.findall(r"^(\S+==\S+)", (ROOT / name).read_text(), re.MULTILINE))
        for name in ("requirements.lock", "requirements-dev.lock")
    )
    assert running - developing == set()


def test_the_documentation_stays_small_enough_to_be_read() -> None:
    pages = [path for path in (ROOT / "docs").glob("*.md") if path.name != "coverage.md"]
    assert len(pages) <= 12
    long = [
        path.name
        for path in (ROOT / "docs" / "decisions").glob("*.md")
        if len(path.read_text().splitlines()) > 40
    ]
    assert long == []


def test_the_coverage_table_is_fresh() -> None:
    written = (ROOT / "docs" / "coverage.md").read_text()
    assert written == coverage_table.table(), (
        "run `make coverage-table` and commit docs/coverage.md"
    )


def test_no_two_decisions_have_the_same_number() -> None:
    numbers = [path.name[:4] for path in (ROOT / "docs" / "decisions").glob("*.md")]
    assert len(numbers) == len(set(numbers))
