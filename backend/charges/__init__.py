"""Charges: what organisations use of the operator's infrastructure, priced for good.

A charge is discounted by what `programmes` gave its organisation while it was used, start-up
credits pay of it, and the rest is posted to the `ledger` as owed; a wholesaler earns its margin.
Lines arrive as files today, from metering later. `settlement` puts them on statements.
"""

from backend.charges.actions import Recorded, record_charge, record_charges
from backend.charges.actions_contract import SignedContract, contract_on, list_contracts
from backend.charges.actions_credit import grant_credit, grant_startup_credit, warn_of_expiry
from backend.charges.actions_refund import refund_charge
from backend.charges.files import add_file, decide_file, run_files
from backend.charges.import_charges import Imported, Total, import_charges
from backend.charges.jobs import warn_holders
from backend.charges.queries import Wanted
from backend.charges.queries_group import OF_DAYS, Group, sum_groups
from backend.charges.rules import (
    Charge,
    ChargeConflict,
    ChargeUnknown,
    RefundTooLarge,
    Stream,
    list_minor,
    vat_on_infrastructure,
)
from backend.charges.rules_contract import Contract, counting
from backend.charges.rules_credit import BadGrant, GrantUnknown
from backend.charges.rules_file import ChargeFileDecided, ChargeFileEmpty, ChargeFileUnknown

__all__ = [
    "OF_DAYS",
    "BadGrant",
    "Charge",
    "ChargeConflict",
    "ChargeFileDecided",
    "ChargeFileEmpty",
    "ChargeFileUnknown",
    "ChargeUnknown",
    "Contract",
    "GrantUnknown",
    "Group",
    "Imported",
    "Recorded",
    "RefundTooLarge",
    "SignedContract",
    "Stream",
    "Total",
    "Wanted",
    "add_file",
    "contract_on",
    "counting",
    "decide_file",
    "grant_credit",
    "grant_startup_credit",
    "import_charges",
    "list_contracts",
    "list_minor",
    "record_charge",
    "record_charges",
    "refund_charge",
    "run_files",
    "sum_groups",
    "vat_on_infrastructure",
    "warn_holders",
    "warn_of_expiry",
]
