"""Nobody falls without notice, unless it is urgent and says why."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from backend import programmes
from backend.core import fetch_value, transaction
from backend.programmes import RESELLER, changing
from backend.programmes.rules import NoticeNeeded
from backend.programmes.rules_benefit import BenefitElsewhere
from tests import given
from tests.given.programmes import reseller


async def test_an_exception_lowers_a_level_only_for_an_urgent_reason_which_is_kept_and_sent(
    db: None,
) -> None:
    """Anything else is a fall, with its notice and grace (legal.md 6); PostgreSQL holds it too."""
    org = await reseller("premium")
    until = given.NOW + timedelta(days=60)
    with pytest.raises(NoticeNeeded):
        await programmes.override_level(
            org, RESELLER, "registered", until=until, reason="Fraud.", now=given.NOW,
            actor=given.SYSTEM,
        )  # fmt: skip
    with pytest.raises(asyncpg.CheckViolationError, match="urgent"):
        await changing_to(org, "registered", given.NOW, until)
    await programmes.override_level(
        org, RESELLER, "registered", until=until, reason="Fraud.", urgent_reason="It goes on.",
        now=given.NOW, actor=given.SYSTEM,
    )  # fmt: skip
    assert await programmes.level_at(org, RESELLER, given.NOW) == "registered"
    kept = await fetch_value(
        "SELECT urgent_reason FROM programmes.level_period WHERE organisation_id = $1 "
        "AND kind = 'override'",
        org,
    )
    sent = await fetch_value("SELECT body_text FROM mail.message WHERE kind = 'level_changed'")
    assert kept == "It goes on."
    assert "It goes on." in sent


async def changing_to(org: UUID, level: str, at: datetime, until: datetime) -> None:
    async with transaction():
        period = await changing.held(org, RESELLER)
        await changing.end(period, at=at, now=at)
        await changing.begin(
            org, RESELLER, level, "override", at=at, reason="x", evidence="", now=at,
            actor=given.SYSTEM, until=until,
        )  # fmt: skip


async def test_a_benefit_is_given_only_where_pricing_looks_for_it(db: None) -> None:
    """The editors' rate was shown to resellers and never priced; to end one is always possible."""
    facts: dict[str, Any] = {
        "valid_from": given.NOW + timedelta(days=1),
        "now": given.NOW,
        "actor": given.SYSTEM,
    }
    with pytest.raises(BenefitElsewhere, match="software_editor"):
        await programmes.announce_benefit(RESELLER, "premium", "isv_rate", is_given=True, **facts)
    with pytest.raises(asyncpg.CheckViolationError, match="given_where_it_counts"):
        await fetch_value(
            "INSERT INTO programmes.benefit (programme, level, kind, is_given, valid_from, actor, "
            "recorded_at) VALUES ('software_editor', 'selected', 'discount', true, $1, 'x', $2) "
            "RETURNING id",
            facts["valid_from"], facts["now"],
        )  # fmt: skip
    await programmes.announce_benefit(RESELLER, "premium", "isv_rate", is_given=False, **facts)
