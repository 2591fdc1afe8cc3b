"""What is looked at night by night."""

import logging

from backend.core import Clock
from backend.reports.reconciliation import reconcile

log = logging.getLogger("maillage.reports")


async def reconcile_balances(clock: Clock) -> None:
    """Stripe's balances are held against the books; what differs is an alarm.

    Raises:
        ExceptionGroup: accounts about which Stripe could not be asked; the next night does.
    """
    done = await reconcile(clock)
    log.info(
        "%s balances at Stripe reconciled: %s new entries, %s unexplained",
        done.accounts, done.new_entries, len(done.faults),
    )  # fmt: skip
