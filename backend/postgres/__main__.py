"""The watcher: starts the server of a home, and stops it when nobody uses it any more."""

import fcntl
import json
import os
import sys
from pathlib import Path

from backend.postgres.server import Server


def main(home: str, settings: str) -> None:
    """Start the server; a fork waits until no process holds the users' lock, and stops it."""
    server = Server(Path(home), json.loads(settings))
    try:
        server.start()
    except RuntimeError as failure:
        sys.exit(str(failure))
    if os.fork() == 0:
        # Who called us reads our complaints to their end.
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        with open(server.home / "users.lock", "a") as users:
            fcntl.flock(users, fcntl.LOCK_EX)
            server.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
