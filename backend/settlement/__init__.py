"""Settlement: at a month's end, what a partner earned becomes what the operator owes it.

One statement per organisation, month and currency. What is owed for infrastructure is set off.
Reads `sales` lines and `charges`, posts to the `ledger`; `payouts` pays statements. A partner may
contest its own for the days of its mandate (`onboarding`); the answer changes no closed statement.
"""

from backend.settlement.actions import Closed, close_month, close_through, minimum_for
from backend.settlement.actions_contest import answer_contest, contest_statement
from backend.settlement.closing import ask_closing, read_closing, run_closings
from backend.settlement.queries import (
    list_statements,
    read_close,
    read_statement,
    statement_charges_vat,
    statement_lines,
    statement_rebates_vat,
    statement_vat,
)
from backend.settlement.queries_contest import contest_of, list_contests
from backend.settlement.queries_month import (
    awards_in,
    carried_into,
    charges_in,
    margins_in,
    rebates_in,
    receipts_in,
)
from backend.settlement.queries_owing import list_owing, sum_owing
from backend.settlement.rules import (
    MINIMUM_HUNDREDTHS,
    Carried,
    ClosingUnknown,
    Earnings,
    MonthSkipped,
    MonthStillOpen,
    NothingToClose,
    OlderMonth,
    Owed,
    Rebated,
    SetOff,
    Statement,
    StatementUnknown,
    draw_statements,
    set_off,
    settle,
)
from backend.settlement.rules_contest import (
    ContestAnswered,
    ContestExists,
    ContestTooLate,
    ContestUnknown,
)
from backend.settlement.views import StatementParts, statement_parts

__all__ = [
    "MINIMUM_HUNDREDTHS",
    "Carried",
    "Closed",
    "ClosingUnknown",
    "ContestAnswered",
    "ContestExists",
    "ContestTooLate",
    "ContestUnknown",
    "Earnings",
    "MonthSkipped",
    "MonthStillOpen",
    "NothingToClose",
    "OlderMonth",
    "Owed",
    "Rebated",
    "SetOff",
    "Statement",
    "StatementParts",
    "StatementUnknown",
    "answer_contest",
    "ask_closing",
    "awards_in",
    "carried_into",
    "charges_in",
    "close_month",
    "close_through",
    "contest_of",
    "contest_statement",
    "draw_statements",
    "list_contests",
    "list_owing",
    "list_statements",
    "margins_in",
    "minimum_for",
    "read_close",
    "read_closing",
    "read_statement",
    "rebates_in",
    "receipts_in",
    "run_closings",
    "set_off",
    "settle",
    "statement_charges_vat",
    "statement_lines",
    "statement_parts",
    "statement_rebates_vat",
    "statement_vat",
    "sum_owing",
]
