"""Whether this process lives, and whether it can serve."""

import asyncio
import functools
import importlib
from pathlib import Path

import asyncpg
from litestar import get
from msgspec import Struct
from piccolo.conf.apps import Finder

from backend import core
from backend.web.answers import problems

READY_WITHIN_S = 2.0
"""A database that takes longer to say one word counts as away."""


class NotReady(core.Problem):
    status = 503
    code = "not-ready"
    title = "This process cannot serve yet"


class Health(Struct):
    status: str


@get("/health/live", operation_id="is_alive", tags=["health"])
async def live() -> Health:
    """This process answers. It says nothing of the database: a restart would not cure that."""
    return Health("alive")


@get("/health/ready", operation_id="is_ready", tags=["health"], responses=problems(NotReady))
async def ready() -> Health:
    """The database answers and holds every migration that this program brings."""
    try:
        async with asyncio.timeout(READY_WITHIN_S):
            rows = await core.fetch("SELECT app_name, name FROM public.migration")
    except (TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        raise NotReady("The database does not answer.") from None
    missing = _expected() - {(row["app_name"], row["name"]) for row in rows}
    if missing:
        raise NotReady(
            "Run `maillage migrate`.", missing=[f"{app}: {name}" for app, name in sorted(missing)]
        )
    return Health("ready")


@functools.cache
def _expected() -> frozenset[tuple[str, str]]:
    """App and name of every migration, by Piccolo's own register."""
    names = set()
    for app in Finder().get_app_registry().app_configs.values():
        folder = Path(app.migrations_folder_path)
        package = ".".join(folder.relative_to(Path(__file__).parents[2]).parts)
        for file in folder.glob("[0-9]*.py"):
            names.add((app.app_name, importlib.import_module(f"{package}.{file.stem}").ID))
    return frozenset(names)
