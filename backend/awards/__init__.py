"""Awards: what the operator owes by a rule, beside sales and margins.

Rebates on a quarter's turnover, suppliers' shares of the revenue of their pools, and co-marketing
that `funds` reimburses. Reads `charges` and `programmes`, posts to the `ledger`; `settlement` puts
awards on statements.
"""

from backend.awards.actions import PostedRebates, give, post_rebates, post_supplier_shares
from backend.awards.jobs import follow_awards
from backend.awards.queries import (
    invoiced,
    is_closed,
    list_awards,
    list_rebates,
    list_supplier_shares,
    pools_in,
    rebates_due,
)
from backend.awards.rules import Award, BadQuarter, MonthOpen, Quarter, QuarterOpen
from backend.awards.rules_rebate import Due, Step, Turnover, next_tier, steps

__all__ = [
    "Award",
    "BadQuarter",
    "Due",
    "MonthOpen",
    "PostedRebates",
    "Quarter",
    "QuarterOpen",
    "Step",
    "Turnover",
    "follow_awards",
    "give",
    "invoiced",
    "is_closed",
    "list_awards",
    "list_rebates",
    "list_supplier_shares",
    "next_tier",
    "pools_in",
    "post_rebates",
    "post_supplier_shares",
    "rebates_due",
    "steps",
]
