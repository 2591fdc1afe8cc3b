"""What a statement's PDF says of the contract by which its partner buys."""

from typing import Any

from backend.charges import Contract, Group
from backend.reports import words
from backend.reports.pages_why import Writer


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


def groups_of(w: Writer) -> dict[str, Any] | None:
    """What was used, group by group, and their sum: the statement's infrastructure before VAT."""
    groups: list[Group] = w.head["groups"]
    if not groups:
        return None
    say = w.say
    return {
        "title": say("Infrastructure by group"),
        "head": [say("Group"), say("Contract"), say("Order"), say("Lines"), say("VAT excluded")],
        "rows": [
            [
                one.name or say("No group"),
                one.contract_number or say("No contract"),
                one.po_number,
                words.count(one.lines, w.language),
                w.money(one.payable_minor),
            ]
            for one in groups
        ],
        "total": [
            say("Together"),
            words.count(sum(one.lines for one in groups), w.language),
            w.money(sum(one.payable_minor for one in groups)),
        ],
    }
