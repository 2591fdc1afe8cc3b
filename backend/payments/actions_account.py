"""Connected accounts: made, onboarded, put on a manual schedule, read from Stripe."""

from datetime import datetime
from uuid import UUID

from backend import audit, partners
from backend.core import (
    Clock,
    acting_for,
    connection,
    fetch,
    fetch_row,
    fetch_value,
    for_each,
    transaction,
    uuid7,
)
from backend.payments import actions, calls, rules
from backend.payments.actions_event import take_events
from backend.payments.gateway import gateway
from backend.payments.rules_answer import StripeRefused, StripeUnknown
from backend.payments.rules_event import ACCOUNT_EVENTS, Event

UNREACHABLE = "unreachable"
"""Our own word, beside Stripe's, for an account that it does not show us."""


async def open_account(organisation_id: UUID, *, clock: Clock, actor: str) -> str:
    """The organisation has a Stripe account, on a manual schedule; answers the account's id.

    Calling it again goes on where it stopped: one organisation never gets two accounts.

    Raises:
        OrganisationUnknown: none has this id.
        StripeRefused: Stripe does not take it as a recipient; the reason says why.
        StripeUnknown: no clear answer yet; call it again.
    """
    account = await _account_of(organisation_id)
    if account is None:
        account = await _create(organisation_id, clock=clock, actor=actor)
    await refresh_account(organisation_id)
    return account


async def start_onboarding(
    organisation_id: UUID, *, return_url: str, refresh_url: str, clock: Clock, actor: str
) -> str:
    """The address of Stripe's page for this partner; it works once and for some minutes.

    Coming back to `return_url` proves nothing: `refresh_account` does.

    Raises: as `open_account`.
    """
    account = await open_account(organisation_id, clock=clock, actor=actor)
    async with transaction():
        subject = f"account:{organisation_id}"
        await audit.write(organisation_id, actor, "start_onboarding", subject, None, None)
    # A constant key would give the same used-up page for ever.
    return await calls.onboarding_address(
        account, return_url=return_url, refresh_url=refresh_url, key=f"link:{uuid7()}"
    )


async def refresh_account(organisation_id: UUID) -> None:
    """The row says what Stripe said just now; a schedule that was not manual is manual.

    Raises:
        AccountUnknown: it has none.
        StripeRefused, StripeUnknown: as the gateway.
    """
    account = await _account_of(organisation_id)
    if account is None:
        raise rules.AccountUnknown("Open one first: POST /api/portal/account/onboarding.")
    asked_at = await _moment()
    state = await _read(account)
    if state.schedule != "manual" and not state.closed and state.transfers_status != UNREACHABLE:
        # Before the first transfer, or Stripe sends the money on by itself (stripe.md 1.3).
        await calls.set_manual_schedule(account, f"schedule:{uuid7()}")
        state = await _read(account)
    # The partner may ask; what Stripe says is written by the operator's own work.
    with acting_for(None):
        async with transaction():
            await _store(state, asked_at)


async def refresh_accounts(clock: Clock, *, limit: int = 50) -> int:
    """Accounts that were not read for a day (an hour, if they may not be paid) are read anew.

    Those whose making was interrupted are made.

    Raises:
        ExceptionGroup: those that could not be read or made.
    """
    rows = await fetch(
        "SELECT a.organisation_id FROM payments.connected_account a "
        "JOIN payments.operation o ON o.id = a.operation_id "
        "WHERE NOT a.closed AND o.state <> 'rejected' AND o.next_attempt_at <= $1 "
        "AND (a.checked_at IS NULL OR a.checked_at < now() - "
        "CASE WHEN a.transfers_status = 'active' "
        "AND a.payouts_status = 'active' THEN interval '1 day' ELSE interval '1 hour' END) "
        "ORDER BY a.checked_at NULLS FIRST LIMIT $2",
        await clock(),
        limit,
    )

    async def refresh(organisation_id: UUID) -> None:
        await open_account(organisation_id, clock=clock, actor="system:worker")

    return await for_each([row["organisation_id"] for row in rows], refresh)


async def take_account_events(clock: Clock) -> int:
    """What Stripe told of accounts is in their rows.

    Raises:
        ExceptionGroup: events that could not be applied; they stay.
    """

    async def read(event: Event) -> tuple[calls.AccountState | None, datetime]:
        # Events of bank accounts and settings name the account beside the object.
        account = event.account or event.object_id
        asked_at = await _moment()
        known = await fetch_value(
            "SELECT true FROM payments.connected_account WHERE stripe_account = $1", account
        )
        return (await _read(account) if known else None), asked_at

    async def apply(_: Event, found: tuple[calls.AccountState | None, datetime]) -> bool:
        state, asked_at = found
        if state is None:
            return False
        await _store(state, asked_at)
        return True

    return await take_events(ACCOUNT_EVENTS, read, apply, clock)


async def _read(account: str) -> calls.AccountState:
    """As Stripe has it; one that Stripe does not let us read any more is not payable."""
    try:
        return await calls.read_account(account)
    except StripeRefused as refusal:
        return calls.AccountState(
            account, UNREACHABLE, UNREACHABLE, "unknown", [refusal.reason], False, None, None
        )


async def _moment() -> datetime:
    """When a reading began, by one clock for all processes: the sandbox's may be turned."""
    moment: datetime = await fetch_value("SELECT clock_timestamp()")
    return moment


async def _account_of(organisation_id: UUID) -> str | None:
    account: str | None = await fetch_value(
        "SELECT stripe_account FROM payments.connected_account WHERE organisation_id = $1",
        organisation_id,
    )
    return account


async def _create(organisation_id: UUID, *, clock: Clock, actor: str) -> str:
    operation_id = await _intend(organisation_id, await clock(), actor)
    await gateway().take_turn()
    claim = await actions.claim_operation(operation_id, await clock())
    if claim is None:
        account = await _account_of(organisation_id)
        if account is not None:
            return account
        raise StripeUnknown("under_way", "The account is being made; try again in a minute.")
    outcome = await calls.carry_out(claim)
    now = await clock()
    async with transaction():
        done = await actions.record_outcome(claim, outcome, now)
        if done.result_id is not None:
            await connection().execute(
                "UPDATE payments.connected_account SET stripe_account = $2 "
                "WHERE organisation_id = $1 AND stripe_account IS NULL",
                organisation_id,
                done.result_id,
            )
            after = {"stripe_account": done.result_id}
            subject = f"account:{organisation_id}"
            await audit.write(organisation_id, actor, "open_account", subject, None, after)
    if done.result_id is not None:
        return done.result_id
    if done.state == "rejected":
        raise StripeRefused(done.error_code or "", done.error_message or "Refused.")
    raise StripeUnknown(done.error_code or "", "Stripe did not answer clearly; try again.")


async def _intend(organisation_id: UUID, now: datetime, actor: str) -> UUID:
    """The operation that makes the account: the one under way, or a new one."""
    partner = await partners.read_organisation(organisation_id)
    async with transaction():
        await connection().execute(
            "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"account:{organisation_id}"
        )
        row = await fetch_row(
            "SELECT o.id, o.state FROM payments.connected_account a "
            "JOIN payments.operation o ON o.id = a.operation_id WHERE a.organisation_id = $1",
            organisation_id,
        )
        if row is not None and row["state"] != "rejected":
            under_way: UUID = row["id"]
            return under_way
        operation_id = uuid7()
        await actions.plan_operation(
            operation_id,
            "account",
            organisation_id=organisation_id,
            subject=f"account:{organisation_id}",
            params=rules.account_params(
                operation_id,
                organisation_id,
                name=partner.name,
                email=partner.email or f"{organisation_id}@partner.invalid",
                country=partner.country,
                language=partner.language,
            ),
            now=now,
        )
        await connection().execute(
            "INSERT INTO payments.connected_account (organisation_id, operation_id, created_at) "
            "VALUES ($1, $2, $3) ON CONFLICT (organisation_id) "
            "DO UPDATE SET operation_id = excluded.operation_id",
            organisation_id,
            operation_id,
            now,
        )
        subject = f"account:{organisation_id}"
        await audit.write(organisation_id, actor, "intend_account", subject, None, None)
    return operation_id


async def _store(state: calls.AccountState, asked_at: datetime) -> None:
    """An older reading never overwrites a newer one."""
    before = await fetch_row(
        "SELECT organisation_id, transfers_status, payouts_status, schedule, iban_last4, closed "
        "FROM payments.connected_account WHERE stripe_account = $1 "
        "AND (checked_at IS NULL OR checked_at <= $2) FOR UPDATE",
        state.id,
        asked_at,
    )
    if before is None:
        return
    await connection().execute(
        "UPDATE payments.connected_account SET transfers_status = $2, payouts_status = $3, "
        "schedule = $4, requirements = $5, closed = $6, iban_last4 = $7, holder = $8, "
        "checked_at = $9 WHERE stripe_account = $1",
        state.id, state.transfers_status, state.payouts_status, state.schedule,
        state.requirements, state.closed, state.iban_last4, state.holder, asked_at,
    )  # fmt: skip
    organisation_id = before["organisation_id"]
    was = {name: before[name] for name in before.keys() if name != "organisation_id"}  # noqa: SIM118
    becomes = {name: getattr(state, name) for name in was}
    if was != becomes:
        subject = f"account:{organisation_id}"
        await audit.write(
            organisation_id, "system:stripe", "refresh_account", subject, was, becomes
        )
