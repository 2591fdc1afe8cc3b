"""Before evidence expires its organisation is written to; what time alone changes is made ready."""

from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from backend import audit, mail, partners
from backend.core import Clock, connection, fetch, for_each, transaction
from backend.onboarding import letters
from backend.onboarding.rules import REMINDERS

WORKER = "system:worker"

# The accepted evidence that counts, of items that are required; a renewal that waits needs none.
_DUE = """
SELECT e.id, e.organisation_id, e.item::text AS item, r.expires_on, n.days
  FROM onboarding.review r
  JOIN onboarding.evidence e ON e.id = r.evidence_id
  JOIN partners.organisation o ON o.id = e.organisation_id
 CROSS JOIN LATERAL (
   SELECT min(d) AS days FROM unnest($2::int[]) d
    WHERE r.expires_on - onboarding.day_of($1) <= d) n
 WHERE r.decision = 'accepted' AND o.origin = 'application'
   AND r.expires_on BETWEEN onboarding.day_of($1) AND onboarding.day_of($1) + 30
   AND NOT EXISTS (SELECT FROM onboarding.reminder m
                    WHERE m.evidence_id = e.id AND m.days <= n.days)
   AND NOT EXISTS (SELECT FROM onboarding.evidence s
                    LEFT JOIN onboarding.review w ON w.evidence_id = s.id
                    WHERE s.organisation_id = e.organisation_id AND s.item = e.item
                      AND s.number > e.number AND w.decision IS DISTINCT FROM 'refused')
   AND e.item IN (SELECT q.item FROM onboarding.required_of(e.organisation_id, $1) q)
 ORDER BY e.number LIMIT $3
"""


async def follow_files(_: Clock) -> None:
    """Reminders are sent, and the shelf is as the present moment says it is.

    Files are dated by the machine's clock, also in the sandbox.

    Raises:
        ExceptionGroup: what failed; one organisation holds no other.
    """
    now = datetime.now(UTC)
    await remind(now)
    await renew_shelves(now)


async def remind(now: datetime, *, limit: int = 1000) -> int:
    """Whoever has evidence that expires in 30 or in 7 days has a letter, once each; how many.

    Raises:
        ExceptionGroup: what failed; one letter holds no other.
    """
    due = await fetch(_DUE, now, list(REMINDERS), limit)

    async def one(row: asyncpg.Record) -> None:
        await _remind_of(row, now)

    await for_each(due, one)
    return len(due)


async def _remind_of(row: asyncpg.Record, now: datetime) -> None:
    organisation_id: UUID = row["organisation_id"]
    of = await partners.read_organisation(organisation_id)
    async with transaction():
        letter_id = None
        if of.email is not None:
            letter = letters.expiring(of.language, row["item"], row["expires_on"], row["days"])
            letter_id = await mail.send(of.email, letter, language=of.language, now=now)
        # Two workers that read it at once: the key refuses the second, with its letter.
        await connection().execute(
            "INSERT INTO onboarding.reminder VALUES ($1, $2, $3, $4, $5)",
            row["id"], organisation_id, row["days"], letter_id, now,
        )  # fmt: skip
        after = {"item": row["item"], "expires_on": row["expires_on"], "days": row["days"]}
        await audit.write(
            organisation_id, WORKER, "remind_of_expiry", f"evidence:{row['id']}", None, after
        )


async def renew_shelves(now: datetime) -> None:
    """A requirement that ended by its date opens the shelf; all the rest is renewed when written.

    Raises:
        ExceptionGroup: what failed; one organisation holds no other.
    """
    closed = await fetch(
        "SELECT o.id FROM partners.organisation o WHERE NOT EXISTS (SELECT FROM onboarding.shelf s "
        "WHERE s.organisation_id = o.id AND s.closes_at > $1) AND onboarding.listing_bar(o.id, $1) "
        "IS NULL ORDER BY o.id",
        now,
    )

    async def one(row: asyncpg.Record) -> None:
        await _renew(row["id"], now)

    await for_each(closed, one)


async def _renew(organisation_id: UUID, now: datetime) -> None:
    async with transaction():
        await connection().execute("SELECT onboarding.renew_shelf($1, $2)", organisation_id, now)
