"""Granting start-up credits, and telling their holders before they expire."""

from datetime import date, datetime
from uuid import UUID

from backend import audit, identity, mail, programmes
from backend.charges import letters
from backend.charges.rules_credit import check_grant, last_day, warnings_due
from backend.core import PARIS, Money, connection, transaction

DUE = """
    SELECT g.id, g.organisation_id, g.currency::text AS currency, b.left_minor, g.expires_on,
           o.name, o.email, o.language,
           ARRAY (SELECT w.days FROM charges.credit_warning w WHERE w.grant_id = g.id) AS told
    FROM charges.credit_grant g
    JOIN charges.credit_balance b ON b.grant_id = g.id
    JOIN partners.organisation o ON o.id = g.organisation_id
    WHERE b.left_minor > 0 AND g.expires_on BETWEEN $1 AND $1 + 30
    ORDER BY g.id
"""


async def grant_credit(
    organisation_id: UUID,
    amount: Money,
    *,
    granted_on: date,
    expires_on: date,
    reason: str,
    now: datetime,
    actor: str,
) -> UUID:
    """The organisation may pay with `amount` for infrastructure used from the first day to the
    last, both whole days in Paris (money rule j). Only for infrastructure, never paid out.

    Raises:
        BadGrant: it is nothing, over before it begins, longer than ten years, or that far away.
        OwnOrganisation: who grants it acts for the organisation, too.
    """
    await identity.check_other(actor, organisation_id)
    check_grant(amount.amount_minor, granted_on, expires_on, now.astimezone(PARIS).date())
    async with transaction():
        grant_id: UUID = await connection().fetchval(
            "INSERT INTO charges.credit_grant (organisation_id, currency, amount_minor, "
            "granted_on, expires_on, reason, actor, recorded_at) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
            organisation_id, amount.currency, amount.amount_minor, granted_on, expires_on, reason,
            actor, now,
        )  # fmt: skip
        after = {"amount": amount, "granted_on": granted_on, "expires_on": expires_on}
        subject = f"credit_grant:{grant_id}"
        await audit.write(organisation_id, actor, "grant_credit", subject, None, after)
    return grant_id


async def grant_startup_credit(
    organisation_id: UUID, *, reason: str, now: datetime, actor: str
) -> UUID:
    """The credit that the programme gives today: its size and its months are dated settings
    (money rules j, p: 10,000.00 for 12 months).
    """
    today = now.astimezone(PARIS).date()
    amount_minor = await programmes.setting_at("startup_credit_minor", now)
    months = await programmes.setting_at("startup_credit_months", now)
    return await grant_credit(
        organisation_id,
        Money(amount_minor, "EUR"),
        granted_on=today,
        expires_on=last_day(today, months),
        reason=reason,
        now=now,
        actor=actor,
    )


async def warn_of_expiry(now: datetime) -> int:
    """Who still has credit 30 and 7 days before its last day has been told, each once.

    A day that no worker ran is made up for the next. Answers how many warnings were new.
    """
    today = now.astimezone(PARIS).date()
    async with transaction():
        warned = 0
        for row in await connection().fetch(DUE, today):
            days = warnings_due(row["expires_on"], today, row["told"])
            if days is None:
                continue
            new = await connection().fetchval(
                "INSERT INTO charges.credit_warning VALUES ($1, $2, $3) "
                "ON CONFLICT DO NOTHING RETURNING days",
                row["id"], days, now,
            )  # fmt: skip
            if new is None:
                continue
            warned += 1
            if row["email"] is not None:
                left = Money(row["left_minor"], row["currency"])
                letter = letters.credit_expires(left, row["expires_on"], row["language"])
                await mail.send(row["email"], letter, language=row["language"], now=now)
    return warned
