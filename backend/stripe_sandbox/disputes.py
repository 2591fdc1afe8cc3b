"""Disputes: the money is withdrawn at once, a fee is kept even when the operator wins."""

from backend.stripe_sandbox.calls import Call, endpoint, list_page, listing, merged
from backend.stripe_sandbox.happenings import emit
from backend.stripe_sandbox.money import book
from backend.stripe_sandbox.refusal import Refusal
from backend.stripe_sandbox.state import DAY_S, Body, State, Thing

FEE_MINOR = 1500
CLOSED = ("won", "lost", "warning_closed", "prevented")
EVIDENCE = (
    "access_activity_log", "billing_address", "cancellation_policy",
    "cancellation_policy_disclosure", "cancellation_rebuttal", "customer_communication",
    "customer_email_address", "customer_name", "customer_purchase_ip", "customer_signature",
    "duplicate_charge_documentation", "duplicate_charge_explanation", "duplicate_charge_id",
    "product_description", "receipt", "refund_policy", "refund_policy_disclosure",
    "refund_refusal_explanation", "service_date", "service_documentation", "shipping_address",
    "shipping_carrier", "shipping_date", "shipping_documentation", "shipping_tracking_number",
    "uncategorized_file", "uncategorized_text",
)  # fmt: skip


async def open_dispute(state: State, charge: Thing, reason: str) -> Thing:
    """SEPA disputes are born lost (stripe.md 1.5)."""
    if charge.body["disputed"] or not charge.body["paid"]:
        raise Refusal("This charge cannot be disputed.", code="charge_disputed")
    amount, currency = charge.body["amount"], charge.body["currency"]
    sepa = charge.hidden["name"].startswith("pm_sepa")
    thing = state.new(
        "dispute",
        "du",
        charge.account,
        {
            "object": "dispute",
            "amount": amount,
            "charge": charge.id,
            "created": state.now_s,
            "currency": currency,
            "enhanced_eligibility_types": [],
            "evidence": {**dict.fromkeys(EVIDENCE), "enhanced_evidence": {}},
            "evidence_details": {
                "due_by": None if sepa else state.now_s + 7 * DAY_S,
                "enhanced_eligibility": {},
                "has_evidence": False,
                "past_due": False,
                "submission_count": 0,
            },
            "is_charge_refundable": False,
            "livemode": False,
            "metadata": {},
            "payment_intent": charge.body["payment_intent"],
            "reason": reason,
            "status": "lost" if sepa else "needs_response",
        },
    )
    entry = await book(
        state, charge.account, -amount, currency, "adjustment", thing,
        fee=FEE_MINOR, category="dispute",
    )  # fmt: skip
    thing.change(balance_transactions=[dict(entry.body)])
    before = charge.change(disputed=True)
    emit(state, "charge.dispute.created", thing)
    emit(state, "charge.dispute.funds_withdrawn", thing)
    emit(state, "charge.updated", charge, before)
    if sepa:
        emit(state, "charge.dispute.closed", thing)
    return thing


async def end_dispute(state: State, thing: Thing, status: str) -> None:
    """`won` brings the amount back, not the fee."""
    if thing.body["status"] in CLOSED:
        raise Refusal("This dispute is already closed.", code="dispute_closed")
    before = thing.change(status=status)
    if status == "won":
        entry = await book(
            state, thing.account, thing.body["amount"], thing.body["currency"], "adjustment",
            thing, category="dispute_reversal",
        )  # fmt: skip
        thing.change(balance_transactions=[*thing.body["balance_transactions"], dict(entry.body)])
        emit(state, "charge.dispute.funds_reinstated", thing)
    emit(state, "charge.dispute.closed", thing, before)


async def update_dispute(call: Call, identifier: str) -> Body:
    thing = await call.state.find("dispute", identifier, call.account)
    if thing.body["status"] in CLOSED:
        raise Refusal("This dispute is already closed.", code="dispute_closed")
    evidence = call.params.get("evidence", {})
    details = dict(thing.body["evidence_details"])
    details["has_evidence"] = details["has_evidence"] or bool(evidence)
    changes: Body = {"evidence": {**thing.body["evidence"], **evidence}}
    if call.params.get("submit"):
        details["submission_count"] += 1
        changes["status"] = "under_review"
    if "metadata" in call.params:
        changes["metadata"] = merged(thing.body["metadata"], call.params["metadata"])
    before = thing.change(**changes, evidence_details=details)
    emit(call.state, "charge.dispute.updated", thing, before)
    return thing.body


async def close_dispute(call: Call, identifier: str) -> Body:
    thing = await call.state.find("dispute", identifier, call.account)
    await end_dispute(call.state, thing, "lost")
    return thing.body


async def retrieve_dispute(call: Call, identifier: str) -> Body:
    return (await call.state.find("dispute", identifier, call.account)).body


async def list_disputes(call: Call) -> Body:
    return await list_page(call, "dispute", "charge", "payment_intent")


async def dispute_charge(state: State, charge_id: str, reason: str) -> str:
    charge = await state.find("charge", charge_id, None)
    return (await open_dispute(state, charge, reason)).id


ENDPOINTS = [
    endpoint("GET", "/v1/disputes/{}", retrieve_dispute),
    endpoint(
        "POST", "/v1/disputes/{}", update_dispute,
        "submit:bool metadata.* metadata:unset "
        + " ".join(f"evidence.{name}:unset" for name in EVIDENCE),
    ),
    endpoint("POST", "/v1/disputes/{}/close", close_dispute),
    listing("/v1/disputes", list_disputes, "charge payment_intent"),
]  # fmt: skip
