"""What a statement's PDF says of the contract by which its partner buys."""

from backend.charges import Contract
from backend.reports.pages_why import Writer


def pay_within(contract: Contract | None, first_letter_days: int) -> int:
    """Days after the month's last: until the first letter (`dues`), or as the contract says where
    that is more.
    """
    return max(first_letter_days, 0 if contract is None else contract.payment_days) + 1


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
