"""Charges: what organisations use of the operator's infrastructure, priced for good.

A charge is discounted by what `programmes` gave its organisation while it was used, start-up
credits pay of it, and the rest is posted to the `ledger` as owed; a wholesaler earns its margin.
Lines arrive as files today, from metering later. `settlement` puts them on statements.
"""

from backend.charges.actions import Recorded, record_charge, record_charges
from backend.charges.actions_contract import contract_on
from backend.charges.actions_credit import grant_credit, grant_startup_credit, warn_of_expiry
from backend.charges.actions_refund import refund_charge
from backend.charges.files import add_file, decide_file, run_files
from backend.charges.import_charges import Imported, Total, import_charges
from backend.charges.jobs import warn_holders
from backend.charges.queries import Wanted
from backend.charges.rules import (
    Charge,
    ChargeConflict,
    ChargeUnknown,
    RefundTooLarge,
    Stream,
    list_minor,
    vat_on_infrastructure,
)
from backend.charges.rules_contract import Contract
from backend.charges.rules_credit import BadGrant, GrantUnknown
from backend.charges.rules_file import ChargeFileDecided, ChargeFileEmpty, ChargeFileUnknown

__all__ = [
    "BadGrant",
    "Charge",
    "ChargeConflict",
    "ChargeFileDecided",
    "ChargeFileEmpty",
    "ChargeFileUnknown",
    "ChargeUnknown",
    "Contract",
    "GrantUnknown",
    "Imported",
    "Recorded",
    "RefundTooLarge",
    "Stream",
    "Total",
    "Wanted",
    "add_file",
    "contract_on",
    "decide_file",
    "grant_credit",
    "grant_startup_credit",
    "import_charges",
    "list_minor",
    "record_charge",
    "record_charges",
    "refund_charge",
    "run_files",
    "vat_on_infrastructure",
    "warn_holders",
    "warn_of_expiry",
]
