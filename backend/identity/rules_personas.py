"""Roles of the operator's staff beyond the four that came first: templates for its people. Pure.

The people of the paper's annex 1 (seed row P-13): who looks after editors or integrators, products,
operations, security, marketing; and those who direct, who read everything of the business.
"""

from collections.abc import Mapping
from typing import Literal, get_args

from backend.core import Problem

StaffRole = Literal[
    "admin", "partner_manager", "isv_manager", "vai_manager", "product", "operations", "finance",
    "security", "marketing", "executive", "auditor",
]  # fmt: skip
STAFF_ROLES: tuple[StaffRole, ...] = get_args(StaffRole)

LIKE: Mapping[str, str] = {
    "isv_manager": "partner_manager",
    "vai_manager": "partner_manager",
    "product": "",
    "operations": "",
    "security": "auditor",
    "marketing": "",
    "executive": "finance",
}
"""Each begins with all that this role may read, and what it may change if that is its work too;
"": with what a partner manager may read."""

MANAGERS = frozenset({"isv_manager", "vai_manager", "security"})
"""They hold all of the role that they are like, not only what it reads."""

MORE: Mapping[str, frozenset[str]] = {
    "product": frozenset({"office:listing:write"}),
    "operations": frozenset({"office:sale:write", "office:charge:write", "office:alarm:close"}),
}

NOT_THEIRS: Mapping[str, frozenset[str]] = {
    "marketing": frozenset(
        {"office:file:read", "office:settlement:read", "office:payout:read", "office:alarm:read"}
    ),
}


class LastAdministrator(Problem):
    code = "last-administrator"
    title = "The operator has an administrator"


def scopes_of_persona(role: str, office: Mapping[str, str]) -> frozenset[str]:
    """What a holder of this template may do, out of the table of the first four roles."""
    if role not in LIKE:
        return frozenset()
    model = LIKE[role] or "partner_manager"
    held = {scope for scope, holders in office.items() if model in holders.split()}
    if role not in MANAGERS:
        held = {scope for scope in held if scope.endswith(":read")}
    return frozenset(held | MORE.get(role, frozenset())) - NOT_THEIRS.get(role, frozenset())
