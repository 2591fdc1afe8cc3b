"""How results are shown."""

import os
import resource
import sys
from typing import NamedTuple

from rich.console import Console
from rich.table import Table


class Line(NamedTuple):
    """One ratio; `limit` is what it has to reach, `at_least` in which direction."""

    what: str
    ours: str
    plain: str
    ratio: float
    limit: float
    at_least: bool

    @property
    def reached(self) -> bool:
        return self.ratio >= self.limit if self.at_least else self.ratio <= self.limit


def peak_mb() -> int:
    """Most memory of this process so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (1 << 20 if sys.platform == "darwin" else 1 << 10)


def show(lines: list[Line]) -> None:
    table = Table(title=f"Ratios of one run (load {os.getloadavg()[0]:.1f}, peak {peak_mb()} MB)")
    for heading in ("what", "ours", "plain SQL", "ratio", "has to be", ""):
        table.add_column(heading)
    for line in lines:
        wanted = f"{'>=' if line.at_least else '<='} {line.limit}"
        mark = "reached" if line.reached else "NOT REACHED"
        table.add_row(line.what, line.ours, line.plain, f"{line.ratio:.2f}", wanted, mark)
    Console(width=120).print(table)
