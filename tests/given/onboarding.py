"""Files to test with."""

from datetime import UTC, datetime
from uuid import UUID

from backend import onboarding, partners
from tests.given.partners import NOW, SYSTEM


async def complete_file(organisation_id: UUID) -> None:
    """Everything is supplied, accepted and signed; the account at Stripe is apart."""
    now = min(NOW, datetime.now(UTC))
    await onboarding.complete_in_sandbox(organisation_id, now=now, actor=SYSTEM)


async def verified(organisation_id: UUID) -> None:
    """Checked by us, its file complete but for the account at Stripe."""
    await complete_file(organisation_id)
    await partners.mark_verified(organisation_id, actor=SYSTEM)
