"""Accounts v2 with the recipient configuration: made, shown, changed, closed."""

import re
from typing import Any

from backend.stripe_sandbox.calls import Call, endpoint, list_v2, merged, moment, text_map
from backend.stripe_sandbox.happenings import emit, emit_thin
from backend.stripe_sandbox.refusal import Refusal, missing, unusable
from backend.stripe_sandbox.state import PLATFORM, Body, State, Thing

CAPABILITIES = ("stripe_transfers", "payouts")
STATUSES = ("active", "pending", "restricted", "unsupported", "rejected")
REQUIREMENTS = ("identity.business_details", "identity.attestations", "external_account")
WHY_NOT = {
    "restricted": ("requirements_past_due", "provide_info"),
    "pending": ("requirements_pending_verification", "no_resolution"),
    "unsupported": ("unsupported_business", "contact_stripe"),
    "rejected": ("restricted_other", "no_resolution"),
}
IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")

SHAPE = """contact_email contact_phone dashboard:express|full|none display_name
  identity.country identity.entity_type:company|government_entity|individual|non_profit
  identity.business_details.registered_name identity.individual.given_name
  identity.individual.surname identity.individual.email
  configuration.recipient.capabilities.stripe_balance.stripe_transfers.requested:bool
  defaults.currency defaults.locales[] defaults.responsibilities.fees_collector
  defaults.responsibilities.losses_collector defaults.profile.business_url
  defaults.profile.doing_business_as metadata.* include[]"""


async def account_of(state: State, identifier: str) -> Thing:
    return await state.find("v2.core.account", identifier, PLATFORM)


async def create_account(call: Call) -> Body:
    """A recipient that may do nothing yet: stripe.md 1.1."""
    recipient = call.params.get("configuration", {}).get("recipient")
    if not call.params.get("identity", {}).get("country"):
        raise unusable(
            "identity.country is required for a recipient.", code="parameter_missing",
            param="identity.country",
        )  # fmt: skip
    defaults = call.params.get("defaults", {})
    responsibilities = {"requirements_collector": "stripe", **defaults.get("responsibilities", {})}
    thing = call.state.new(
        "v2.core.account",
        "acct",
        PLATFORM,
        {
            "object": "v2.core.account",
            "applied_configurations": [] if recipient is None else ["recipient"],
            "closed": False,
            "contact_email": call.params.get("contact_email"),
            "contact_phone": call.params.get("contact_phone"),
            "created": moment(call.state.now_s),
            "dashboard": call.params.get("dashboard", "none"),
            "display_name": call.params.get("display_name"),
            "livemode": False,
            "metadata": text_map(call),
            "identity": call.params["identity"],
            "defaults": {**defaults, "responsibilities": responsibilities},
        },
        stripe_transfers="restricted",
        payouts="restricted",
        requested=_requested(recipient or {}),
        due=list(REQUIREMENTS),
        bank=None,
        interval="daily",
    )
    emit_thin(call.state, "v2.core.account.created", thing)
    return view(call.state, thing, call.params.get("include", []))


async def retrieve_account(call: Call, identifier: str) -> Body:
    thing = await account_of(call.state, identifier)
    return view(call.state, thing, call.params.get("include", []))


async def update_account(call: Call, identifier: str) -> Body:
    thing = await account_of(call.state, identifier)
    if thing.body["closed"]:
        raise Refusal("This account is closed and cannot be changed.", code="account_closed")
    plain = ("contact_email", "contact_phone", "dashboard", "display_name")
    thing.change(**{name: call.params[name] for name in plain if name in call.params})
    for name in ("identity", "defaults"):
        if name in call.params:
            thing.change(**{name: _deep(thing.body[name], call.params[name])})
            emit_thin(call.state, f"v2.core.account[{name}].updated", thing)
    if "metadata" in call.params:
        thing.change(metadata=merged(thing.body["metadata"], call.params["metadata"]))
    recipient = call.params.get("configuration", {}).get("recipient")
    if recipient is not None:
        thing.change(applied_configurations=["recipient"])
        thing.keep(requested=thing.hidden["requested"] or _requested(recipient))
        emit_thin(call.state, "v2.core.account[configuration.recipient].updated", thing)
    emit_thin(call.state, "v2.core.account.updated", thing)
    return view(call.state, thing, call.params.get("include", []))


async def list_accounts(call: Call) -> Body:
    closed = str(call.params.get("closed", False)).lower()
    return await list_v2(
        call, "v2.core.account", lambda state, thing: view(state, thing, []),
        ("body->>'closed' = ?", closed),
    )  # fmt: skip


async def close_account(call: Call, identifier: str) -> Body:
    """Refused while money is on it, as Stripe does."""
    thing = await account_of(call.state, identifier)
    for currency in await call.state.currencies(thing.id):
        if any(await call.state.balance(thing.id, currency)):
            raise Refusal(
                "This account still has a balance and cannot be closed.",
                code="account_has_balance",
            )
    thing.change(closed=True)
    set_capabilities(call.state, thing, stripe_transfers="restricted", payouts="restricted")
    emit_thin(call.state, "v2.core.account.closed", thing)
    return view(call.state, thing, [])


def view(state: State, thing: Thing, include: list[str]) -> Body:
    """Fields that `include` does not name are absent (stripe.md 1.1)."""
    shown = {name: value for name, value in thing.body.items() if value is not None}
    for name in ("identity", "defaults"):
        if name not in include:
            del shown[name]
    if "configuration.recipient" in include and thing.body["applied_configurations"]:
        shown["configuration"] = {"recipient": _recipient(thing)}
    if "requirements" in include:
        shown["requirements"] = _requirements(thing)
    if "future_requirements" in include:
        shown["future_requirements"] = {"entries": []}
    return shown


def _recipient(thing: Thing) -> Body:
    if not thing.hidden["requested"]:
        return {"applied": True, "capabilities": {}}
    balance = {name: _capability(thing.hidden[name]) for name in CAPABILITIES}
    return {"applied": True, "capabilities": {"stripe_balance": balance}}


def _capability(status: str) -> Body:
    details = []
    if status in WHY_NOT:
        code, resolution = WHY_NOT[status]
        details = [{"code": code, "resolution": resolution}]
    return {"status": status, "status_details": details}


def _requirements(thing: Thing) -> Body:
    entries = [
        {
            "awaiting_action_from": "user",
            "description": description,
            "errors": [],
            "impact": {
                "restricts_capabilities": [
                    {
                        "capability": f"stripe_balance.{name}",
                        "configuration": "recipient",
                        "deadline": {"status": "currently_due"},
                    }
                    for name in CAPABILITIES
                ]
            },
            "minimum_deadline": {"status": "currently_due"},
            "requested_reasons": [{"code": "routine_onboarding"}],
        }
        for description in thing.hidden["due"]
    ]
    summary = {"minimum_deadline": {"status": "currently_due"}} if entries else {}
    return {"entries": entries, "summary": summary}


def set_capabilities(state: State, thing: Thing, **statuses: str) -> None:
    """Each changed capability is told by its own thin event."""
    for name, status in statuses.items():
        assert name in CAPABILITIES and status in STATUSES
        if thing.hidden[name] != status:
            thing.keep(**{name: status})
            emit_thin(
                state,
                "v2.core.account[configuration.recipient].capability_status_updated",
                thing,
                {"updated_capability": f"stripe_balance.{name}"},
            )


def onboard(state: State, thing: Thing, *, iban: str, holder: str, outcome: str) -> Thing:
    """The onboarding form was completed: bank account attached, Stripe's verdict given.

    `outcome`: active, pending, restricted or rejected.

    Raises:
        Refusal: an IBAN that is none, an unknown outcome, an account that is closed.
    """
    if thing.body["closed"]:
        raise Refusal("This account is closed.", code="account_closed")
    if outcome not in STATUSES:
        raise unusable(f"Invalid outcome: {outcome}", param="outcome")
    bank = attach_bank(state, thing, iban, holder)
    thing.keep(due=[] if outcome in ("active", "pending") else [REQUIREMENTS[0]])
    emit_thin(state, "v2.core.account[identity].updated", thing)
    emit_thin(state, "v2.core.account[requirements].updated", thing)
    status = outcome if thing.hidden["requested"] else "restricted"
    set_capabilities(state, thing, stripe_transfers=status, payouts=status)
    return bank


def attach_bank(state: State, thing: Thing, iban: str, holder: str) -> Thing:
    """`iban` becomes the account's one bank account. Only its last four digits are shown."""
    iban = re.sub(r"\s", "", iban).upper()
    if not IBAN.fullmatch(iban):
        raise unusable(f"Invalid IBAN: {iban}", code="account_number_invalid", param="iban")
    bank = state.new(
        "bank_account",
        "ba",
        thing.id,
        {
            "object": "bank_account",
            "account": thing.id,
            "account_holder_name": holder or None,
            "account_holder_type": "company",
            "account_type": None,
            "available_payout_methods": ["standard"],
            "bank_name": "STRIPE SANDBOX BANK",
            "country": iban[:2],
            "currency": "eur",
            "customer": None,
            "default_for_currency": True,
            "fingerprint": None,
            "last4": iban[-4:],
            "metadata": {},
            "routing_number": None,
            "status": "new",
        },
    )
    kind = "updated" if thing.hidden["bank"] else "created"
    thing.keep(bank=bank.id, tail=iban[-4:])
    emit(state, f"account.external_account.{kind}", bank, account=thing.id)
    return bank


async def create_bank(call: Call, identifier: str) -> Body:
    """For tests only, as at Stripe; the token is `btok_` and an IBAN (stripe.md 1.2)."""
    thing = await account_of(call.state, identifier)
    token = call.params["external_account"]
    if not token.startswith("btok_"):
        raise missing("token", token, status=400, param="external_account")
    return attach_bank(call.state, thing, token.removeprefix("btok_"), "").body


async def list_banks(call: Call, identifier: str) -> Body:
    thing = await account_of(call.state, identifier)
    bank = thing.hidden["bank"]
    found = [(await call.state.find("bank_account", bank, thing.id)).body] if bank else []
    return {"object": "list", "url": call.path, "has_more": False, "data": found}


def _requested(recipient: Body) -> bool:
    balance = recipient.get("capabilities", {}).get("stripe_balance", {})
    return bool(balance.get("stripe_transfers", {}).get("requested"))


def _deep(before: Body, change: Body) -> Body:
    after: dict[str, Any] = dict(before)
    for name, value in change.items():
        old = after.get(name)
        both = isinstance(old, dict) and isinstance(value, dict)
        after[name] = _deep(old, value) if both and old is not None else value
    return after


ENDPOINTS = [
    endpoint("POST", "/v2/core/accounts", create_account, SHAPE),
    endpoint("GET", "/v2/core/accounts", list_accounts, "limit:int page closed:bool"),
    endpoint("GET", "/v2/core/accounts/{}", retrieve_account, "include[]"),
    endpoint("POST", "/v2/core/accounts/{}", update_account, SHAPE),
    endpoint("POST", "/v2/core/accounts/{}/close", close_account, "applied_configurations[]"),
    endpoint(
        "POST",
        "/v1/accounts/{}/external_accounts",
        create_bank,
        "external_account! metadata.* default_for_currency:bool",
    ),
    endpoint(
        "GET", "/v1/accounts/{}/external_accounts", list_banks, "limit:int object starting_after"
    ),
]
