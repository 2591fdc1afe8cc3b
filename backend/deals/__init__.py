"""Deals: who brings a customer. Partners register deals, the office approves them, and from then on
nobody else has that customer for the same product until the protection ends; leads of the operator
are routed to partners, who accept or decline in time, and become deals.

`evidence_for` tells who was protected at a moment: sales are attributed by it. Knows `partners`,
`programmes` (levels rank who is offered a lead) and `catalogue` (what is planned).
"""

from backend.deals.actions import (
    change_deal,
    create_deal,
    move_deal,
    renew_deal,
    submit_deal,
    take_back_deal,
    withdraw_deal,
)
from backend.deals.actions_lead import (
    LeadFacts,
    accept_lead,
    change_profile,
    close_lead,
    create_lead,
    decline_lead,
    expire_offer,
    offer_lead,
)
from backend.deals.actions_review import (
    announce_deal_setting,
    approve_deal,
    ask_of_deal,
    reject_deal,
    take_up_deal,
)
from backend.deals.importing import Imported, import_deals, import_leads
from backend.deals.jobs import carry_on, follow_deals
from backend.deals.queries import Evidence, count_waiting, evidence_for, read_deal
from backend.deals.rules import (
    CustomerProtected,
    DealChanged,
    DealFacts,
    DealIncomplete,
    DealLocked,
    DealStepRefused,
    DealUnknown,
    NotRenewable,
    OwnDeal,
)
from backend.deals.rules_lead import LeadMovedOn, LeadTooLate, LeadUnknown, NotRoutable

__all__ = [
    "CustomerProtected",
    "DealChanged",
    "DealFacts",
    "DealIncomplete",
    "DealLocked",
    "DealStepRefused",
    "DealUnknown",
    "Evidence",
    "Imported",
    "LeadFacts",
    "LeadMovedOn",
    "LeadTooLate",
    "LeadUnknown",
    "NotRenewable",
    "NotRoutable",
    "OwnDeal",
    "accept_lead",
    "announce_deal_setting",
    "approve_deal",
    "ask_of_deal",
    "carry_on",
    "change_deal",
    "change_profile",
    "close_lead",
    "count_waiting",
    "create_deal",
    "create_lead",
    "decline_lead",
    "evidence_for",
    "expire_offer",
    "follow_deals",
    "import_deals",
    "import_leads",
    "move_deal",
    "offer_lead",
    "read_deal",
    "reject_deal",
    "renew_deal",
    "submit_deal",
    "take_back_deal",
    "take_up_deal",
    "withdraw_deal",
]
