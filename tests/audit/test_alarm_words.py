"""Every kind of alarm has its words in the office, and so its place in the filter."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from backend.orders.rules import AlarmKind
from backend.reports.reconciliation import KINDS

ROOT = Path(__file__).parents[2]
RAISING = {"raise_alarm", "renew_alarm"}


def named() -> Iterator[str]:
    """The kinds that the code names where it raises an alarm."""
    for path in sorted((ROOT / "backend").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if called in RAISING and len(node.args) > 1 and isinstance(node.args[1], ast.Constant):
                yield str(node.args[1].value)
            if called == "_raise_balance":
                yield from (str(each.value.value) for each in node.keywords if each.arg == "kind"
                            and isinstance(each.value, ast.Constant))  # fmt: skip


def test_every_kind_of_alarm_has_its_words() -> None:
    words = (ROOT / "frontend/desk/src/office/words.tsx").read_text(encoding="utf-8")
    [table] = re.findall(r"const alarms: .*?\{(.*?)\n  \};", words, re.DOTALL)
    said = set(re.findall(r'^    "?([\w-]+)"?:', table, re.MULTILINE))
    kinds = {*named(), *get_args(AlarmKind), *KINDS.values()}
    assert {"booked_not_moved", "balance_entry_differs", "grid_below_cost"} <= kinds
    assert kinds <= said
