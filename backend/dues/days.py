"""Until when a debt is to be paid: one rule for statements, their PDF, the screens and letters."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from backend import charges
from backend.core import Month
from backend.dues import queries


def owes(statement: Mapping[str, Any] | asyncpg.Record) -> bool:
    """What was used, now or before, is owed; what refunds alone took back is set against later
    sales first (money rules d, f3).
    """
    return statement["closing_minor"] < 0 and bool(
        statement["charges_minor"] > 0
        or statement["opening_minor"] < 0
        or statement["refunds_minor"] >= 0
    )


async def days_to_pay(organisation_id: UUID, owed_since: date, *, by_refunds: bool) -> int:
    """Days from the first after a month: until its first letter (money rule f6), or as the contract
    says by which the organisation bought at that month's end, where that is more (seed row K-03).
    """
    first = (await queries.letter_days(owed_since, by_refunds=by_refunds))[0]
    contract = await charges.contract_on(organisation_id, owed_since - timedelta(days=1))
    return max(first, 0 if contract is None else contract.payment_days)


async def pay_before(statement: Mapping[str, Any] | asyncpg.Record) -> date:
    """The day before which what a statement, or one that is being drawn, carries below zero is to
    be paid; of what refunds alone took back, the day on which what is left is asked for by letter.
    """
    since = Month(statement["month"]).next.first_day
    return since + timedelta(
        days=await days_to_pay(statement["organisation_id"], since, by_refunds=not owes(statement))
    )
