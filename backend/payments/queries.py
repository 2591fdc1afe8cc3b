"""Reads of connected accounts and operations."""

from datetime import datetime
from uuid import UUID

import msgspec

from backend.core import fetch_row, fetch_value
from backend.payments import rules
from backend.payments.rules import AccountUnknown


class ConnectedAccount(msgspec.Struct, frozen=True):
    """A partner's account at Stripe, as it was read at `checked_at`."""

    organisation_id: UUID
    stripe_account: str | None
    transfers_status: str
    payouts_status: str
    schedule: str
    requirements: list[str]
    closed: bool
    iban_last4: str | None
    holder: str | None
    checked_at: datetime | None

    @property
    def payable(self) -> bool:
        """Stripe may be asked to pay it (stripe.md 1.1); the organisation's own check is apart."""
        return (
            self.transfers_status == "active"
            and self.payouts_status == "active"
            and self.schedule == "manual"
            and not self.closed
        )


async def read_connected_account(organisation_id: UUID) -> ConnectedAccount:
    """One partner's account.

    Raises:
        AccountUnknown: it has none, or the session may not see it.
    """
    columns = ", ".join(ConnectedAccount.__struct_fields__)
    row = await fetch_row(
        f"SELECT {columns} FROM payments.connected_account WHERE organisation_id = $1",  # noqa: S608
        organisation_id,
    )
    if row is None:
        raise AccountUnknown("Open one first: POST /api/portal/account/onboarding.")
    return ConnectedAccount(*row)


async def operation_state(operation_id: UUID) -> rules.State:
    """How far the operation is: planned, sending, reconcile, done or rejected."""
    state: rules.State = await fetch_value(
        "SELECT state FROM payments.operation WHERE id = $1", operation_id
    )
    return state
