"""Charges: what organisations use of the operator's infrastructure, priced for good.

A charge is discounted by what `programmes` gave its organisation while it was used, start-up
credits pay of it, and the rest is posted to the `ledger` as owed; a wholesaler earns its margin.
Lines arrive as files today, from metering later. `settlement` puts them on statements.
"""

from backend.charges.actions import Recorded, record_charge, record_charges
from backend.charges.import_charges import Imported, Total, import_charges
from backend.charges.rules import (
    Charge,
    ChargeConflict,
    ChargeUnknown,
    RefundTooLarge,
    Stream,
    list_minor,
)

__all__ = [
    "Charge",
    "ChargeConflict",
    "ChargeUnknown",
    "Imported",
    "Recorded",
    "RefundTooLarge",
    "Stream",
    "Total",
    "import_charges",
    "list_minor",
    "record_charge",
    "record_charges",
]
