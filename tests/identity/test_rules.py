"""Who may do what: the table, written a second time by hand."""

import pytest

from backend.identity import OFFICE, ORGANISATION, scopes_of

READS = {
    f"office:{noun}:read"
    for noun in (
        "organisation", "listing", "order", "sale", "settlement", "payout", "report", "alarm",
        "deal", "term", "programme", "benefit", "file", "charge", "notice", "fund",
    )
}  # fmt: skip

STAFF = {
    "admin": set(OFFICE),
    "partner_manager": READS
    | {
        "office:organisation:write",
        "office:listing:write",
        "office:programme:write",
        "office:file:review",
        "office:deal:write",
        "office:fund:decide",
    },
    "finance": READS
    | {
        "office:ledger:read",
        "office:sale:write",
        "office:charge:write",
        "office:fund:reimburse",
        "office:settlement:close",
        "office:settlement:answer",
        "office:payout:send",
        "office:alarm:close",
    },
    "auditor": READS
    | {"office:ledger:read", "office:audit:read", "office:person:read", "office:key:read"},
}

PEOPLE = {
    "owner": set(ORGANISATION),
    "finance": {
        "portal:organisation:read", "portal:network:read", "portal:listing:read",
        "portal:sale:read", "portal:statement:read", "portal:payout:read", "portal:account:read",
        "portal:account:write", "portal:report:read", "portal:team:read",
        "portal:programme:read", "portal:file:read", "portal:file:write",
        "portal:charge:read", "portal:deal:read", "portal:notice:read", "portal:fund:read",
        "portal:fund:write", "portal:receivable:pay", "portal:statement:contest",
    },
    "member": {
        "portal:organisation:read", "portal:network:read", "portal:listing:read",
        "portal:listing:write", "portal:deal:read", "portal:deal:write",
        "portal:sale:read", "portal:team:read", "portal:programme:read", "portal:file:read",
        "portal:notice:read", "portal:fund:read",
    },
    "buyer": {"store:order:read", "store:order:write"},
}  # fmt: skip


@pytest.mark.parametrize("role", STAFF)
def test_staff_of_the_operator_may_do_exactly_this(role: str) -> None:
    assert scopes_of([role], of_operator=True) == STAFF[role]


@pytest.mark.parametrize("role", PEOPLE)
def test_people_of_an_organisation_may_do_exactly_this(role: str) -> None:
    assert scopes_of([role], of_operator=False) == PEOPLE[role]


def test_an_auditor_changes_nothing() -> None:
    assert all(scope.endswith(":read") for scope in scopes_of(["auditor"], of_operator=True))


def test_the_same_word_is_another_role_at_the_operator() -> None:
    ours, theirs = (scopes_of(["finance"], of_operator=operator) for operator in (True, False))
    assert not ours & theirs
    assert scopes_of(["owner"], of_operator=True) == set()


def test_several_roles_add_up() -> None:
    assert scopes_of(["buyer", "member"], of_operator=False) == PEOPLE["buyer"] | PEOPLE["member"]
