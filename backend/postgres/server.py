"""One server on one data folder: its locks, its start, its stop."""

import contextlib
import fcntl
import hashlib
import json
import os
import pwd
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from backend.postgres.wheel import folder_for_root, may_reach, programs_for, unprivileged_user

DATABASE = "maillage"
OWNER = "maillage_owner"
PORT = "5432"
START_ATTEMPTS = 40
"""Half a second each. After a kill -9 the old children hold shared memory for about two."""

SETTINGS = {
    "listen_addresses": "",
    "port": PORT,
    "max_connections": "100",
    "shared_buffers": "256MB",
    "checkpoint_timeout": "15min",
    "max_wal_size": "4GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
ACCEPTS, REJECTS, NO_ANSWER = 0, 1, 2
"""What pg_isready answers; it is rejected while the server starts, recovers or stops."""


class Server:
    """One data folder and the server that runs on it."""

    def __init__(self, home: Path, settings: Mapping[str, str] | None = None) -> None:
        self.home = home.resolve()
        self.home.mkdir(parents=True, exist_ok=True)
        self.user = unprivileged_user()
        self.programs = programs_for(self.user)
        self.name = hashlib.sha256(str(self.home).encode()).hexdigest()[:12]
        self.folder = self._choose_folder()
        self.data = self.folder / "data"
        # A socket's path has at most 103 bytes, a home may have more.
        self.socket = Path("/tmp") / f"maillage-{self.name}"  # noqa: S108  (0700, checked)
        self.settings = {**SETTINGS, **(settings or {})}

    def url(self, user: str = OWNER, database: str = DATABASE) -> str:
        return f"postgresql://{user}@/{database}?host={self.socket}&port={PORT}"

    @contextlib.contextmanager
    def running(self) -> Iterator["Server"]:
        """The server runs inside the block; after it, unless another process uses it, no more.

        Raises:
            RuntimeError: it does not start; the message ends with the end of its log.
        """
        with open(self.home / "users.lock", "a") as users:
            fcntl.flock(users, fcntl.LOCK_SH)
            try:
                with self._starting():
                    answers = self.is_running()
                if not answers:
                    self._start_in_own_session()
                yield self
            finally:
                self._leave(users.fileno())

    def is_running(self) -> bool:
        """Somebody listens on our socket. A pid file proves nothing: its number may be reused."""
        return self._ping() != NO_ANSWER

    def start(self) -> None:
        """Start it unless it runs; afterwards it accepts connections.

        Raises:
            RuntimeError: it does not.
        """
        with self._starting():
            if not (self.data / "PG_VERSION").exists():
                self._initialise()
            self._make_folder(self.socket)
            self._write_settings()
            for _ in range(START_ATTEMPTS):
                if not self.is_running():
                    self._forget_stale_locks()
                    self._pg_ctl("start", "-l", str(self.folder / "server.log"))
                if self._ping() == ACCEPTS:
                    return
                if not self.is_running() and "shared memory" not in self._end_of_log():
                    break
                time.sleep(0.5)
        raise RuntimeError(f"PostgreSQL does not start; its log ends:\n{self._end_of_log()}")

    def stop(self) -> None:
        """End every session and stop; afterwards neither process nor socket is left."""
        if self.is_running():
            self._pg_ctl("stop", "-m", "fast")
        with contextlib.suppress(OSError):
            self.socket.rmdir()

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

    def _start_in_own_session(self) -> None:
        """The watcher starts the server too: were it us, our death in between would orphan it."""
        starter = subprocess.Popen(
            [sys.executable, "-m", "backend.postgres", str(self.home), json.dumps(self.settings)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=Path(__file__).parent.parent.parent,
            start_new_session=True,
            text=True,
        )
        _, complaint = starter.communicate()
        if starter.returncode != 0:
            raise RuntimeError(complaint.strip())

    def _initialise(self) -> None:
        """Make the data folder beside its place: half of one is never taken for whole."""
        partial = self.folder / "data.partial"
        shutil.rmtree(partial, ignore_errors=True)
        self._make_folder(self.folder)
        self._make_folder(partial)
        self._run(
            "initdb", "-D", str(partial), "-U", OWNER, "--auth=trust", "--encoding=UTF8",
            "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
            "--data-checksums",
        )  # fmt: skip
        create = f"CREATE DATABASE {DATABASE};\n"
        self._run("postgres", "--single", "-D", str(partial), "postgres", typed=create)
        partial.rename(self.data)

    def _write_settings(self) -> None:
        settings = {**self.settings, "unix_socket_directories": str(self.socket)}
        lines = [f"{name} = '{value}'\n" for name, value in settings.items()]
        (self.data / "postgresql.auto.conf").write_text("".join(lines))

    def _forget_stale_locks(self) -> None:
        """After a power cut a stranger may bear their number, and PostgreSQL would not start.

        Orphans of a killed server it still finds by their shared memory.
        """
        for lock in (self.data / "postmaster.pid", self.socket / f".s.PGSQL.{PORT}.lock"):
            with contextlib.suppress(FileNotFoundError, ValueError, IndexError):
                if "postgres" not in _command_of(int(lock.read_text().splitlines()[0])):
                    lock.unlink()

    def _end_of_log(self) -> str:
        log = self.folder / "server.log"
        return "\n".join(log.read_text().splitlines()[-5:]) if log.exists() else ""

    def _ping(self) -> int:
        # Writes no log: the watcher asks once more when the home may already be removed.
        command = [str(self.programs / "pg_isready"), "-q", "-h", str(self.socket), "-p", PORT]
        done = subprocess.run(
            command, cwd="/", env=_environment(), stderr=subprocess.PIPE, text=True, check=False
        )
        if done.returncode not in {ACCEPTS, REJECTS, NO_ANSWER}:
            raise RuntimeError(f"The programs of PostgreSQL do not run here: {done.stderr}")
        return done.returncode

    def _pg_ctl(self, action: str, *arguments: str) -> None:
        wait = ["-w", "-t", "120"]
        self._run("pg_ctl", action, "-D", str(self.data), *wait, *arguments, check=False)

    def _run(self, program: str, *arguments: str, check: bool = True, typed: str = "") -> int:
        # pg_ctl's server inherits the output: a pipe would never end.
        with open(self.home / "commands.log", "a") as log:
            done = subprocess.run(
                [str(self.programs / program), *arguments],
                input=typed,
                text=True,
                stdout=log,
                stderr=log,
                cwd="/",
                env=_environment(),
                user=self.user,
                group=None if self.user is None else pwd.getpwuid(self.user).pw_gid,
                extra_groups=None if self.user is None else [],
                check=False,
            )
        if check and done.returncode != 0:
            raise RuntimeError(f"{program} failed; see {self.home / 'commands.log'}")
        return done.returncode

    def _make_folder(self, folder: Path) -> None:
        """A folder that only the server's user enters.

        Raises:
            RuntimeError: somebody else was there first (everybody may write in /tmp).
        """
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.geteuid(), self.user}:
            raise RuntimeError(f"{folder} belongs to somebody else; remove it and try again.")
        folder.chmod(0o700)
        if self.user is not None:
            os.chown(folder, self.user, pwd.getpwuid(self.user).pw_gid)

    def _choose_folder(self) -> Path:
        """Under the home, or, where root's home is closed to the server's user, in FOR_ROOT."""
        if self.user is None or may_reach(self.home, self.user):
            return self.home / "postgres"
        return folder_for_root() / self.name


def _environment() -> dict[str, str]:
    """PGPORT and its like are the caller's, not this server's."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def _command_of(process: int) -> str:
    """The command line of a running process, empty if there is none."""
    if Path("/proc/self").exists():
        with contextlib.suppress(OSError):
            return Path(f"/proc/{process}/cmdline").read_text()
        return ""
    command = ["ps", "-o", "command=", "-p", str(process)]  # macOS
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout
