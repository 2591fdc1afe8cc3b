"""Office: what the operator's staff decides and looks at across packages. It has no tables.

What needs somebody, where revenue went, what another rule would have changed, whether the audit
log is whole, and the controls of the Stripe sandbox. Reads every package below.
"""

from backend.office.actions import announce_share_rule
from backend.office.matrix_preview import Tried, preview_matrix
from backend.office.preview import Change, preview
from backend.office.sandbox import NothingToFund, missing_at_stripe, top_up

__all__ = [
    "Change",
    "NothingToFund",
    "Tried",
    "announce_share_rule",
    "missing_at_stripe",
    "preview",
    "preview_matrix",
    "top_up",
]
