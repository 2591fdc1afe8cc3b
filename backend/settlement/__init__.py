"""Settlement: at a month's end, what a partner earned becomes what the operator owes it.

One statement per partner, month and currency. Reads `sales` lines and posts to the `ledger`;
`payouts` pays statements.
"""

from backend.settlement.actions import Closed, close_month, close_through
from backend.settlement.queries import (
    list_statements,
    read_close,
    read_statement,
    statement_lines,
    statement_vat,
)
from backend.settlement.rules import (
    MonthSkipped,
    MonthStillOpen,
    NothingToClose,
    OlderMonth,
    SetOff,
    StatementUnknown,
    set_off,
    settle,
)

__all__ = [
    "Closed",
    "MonthSkipped",
    "MonthStillOpen",
    "NothingToClose",
    "OlderMonth",
    "SetOff",
    "StatementUnknown",
    "close_month",
    "close_through",
    "list_statements",
    "read_close",
    "read_statement",
    "set_off",
    "settle",
    "statement_lines",
    "statement_vat",
]
