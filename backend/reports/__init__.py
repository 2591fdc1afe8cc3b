"""Reports: what happened, as tables and documents, and whether it all still adds up.

Reads every package below and changes none of its money. Documents come as CSV, JSON, sheets and
PDF in French and English; `checks` holds the invariants of the money on the live database,
`reconciliation` holds Stripe's balances against the books.
"""

from backend.reports.checks import Fault, run_checks
from backend.reports.documents import (
    Report,
    payout_report,
    sales_report,
    statement_report,
    statement_report_of,
)
from backend.reports.documents_mesh import mesh_report
from backend.reports.reconciliation import Reconciled, reconcile
from backend.reports.rules import (
    DIALECTS,
    FORMATS,
    KINDS,
    LANGUAGES,
    FormatUnknown,
    ReportUnknown,
    TooManyRows,
)

__all__ = [
    "DIALECTS",
    "FORMATS",
    "KINDS",
    "LANGUAGES",
    "Fault",
    "FormatUnknown",
    "Reconciled",
    "Report",
    "ReportUnknown",
    "TooManyRows",
    "mesh_report",
    "payout_report",
    "reconcile",
    "run_checks",
    "sales_report",
    "statement_report",
    "statement_report_of",
]
