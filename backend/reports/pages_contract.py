"""What a statement's PDF says of the contract by which its partner buys."""

from backend.charges import Contract
from backend.reports.pages_why import Writer

PAY_WITHIN_DAYS = 31
"""After the month: so long a debtor has before its first letter (`dues`), or as its contract says
where that is more."""


def pay_within(contract: Contract | None) -> int:
    """Days after the month."""
    return PAY_WITHIN_DAYS if contract is None else max(PAY_WITHIN_DAYS, contract.payment_days + 1)


def contract_words(w: Writer, contract: Contract | None) -> list[str]:
    """Its number and terms with the customer's own references, where infrastructure is charged."""
    if contract is None or not w.head["charge_count"]:
        return []
    terms = w.say("Contract {number}, payable in {days} days")
    facts = [terms.format(number=contract.number, days=contract.payment_days)]
    if contract.po_number:
        facts.append(w.say("Your order {number}").format(number=contract.po_number))
    if contract.grouping_reference:
        facts.append(w.say("Your group {name}").format(name=contract.grouping_reference))
    return facts
