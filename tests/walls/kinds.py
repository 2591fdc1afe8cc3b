"""What an address can hold, by the word before it, and where the row of an organisation is."""

import re
from collections.abc import Mapping


def _newest(table: str, column: str = "id", whose: str = "organisation_id") -> str:
    return f"SELECT {column} FROM {table} WHERE {whose} = $1 ORDER BY {column} DESC LIMIT 1"


def _any(table: str, column: str = "id") -> str:
    return f"SELECT {column} FROM {table} ORDER BY {column} DESC LIMIT 1"


KINDS: Mapping[str, str] = {
    "invitations/invitation_id": _newest("identity.invitation"),
    "members/person_id": (
        "SELECT m.person_id FROM identity.membership m WHERE m.organisation_id = $1 "
        "AND m.role = 'member' ORDER BY 1 DESC LIMIT 1"
    ),
    "resellers/organisation_id": "SELECT $1::uuid",
    "organisations/organisation_id": "SELECT $1::uuid",
    "api-keys/key_id": (
        "SELECT id FROM identity.api_key WHERE organisation_id = $1 AND revoked_at IS NULL LIMIT 1"
    ),
    "passkeys/passkey_id": (
        "SELECT p.id FROM identity.passkey p JOIN identity.membership m USING (person_id) "
        "WHERE m.organisation_id = $1 ORDER BY 1 DESC LIMIT 1"
    ),
    "applications/application_id": (
        "SELECT id FROM programmes.application WHERE organisation_id = $1 AND programme = "
        "'technical' ORDER BY id DESC LIMIT 1"
    ),
    "documents/document_id": _newest("onboarding.document"),
    "people/person_id": _newest("programmes.employment", "person_id"),
    "declarations/declaration_id": _newest("programmes.declaration"),
    "graduations/graduation_id": _newest("startups.graduation"),
    "listings/listing_id": (
        "SELECT id FROM catalogue.listing WHERE organisation_id = $1 AND status = 'draft' "
        "AND id NOT IN (SELECT listing_id FROM catalogue.bundle) ORDER BY id DESC LIMIT 1"
    ),
    "bundles/listing_id": _newest("catalogue.bundle", "listing_id"),
    "joint-offers/offer_id": (
        "SELECT id FROM catalogue.joint_offer WHERE organisation_id = $1 AND state = 'proposed'"
    ),
    "joint-offers/offer_id received": (
        "SELECT id FROM catalogue.joint_offer WHERE second_id = $1 AND state = 'proposed'"
    ),
    "joint-offers/offer_id agreed": (
        "SELECT id FROM catalogue.joint_offer WHERE organisation_id = $1 AND state = 'accepted'"
    ),
    "joint-changes/change_id": _newest("catalogue.joint_change"),
    "joint-changes/change_id received": _newest("catalogue.joint_change", whose="second_id"),
    "leads/offer_id": _newest("deals.lead_offer"),
    "deals/deal_id": _newest("deals.deal"),
    "charges/charge_id": _newest("charges.charge_line", whose="consumer_id"),
    "credits/credit_id": _newest("charges.credit_grant"),
    "requests/request_id": _newest("funds.request"),
    "proofs/proof_id": (
        "SELECT p.id FROM funds.proof p JOIN funds.request r ON r.id = p.request_id "
        "WHERE r.organisation_id = $1 ORDER BY 1 DESC LIMIT 1"
    ),
    "statements/statement_id": _newest("settlement.statement"),
    "payouts/payout_id": _newest("payouts.payout"),
    "retry-requests/approval_id": (
        "SELECT a.id FROM payouts.approval a JOIN payouts.payout p ON p.id = a.payout_id "
        "WHERE p.organisation_id = $1 ORDER BY 1 DESC LIMIT 1"
    ),
    "webhooks/endpoint_id": _newest("webhooks.endpoint"),
    "webhook-deliveries/delivery_id": (
        "SELECT d.id FROM webhooks.delivery d JOIN webhooks.endpoint e ON e.id = d.endpoint_id "
        "WHERE e.organisation_id = $1 ORDER BY 1 DESC LIMIT 1"
    ),
    "notices/notice_id": (
        "SELECT n.id FROM mail.notice n JOIN partners.organisation o ON o.email = n.recipient "
        "WHERE o.id = $1 ORDER BY 1 DESC LIMIT 1"
    ),
    "orders/order_id": 'SELECT id FROM orders."order" WHERE organisation_id = $1 LIMIT 1',
    "purchases/order_id": 'SELECT id FROM orders."order" WHERE organisation_id = $1 LIMIT 1',
    # The operator's own, the same for everybody.
    "kit/document_id": _any("kits.document"),
    "agreements/agreement_id": _any("onboarding.agreement"),
}

CODES: Mapping[str, str] = {
    "programmes/programme": "reseller_integrator",
    "checklists/checklist": "startup_milestones",
    "items/item": "kick_off",
    **dict.fromkeys(("months/month", "balances/month", "kind/month"), "2026-08"),
    "supplier-shares/month": "2026-08",
    "reports/kind": "partners",
    "segments/segment": "pme",
    **dict.fromkeys(("budgets/quarter", "rebates/quarter"), "2026-Q3"),
    **dict.fromkeys(("listings/slug", "editors/slug"), "nothing-of-that-name"),
    **dict.fromkeys(("docs/path", "office/path", "portal/path", "lang/rest"), "x"),
    **dict.fromkeys(("assets/of_release", "of_release/name", "assets/name"), "x"),
}
"""What names nobody's row."""

NOBODYS = "00000000-0000-7000-8000-000000000000"
OPERATORS: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "alarms/alarm_id", "charge_files/file_id", "contests/contest_id",
            "contracts/contract_id", "contributions/contribution_id", "evaluations/run_id",
            "evidence/evidence_id",
            "featured-places/place_id", "leads/lead_id", "payout-approvals/approval_id",
            "programme-applications/application_id", "proposals/proposal_id",
            "receipts/receipt_id", "requirements/set_id", "restrictions/decision_id",
            "startup-applications/application_id",
        ),
        NOBODYS,
    ),
    **dict.fromkeys(("accounts/account_id", "entries/entry_id", "sales/sale_id"), "1"),
}  # fmt: skip
"""In addresses of the office alone, whose door is shut to partners before any id is read."""

RECEIVED = ("accept", "refuse")


def kinds_in(path: str) -> list[tuple[str, str]]:
    """Each parameter of a path and its kind: the word before it and its name."""
    parts = [one.strip("{}") for one in path.split("/")]
    found: list[tuple[str, str]] = []
    for name in re.findall(r"\{(\w+)\}", path):
        before = parts[parts.index(name) - 1]
        if name != "lang":
            found.append((name, _kind(path, before, name)))
    return found


def _kind(path: str, before: str, name: str) -> str:
    kind, last = f"{before}/{name}", path.rsplit("/", 1)[1]
    if before.startswith("joint-") and last in RECEIVED:
        return f"{kind} received"
    return f"{kind} agreed" if (before, last) == ("joint-offers", "end") else kind
