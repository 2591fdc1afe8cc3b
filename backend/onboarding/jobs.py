"""VIES is asked about each VAT number when it is supplied, and again every 90 days."""

from datetime import datetime
from uuid import UUID

import asyncpg

from backend import audit
from backend.core import Clock, connection, fetch, for_each, transaction
from backend.onboarding.actions import accept_evidence, refuse_evidence
from backend.onboarding.actions_decision import write_decision
from backend.onboarding.rules import VIES_AGAIN, VIES_EVERY, EvidenceDecided, EvidenceReplaced
from backend.onboarding.vies import Answer, Vies

WORKER = "system:worker"
RULE = "Agreement, 1: a partner that charges VAT has a number that VIES knows"
UNKNOWN = "VIES does not know this VAT number"

_DUE = """
SELECT e.id, e.organisation_id, e.value
  FROM (SELECT DISTINCT ON (organisation_id) id, organisation_id, value, supplied_at
          FROM onboarding.evidence WHERE item = 'vat_number' AND supplied_at <= $1
         ORDER BY organisation_id, number DESC) e
  LEFT JOIN onboarding.review r ON r.evidence_id = e.id
 CROSS JOIN LATERAL (
   SELECT max(v.answered_at) FILTER (WHERE v.outcome <> 'unavailable') AS told_at,
          max(v.answered_at) AS asked_at
     FROM onboarding.vies_answer v
    WHERE v.organisation_id = e.organisation_id AND v.vat_number = e.value
      AND v.answered_at BETWEEN e.supplied_at AND $1) v
 WHERE r.decision IS DISTINCT FROM 'refused'
   AND (v.told_at IS NULL OR v.told_at <= $1 - $2::interval)
   AND (v.asked_at IS NULL OR v.asked_at <= $1 - $3::interval)
 ORDER BY v.asked_at NULLS FIRST, e.organisation_id LIMIT $4
"""


async def ask_vies(vies: Vies, clock: Clock, *, limit: int = 200) -> None:
    """Every number whose turn it is has been asked about; where nobody answers, it waits an hour.

    An unavailable service makes no number invalid (legal.md 4). An answer dated after `clock` is
    none: it holds back nobody.

    Raises:
        ExceptionGroup: what failed; one number holds no other.
    """
    due = await fetch(_DUE, await clock(), VIES_EVERY, VIES_AGAIN, limit)

    async def one(row: asyncpg.Record) -> None:
        answer = await vies.ask(row["value"])
        await record_answer(row["organisation_id"], row["id"], row["value"], answer, await clock())

    await for_each(due, one)


async def record_answer(
    organisation_id: UUID, evidence_id: UUID, vat_number: str, answer: Answer, now: datetime
) -> None:
    """The answer is kept for good; evidence that waits for it is accepted or refused by it.

    Evidence that was replaced while VIES was asked is left alone. A number that was valid and is
    no longer is told as a refusal is.
    """
    async with transaction():
        await connection().execute(
            "INSERT INTO onboarding.vies_answer (organisation_id, vat_number, outcome, "
            "consultation_number, name, address, source, answered_at) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            organisation_id, vat_number, answer.outcome, answer.consultation_number, answer.name,
            answer.address, answer.source, now,
        )  # fmt: skip
        after = {"vat_number": vat_number, "outcome": answer.outcome}
        subject = f"evidence:{evidence_id}"
        await audit.write(organisation_id, WORKER, "ask_vies", subject, None, after)
        try:
            if answer.outcome == "valid":
                await accept_evidence(evidence_id, now=now, actor=WORKER)
            elif answer.outcome == "invalid":
                await refuse_evidence(evidence_id, reason=UNKNOWN, rule=RULE, now=now, actor=WORKER)
        except EvidenceReplaced:
            return
        except EvidenceDecided:
            if answer.outcome == "invalid":
                await write_decision(
                    organisation_id, kind="evidence_refused", scope="evidence", what="vat_number",
                    why=UNKNOWN, rule=RULE, notice_days=0, now=now, actor=WORKER,
                    evidence_id=evidence_id,
                )  # fmt: skip
