"""Account links, which lead a partner to the onboarding page once, and account sessions."""

import re
import secrets

from backend.stripe_sandbox.accounts import account_of
from backend.stripe_sandbox.calls import Call, endpoint, moment
from backend.stripe_sandbox.refusal import unusable
from backend.stripe_sandbox.state import PLATFORM, Body, State, Thing

LIFE_S = 300
"""Stripe only says short-lived."""

LINK = """account! use_case.type!:account_onboarding|account_update """ + " ".join(
    f"use_case.{kind}.configurations[] use_case.{kind}.refresh_url use_case.{kind}.return_url "
    f"use_case.{kind}.collection_options.fields:currently_due|eventually_due "
    f"use_case.{kind}.collection_options.future_requirements:include|omit"
    for kind in ("account_onboarding", "account_update")
)


async def create_link(call: Call) -> Body:
    thing = await account_of(call.state, call.params["account"])
    use_case = call.params["use_case"]
    chosen = use_case.get(use_case["type"], {})
    if "refresh_url" not in chosen:
        path = f"use_case.{use_case['type']}.refresh_url"
        raise unusable(f"Missing required param: {path}.", code="parameter_missing", param=path)
    for name in ("refresh_url", "return_url"):
        check_url(chosen.get(name, "https://"), name)
    # Required by the May 2026 document, gone from the library's types of endive: both pass.
    if chosen.get("configurations", ["recipient"]) != ["recipient"]:
        raise unusable("This account has only the recipient configuration.", param="configurations")
    token = secrets.token_urlsafe(24)
    link = call.state.new(
        "v2.core.account_link",
        "",
        PLATFORM,
        {
            "object": "v2.core.account_link",
            "account": thing.id,
            "created": moment(call.state.now_s),
            "expires_at": moment(call.state.now_s + LIFE_S),
            "livemode": False,
            "url": f"{call.state.base_url}/onboarding/{token}",
            "use_case": use_case,
        },
        id=f"link_{token}",
        expires_s=call.state.now_s + LIFE_S,
        opened=False,
        refresh_url=chosen["refresh_url"],
        return_url=chosen.get("return_url") or chosen["refresh_url"],
    )
    return {name: value for name, value in link.body.items() if name != "id"}


def check_url(url: str, name: str) -> None:
    """Raises: Refusal: a browser is sent there, so only web addresses, without line breaks."""
    if not re.fullmatch(r"https?://[!-~]*", url):
        raise unusable(f"Invalid URL: {url}", code="url_invalid", param=name)


async def link_of(state: State, token: str) -> Thing | None:
    """The link behind an onboarding address, used or not, expired or not."""
    thing = await state.look(f"link_{token}")
    return thing if thing is not None and thing.kind == "v2.core.account_link" else None


async def create_session(call: Call) -> Body:
    """A stub: embedded components need Stripe's own script, which the sandbox has not."""
    thing = await account_of(call.state, call.params["account"])
    asked = call.params["components"]
    if not asked:
        raise unusable("Missing required param: components.", code="parameter_missing")
    return {
        "object": "account_session",
        "account": thing.id,
        "client_secret": f"accs_secret_sandbox_{secrets.token_hex(16)}",
        "components": {
            name: {"enabled": _enabled(asked, name), "features": dict.fromkeys(features, False)}
            for name, features in COMPONENTS.items()
        },
        "expires_at": call.state.now_s + 3600,
        "livemode": False,
    }


def _enabled(asked: Body, name: str) -> bool:
    return bool(asked.get(name, {}).get("enabled", False))


_AUTHENTICATION = "disable_stripe_user_authentication"
_BANK = (_AUTHENTICATION, "external_account_collection")
_PAYOUTS = (*_BANK, "edit_payout_schedule", "instant_payouts", "standard_payouts")
_DISPUTES = (
    "destination_on_behalf_of_charge_management", "dispute_management", "refund_management",
)  # fmt: skip
COMPONENTS: dict[str, tuple[str, ...]] = {
    "account_management": _BANK,
    "account_onboarding": _BANK,
    "balance_report": (),
    "balances": _PAYOUTS,
    "disputes_list": (*_DISPUTES, "capture_payments"),
    "documents": (),
    "financial_account": (*_BANK, "send_money", "transfer_balance"),
    "financial_account_transactions": ("card_spend_dispute_management",),
    "instant_payouts_promotion": (*_BANK, "instant_payouts"),
    "issuing_card": (
        "card_management", "card_spend_dispute_management", "cardholder_management",
        "spend_control_management",
    ),
    "issuing_cards_list": (
        "card_management", "card_spend_dispute_management", "cardholder_management",
        _AUTHENTICATION, "spend_control_management",
    ),
    "notification_banner": _BANK,
    "payment_details": (*_DISPUTES, "capture_payments"),
    "payment_disputes": _DISPUTES,
    "payments": (*_DISPUTES, "capture_payments"),
    "payout_details": (),
    "payout_reconciliation_report": (),
    "payouts": _PAYOUTS,
    "payouts_list": (),
    "tax_registrations": (),
    "tax_settings": (),
}  # fmt: skip

ENDPOINTS = [
    endpoint("POST", "/v2/core/account_links", create_link, LINK),
    endpoint(
        "POST", "/v1/account_sessions", create_session,
        "account! " + " ".join(f"components.{name}.enabled:bool" for name in COMPONENTS),
    ),
]  # fmt: skip
