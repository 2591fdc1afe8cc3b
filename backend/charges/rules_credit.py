"""Start-up credits: which grant pays what, and what comes back. Pure (money rule j)."""

import calendar
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Literal, NamedTuple
from uuid import UUID

from backend.core import Problem

WARNED_DAYS = (30, 7)
"""So long before a grant expires its holder is told (money rule j)."""

LONGEST_MONTHS = 120


class Grant(NamedTuple):
    """`left_minor` may be spent on what is used from `granted_on` to `expires_on`, both whole days
    on the local calendar."""

    id: UUID
    organisation_id: UUID
    currency: str
    left_minor: int
    granted_on: date
    expires_on: date


class Use(NamedTuple):
    """`amount_minor` of one grant: above zero taken from it, below zero coming back.

    What would come back to an expired grant is `lapse`: said, and lost.
    """

    grant_id: UUID
    kind: Literal["use", "return", "lapse"]
    amount_minor: int


class BadGrant(Problem):
    status = 422
    code = "bad-credit-grant"
    title = "This credit cannot be granted"


class GrantUnknown(Problem):
    status = 404
    code = "credit-grant-unknown"
    title = "There is no such credit"


def last_day(granted_on: date, months: int) -> date:
    """The last day of `months` from `granted_on` on: 12 from 2026-01-15 end on 2027-01-14."""
    year, month = divmod(granted_on.year * 12 + granted_on.month - 1 + months, 12)
    day = min(granted_on.day, calendar.monthrange(year, month + 1)[1])
    return date(year, month + 1, day) - timedelta(days=1)


def spend(
    net_minor: int, used_on: date, grants: Sequence[Grant], left: dict[UUID, int]
) -> list[Use]:
    """What grants pay of a net amount: the nearest expiry first, never more than is left.

    `left` is what each of `grants` still has; it is brought up to date. Which of a day's lines
    come first changes nothing in their sum: all may use the same grants.
    """
    uses = []
    for grant in sorted(grants, key=lambda each: (each.expires_on, each.granted_on, each.id)):
        taken = min(net_minor, left[grant.id])
        if taken > 0 and grant.granted_on <= used_on <= grant.expires_on:
            uses.append(Use(grant.id, "use", taken))
            left[grant.id] -= taken
            net_minor -= taken
    return uses


def give_back(amount_minor: int, spent: Sequence[tuple[UUID, int, date]], today: date) -> list[Use]:
    """`amount_minor` (above zero) goes back where it came from, the latest expiry first.

    `spent`: grant, what the charge still holds of it, its last day. Only an unexpired grant has
    it again (money rule j).
    """
    uses = []
    for grant_id, held, expires_on in sorted(spent, key=lambda each: (each[2], each[0]))[::-1]:
        back = min(amount_minor, held)
        if back > 0:
            uses.append(Use(grant_id, "return" if today <= expires_on else "lapse", -back))
            amount_minor -= back
    assert amount_minor == 0, "no more comes back than was spent"
    return uses


def of_refund(whole_minor: int, refunded_minor: int, net_minor: int) -> int:
    """What of `whole_minor` belongs to the first `refunded_minor` of a line's `net_minor`.

    Half up, and the whole with the whole, so that refunds taken cumulatively leave no cent (M5).
    """
    return (2 * whole_minor * refunded_minor + net_minor) // (2 * net_minor)


def check_grant(amount_minor: int, granted_on: date, expires_on: date, today: date) -> None:
    """Raises: BadGrant, for none at all, one that is over before it begins, or too far away."""
    if amount_minor <= 0:
        raise BadGrant("Grant an amount above zero.")
    if expires_on < granted_on or expires_on < today:
        raise BadGrant(f"It would expire on {expires_on}: choose a last day still to come.")
    if granted_on > last_day(today, LONGEST_MONTHS):
        raise BadGrant(f"It would begin on {granted_on}: within ten years at the latest.")
    if expires_on > last_day(granted_on, LONGEST_MONTHS):
        raise BadGrant(f"It would last until {expires_on}: ten years at the most.")


def warnings_due(expires_on: date, today: date, told: Iterable[int]) -> int | None:
    """The warning that is due: 30 or 7 (days before the last day), or none."""
    left = (expires_on - today).days
    due = [days for days in WARNED_DAYS if 0 <= left <= days]
    if not due or min(due) in set(told):
        return None
    return min(due)
