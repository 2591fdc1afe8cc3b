"""Sales: one line sold is shared between the editor and the operator, and posted.

Reads `partners` (VAT regime) and writes the `ledger`. `orders` records what was bought here, the
import what was sold elsewhere; `settlement` reads the lines at the month's end.
"""

from backend.core import UnreadableFile
from backend.sales.actions import (
    Recorded,
    add_share_rule,
    record_sale,
    record_sales,
    record_together,
)
from backend.sales.actions_refund import Asked, refund_sale, refund_together
from backend.sales.import_sales import Imported, Options, import_sales
from backend.sales.lines import second_reference
from backend.sales.queries import Wanted, list_share_rules, most_sold
from backend.sales.rules import (
    CHANNELS,
    BroughtBy,
    Channel,
    NoShareRule,
    RefundTooLarge,
    Sale,
    SaleConflict,
    SaleUnknown,
    Segment,
)
from backend.sales.rules_share import Parts, Rates, ShareRule, share, share_of_refund
from backend.sales.rules_vat import VatLine, VatTotal, net_of_gross, vat_of_document

__all__ = [
    "CHANNELS",
    "Asked",
    "BroughtBy",
    "Channel",
    "Imported",
    "NoShareRule",
    "Options",
    "Parts",
    "Rates",
    "Recorded",
    "RefundTooLarge",
    "Sale",
    "SaleConflict",
    "SaleUnknown",
    "Segment",
    "ShareRule",
    "UnreadableFile",
    "VatLine",
    "VatTotal",
    "Wanted",
    "add_share_rule",
    "import_sales",
    "list_share_rules",
    "most_sold",
    "net_of_gross",
    "record_sale",
    "record_sales",
    "record_together",
    "refund_sale",
    "refund_together",
    "second_reference",
    "share",
    "share_of_refund",
    "vat_of_document",
]
