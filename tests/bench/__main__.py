"""Run every bench on a server of its own and print one table.

python -m tests.bench [--small] [NAME...]
"""

import argparse
import asyncio
import os
import tempfile
from pathlib import Path

from backend import core
from backend.postgres import Server
from tests.bench import closing, levels, posting, recording
from tests.bench.table import Line, show

BENCHES = {
    "posting": posting.run,
    "recording": recording.run,
    "closing": closing.run,
    "levels": levels.run,
}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("names", nargs="*", choices=[*BENCHES, []], help="which; all by default")
    arguments.add_argument("--small", action="store_true", help="a tenth of the rows")
    chosen = arguments.parse_args()
    lines: list[Line] = []
    for name in chosen.names or BENCHES:
        with tempfile.TemporaryDirectory(prefix="maillage-bench-") as home:
            os.chmod(home, 0o755)  # noqa: S103  (the server's own user has to reach it)
            with Server(Path(home), {"shared_buffers": "2GB"}).running() as server:
                lines += asyncio.run(run(server, name, 10 if chosen.small else 1))
    show(lines)


async def run(server: Server, name: str, divisor: int) -> list[Line]:
    await core.open_database(server.url(), organisation=core.OPERATOR)
    await core.migrate()
    await core.close_database()
    await core.open_database(server.url("maillage_app"), organisation=core.OPERATOR, max_size=16)
    try:
        return await BENCHES[name](server, divisor)
    finally:
        await core.close_database()


main()
