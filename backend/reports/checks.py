"""Does it all still add up? Named invariants, run on the live database; each finds what breaks it.

Numbers are those of `docs/reports.md`. They read single statements of PostgreSQL, so each sees one
moment, and sales may go on meanwhile.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from msgspec import Struct

from backend import audit, ledger, payments
from backend.core import fetch
from backend.reports import (
    checks_awards,
    checks_charges,
    checks_joint,
    checks_payouts,
    checks_receipts,
)
from backend.reports import checks_books as books

MOST_ROWS = 1_000
"""Of one check; more would not be read."""


class Fault(Struct, frozen=True):
    """One offending row, and the sentence that it makes untrue."""

    check: str
    invariant: str
    sentence: str
    row: dict[str, Any]


class Check(NamedTuple):
    """`find` answers the offending rows, at most `MOST_ROWS`."""

    name: str
    invariant: str
    sentence: str
    find: Callable[[], Awaitable[Sequence[dict[str, Any]]]]


def _rows_of(sql: str) -> Callable[[], Awaitable[list[dict[str, Any]]]]:
    async def find() -> list[dict[str, Any]]:
        rows = await fetch(f"SELECT * FROM ({sql}) AS fault LIMIT {MOST_ROWS}")  # noqa: S608
        return [dict(row) for row in rows]

    return find


CHECKS = (
    Check(
        "postings_are_balanced",
        "1",
        "Every posting moves an amount above zero between two accounts of its currency.",
        _rows_of(books.BALANCED),
    ),
    Check(
        "stored_balances_equal_sums",
        "1",
        "Every stored balance is the sum of its postings.",
        ledger.drifted_balances,
    ),
    Check(
        "lines_equal_their_entries",
        "2",
        "The parts of a sale or refund are its net amount, and are posted so, with its VAT, once.",
        _rows_of(books.LINES_EQUAL_ENTRIES),
    ),
    Check(
        "refunds_return_to_zero",
        "2",
        "Refunds take back what was shared, never more; a sale refunded whole leaves no cent.",
        _rows_of(books.REFUNDS),
    ),
    Check(
        "lines_copy_a_rule_in_force",
        "3",
        "Every line was shared by a rule in force when it was sold, at the rule's rates.",
        _rows_of(books.RULES),
    ),
    Check(
        "joint_lines_are_the_whole",
        "3",
        "The lines of two owners are their sale, shared as they agreed, and so are its refunds.",
        _rows_of(checks_joint.JOINT_LINES_ARE_THE_WHOLE),
    ),
    Check(
        "bundle_parts_are_the_whole",
        "3",
        "The lines of an order of several parts are the order, and so is their VAT.",
        _rows_of(checks_joint.BUNDLE_PARTS_ARE_THE_WHOLE),
    ),
    Check(
        "references_are_unique",
        "4",
        "One reference, one fact; an event of Stripe is in the inbox once.",
        _rows_of(books.ONE_REFERENCE),
    ),
    Check(
        "entries_name_facts",
        "4",
        "Every entry of a sale, refund, charge or statement names one that exists.",
        _rows_of(books.ENTRIES_NAME_FACTS),
    ),
    Check(
        "balances_chain",
        "5",
        "Opening + lines - charges - payout = closing, and closing is the next month's opening.",
        _rows_of(books.BALANCES_CHAIN),
    ),
    Check(
        "statements_equal_their_lines",
        "5, 6",
        "Every line of a closed month is on exactly one statement, which is the sum of its lines.",
        _rows_of(books.STATEMENTS_EQUAL_LINES),
    ),
    Check(
        "statements_equal_their_entries",
        "5",
        "Every statement is posted once: from earned to payable, with its VAT, less what is owed.",
        _rows_of(books.STATEMENTS_EQUAL_ENTRIES),
    ),
    Check(
        "earned_is_empty_after_close",
        "5",
        "Nothing stays in earned or owed of a closed month.",
        _rows_of(books.EARNED_IS_EMPTY),
    ),
    Check(
        "charges_are_their_pieces",
        "2",
        "Every charge is the sum of the pieces that explain its price.",
        _rows_of(checks_charges.PIECES),
    ),
    Check(
        "charges_equal_their_entries",
        "2",
        "List less discounts less credit is what a charge owes, posted so once, with its margin.",
        _rows_of(checks_charges.CHARGES_EQUAL_ENTRIES),
    ),
    Check(
        "statements_equal_their_charges",
        "5, 6",
        "Every charge of a closed month is on exactly one statement, which is the sum of them.",
        _rows_of(checks_charges.STATEMENTS_EQUAL_CHARGES),
    ),
    Check(
        "credits_equal_their_uses",
        "2",
        "What is left of a credit is what was granted less what was used, and never below zero.",
        _rows_of(checks_charges.CREDITS),
    ),
    Check(
        "awards_equal_their_entries",
        "2",
        "Each rebate, supplier's share and reimbursement is posted once, as what it is.",
        _rows_of(checks_awards.AWARDS_EQUAL_ENTRIES),
    ),
    Check(
        "statements_equal_their_rebates",
        "5",
        "A statement has the rebates of its month, and VAT on their sum.",
        _rows_of(checks_awards.STATEMENTS_EQUAL_REBATES),
    ),
    Check(
        "receipts_equal_their_entries",
        "2",
        "Each payment of what was owed, and each that bounced, is posted once.",
        _rows_of(checks_receipts.RECEIPTS_EQUAL_ENTRIES),
    ),
    Check(
        "statements_equal_their_receipts",
        "5",
        "A statement has what was paid in its month.",
        _rows_of(checks_receipts.STATEMENTS_EQUAL_RECEIPTS),
    ),
    Check(
        "rebates_add_up",
        "2",
        "What was posted for a quarter, corrections too, is the rebate on what is left of it.",
        _rows_of(checks_awards.REBATES_ADD_UP),
    ),
    Check(
        "payout_money_is_where_its_state_says",
        "4, 6",
        "A payout took its amount from payable once; failed or canceled unsent, it is owed again.",
        _rows_of(checks_payouts.MONEY_WHERE_STATE_SAYS),
    ),
    Check(
        "partners_are_owed_what_statements_say",
        "5",
        "What the books owe a partner is its statements less its payouts.",
        _rows_of(checks_payouts.PARTNERS_ARE_OWED),
    ),
    Check(
        "statements_are_paid_once",
        "6",
        "A statement has one payout at most, a payout one standing transfer and bank payout.",
        _rows_of(checks_payouts.PAID_ONCE),
    ),
    Check(
        "payouts_are_what_statements_owe",
        "7",
        "A payout is of the amount that its statement owes, and no other was sent.",
        _rows_of(checks_payouts.NOT_ABOVE_STATEMENT),
    ),
    Check(
        "payouts_were_allowed",
        "7",
        "Nothing is sent before its hold is over, to the unverified, or to another's account.",
        _rows_of(checks_payouts.ALLOWED),
    ),
    Check(
        "audit_chains_are_whole",
        "audit",
        "No audit row was changed, added or removed out of turn.",
        audit.broken_links,
    ),
)


TRANSFERS_MATCH = "transfers_match_those_of_stripe"


async def run_checks(
    transfers: Sequence[payments.Transfer] | None = None, *, listed_at: datetime | None = None
) -> list[Fault]:
    """Every offending row of every check; empty when all is well.

    Invariant 11 needs `transfers`, all that Stripe had at `listed_at` (`payments.list_transfers`,
    the time before it was called); without them it is not checked.
    """
    faults = [
        Fault(check.name, check.invariant, check.sentence, row)
        for check in CHECKS
        for row in await check.find()
    ]
    if transfers is None:
        return faults
    assert listed_at is not None, "say when Stripe was asked"
    return faults + await _compare_transfers(transfers, listed_at)


async def _compare_transfers(
    transfers: Sequence[payments.Transfer], listed_at: datetime
) -> list[Fault]:
    rows = await fetch(
        checks_payouts.TRANSFERS,
        [transfer.id for transfer in transfers],
        [transfer.destination for transfer in transfers],
        [transfer.amount_minor for transfer in transfers],
        [transfer.amount_reversed_minor for transfer in transfers],
        [transfer.currency for transfer in transfers],
        [transfer.operation_id for transfer in transfers],
        listed_at,
    )
    sentence = "Stripe's transfers are ours, one by one, to the cent."
    return [Fault(TRANSFERS_MATCH, "11", sentence, dict(row)) for row in rows]
