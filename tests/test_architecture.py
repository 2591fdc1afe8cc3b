"""What import-linter cannot say: other packages come in by the front door, `backend.<package>`."""

from pathlib import Path

import grimp

ASSEMBLERS = {
    f"backend.{name}" for name in ("app", "cli", "piccolo_conf", "postgres", "settings", "worker")
}
"""They put everything together and may see inside."""

LONGEST_FILE = 320
"""Lines. A file past it wants to be two (`rules_vat.py`, `rules_share.py`), or two packages."""

IMPURE = {"asyncpg", "httpx", "litestar", "piccolo", "stripe"}

ROOT = Path(__file__).parent.parent


def package_of(module: str) -> str:
    return ".".join(module.split(".")[:2])


def test_packages_use_each_other_only_through_their_front_door() -> None:
    graph = grimp.build_graph("backend")
    back_doors = [
        f"{importer} imports {imported}"
        for importer in graph.modules
        if package_of(importer) not in ASSEMBLERS
        for imported in graph.find_modules_directly_imported_by(importer)
        if package_of(imported) not in {"backend", package_of(importer), imported}
    ]
    assert back_doors == []


def test_every_package_says_what_it_is_and_what_its_front_door_is() -> None:
    silent = []
    for front_door in sorted((ROOT / "backend").glob("*/__init__.py")):
        text = front_door.read_text()
        if not text.startswith('"""') or "__all__" not in text:
            silent.append(str(front_door.relative_to(ROOT)))
    assert silent == []


def test_no_file_has_outgrown_a_room() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {lines} lines"
        for path in sorted((ROOT / "backend").rglob("*.py"))
        if "piccolo_migrations" not in path.parts
        and (lines := len(path.read_text().splitlines())) > LONGEST_FILE
    ]
    assert long == []


def test_rules_are_pure() -> None:
    """`rules.py` and `rules_<topic>.py` know no database, no HTTP, no Stripe."""
    graph = grimp.build_graph("backend", include_external_packages=True)
    impure = [
        f"{module} imports {imported}"
        for module in graph.modules
        if module.rpartition(".")[2].partition("_")[0] == "rules"
        for imported in graph.find_modules_directly_imported_by(module)
        if imported.partition(".")[0] in IMPURE
    ]
    assert impure == []


def test_no_two_migrations_have_the_same_name() -> None:
    """Piccolo loads them by their bare names: of two alike one runs twice and the other never."""
    places: dict[str, list[str]] = {}
    for path in (ROOT / "backend").glob("*/piccolo_migrations/2*.py"):
        places.setdefault(path.name, []).append(path.parts[-3])
    alike = {name: found for name, found in places.items() if len(found) > 1}
    assert len(places) > 30 and alike == {}
