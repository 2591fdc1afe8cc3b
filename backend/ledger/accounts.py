"""The chart of accounts. A partner's euro is in exactly one account; its name is its state.

earned -> payable -> in_transit -> at_stripe -> gone      (decision 24 of the ground rules)
"""

from uuid import UUID

OPERATOR_BANK = "operator:bank"
"""Money collected elsewhere than through Stripe (imported sales)."""
OPERATOR_STRIPE = "operator:stripe"
"""The platform's balance at Stripe."""
OPERATOR_STRIPE_CONNECTED = "operator:stripe_connected"
"""What stands on the partners' connected accounts."""
OPERATOR_REVENUE = "operator:revenue"
"""The operator's part of marketplace sales, net of VAT."""
OPERATOR_VAT = "operator:vat"
"""VAT collected from buyers, owed to the state."""
OPERATOR_VAT_INPUT = "operator:vat_input"
"""VAT on partners' self-billed invoices, deductible."""
OPERATOR_PSP_FEES = "operator:psp_fees"
OPERATOR_IAAS = "operator:iaas"
"""Infrastructure charged, after discounts and before credits, net of VAT."""
OPERATOR_CREDITS = "operator:credits"
"""What start-up credits paid of it: a cost of the operator's."""
OPERATOR_MARGINS = "operator:margins"
"""What wholesalers earn of what their sub-resellers pay: a cost of the operator's."""
OPERATOR_REBATES = "operator:rebates"
"""Rebates on turnover: less revenue of infrastructure."""
OPERATOR_SUPPLIERS = "operator:suppliers"
"""What suppliers have of the revenue of their pools: a cost of the operator's."""
OPERATOR_CO_MARKETING = "operator:co_marketing"
"""Marketing of partners that is reimbursed: a cost of the operator's."""


def earned(organisation: UUID) -> str:
    """Sold, not yet on a statement."""
    return f"partner:{organisation}:earned"


def payable(organisation: UUID) -> str:
    """On a closed statement, not yet sent."""
    return f"partner:{organisation}:payable"


def in_transit(organisation: UUID) -> str:
    """A transfer is intended; Stripe has not confirmed it."""
    return f"partner:{organisation}:in_transit"


def at_stripe(organisation: UUID) -> str:
    """On the partner's connected account, not yet at the bank."""
    return f"partner:{organisation}:at_stripe"


def owed(organisation: UUID) -> str:
    """What it owes the operator for infrastructure, not yet on a statement: a debit."""
    return f"partner:{organisation}:owed"
