"""A partner contests a statement; the office answers."""

from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from backend import audit, identity, mail, partners
from backend.core import PARIS, connection, operators_work, transaction
from backend.settlement import letters
from backend.settlement.queries import read_statement
from backend.settlement.queries_contest import contest_until, read_contest, who_answers
from backend.settlement.rules import StatementUnknown
from backend.settlement.rules_contest import (
    ContestAnswered,
    ContestExists,
    ContestTooLate,
    Means,
    Verdict,
)

ANSWERS = "office:settlement:answer"
"""The scope of those who are written to."""


@operators_work
async def contest_statement(
    organisation_id: UUID,
    statement_id: UUID,
    *,
    reason: str,
    base_url: str,
    now: datetime,
    actor: str,
) -> UUID:
    """The statement of this organisation waits for an answer; answers the contest's id.

    The partner reads that it was heard, those of the operator who answer read of it. Neither the
    statement nor its payout changes (legal.md 2).

    Raises:
        StatementUnknown: no statement of the organisation has this id.
        ContestExists: it was contested before; once is all.
        ContestTooLate: the days that its mandate gives are over.
    """
    async with transaction():
        statement = await read_statement(statement_id)
        if statement["organisation_id"] != organisation_id:
            raise StatementUnknown(f"No statement has the id {statement_id}.")
        contest_id = await _write_contest(statement, reason, now, actor)
        subject = f"statement:{statement_id}"
        await audit.write(organisation_id, actor, "contest_statement", subject, None,
                          {"reason": reason})  # fmt: skip
        await _tell_of_contest(statement, reason, base_url, now)
    return contest_id


async def _write_contest(statement: asyncpg.Record, reason: str, now: datetime, actor: str) -> UUID:
    try:
        async with transaction():
            made: UUID = await connection().fetchval(
                "INSERT INTO settlement.contest (statement_id, organisation_id, reason, "
                "contested_by, contested_at) VALUES ($1, $2, $3, $4, $5) RETURNING id",
                statement["id"], statement["organisation_id"], reason, actor, now,
            )  # fmt: skip
    except asyncpg.UniqueViolationError:
        raise ContestExists("Read on its page what was said, and the answer.") from None
    except asyncpg.CheckViolationError as refusal:
        if refusal.constraint_name != "contest_in_time":
            raise
        until = await contest_until(statement)
        last = (until - timedelta(microseconds=1)).astimezone(PARIS)
        raise ContestTooLate(
            f"Its last day was {last:%Y-%m-%d}: write to us all the same."
        ) from None
    return made


async def answer_contest(
    contest_id: UUID,
    verdict: Verdict,
    *,
    reason: str,
    base_url: str,
    now: datetime,
    actor: str,
    means: Means | None = None,
) -> None:
    """The contest is answered for good, and the partner reads how and why.

    Nothing is posted by it: accepted, it names the `means` by which a line of an open month puts
    it right; that line is written where such lines always are.

    Raises:
        ContestUnknown: none has this id.
        ContestAnswered: it was answered before.
        OwnOrganisation: who answers acts for the partner, or did since it contested.
    """
    async with transaction():
        contest = await read_contest(contest_id)
        of = contest["organisation_id"]
        await identity.check_other(actor, of, since=contest["contested_at"])
        try:
            async with transaction():
                await connection().execute(
                    "INSERT INTO settlement.contest_answer VALUES ($1, $2, $3, $4, $5, $6)",
                    contest_id, verdict, means, reason, actor, now,
                )  # fmt: skip
        except asyncpg.UniqueViolationError:
            raise ContestAnswered("Somebody was faster: read the answer.") from None
        after = {"verdict": verdict, "means": means, "reason": reason}
        subject = f"statement:{contest['statement_id']}"
        await audit.write(of, actor, "answer_contest", subject, None, after)
        to = await partners.read_organisation(of)
        if to.email is not None:
            link = f"{base_url}/portal/statements/{contest['statement_id']}"
            letter = letters.answered(to.language, contest["number"], verdict, means, reason, link)
            await mail.send(to.email, letter, language=to.language, now=now)


async def _tell_of_contest(
    statement: asyncpg.Record, reason: str, base_url: str, now: datetime
) -> None:
    number, path = statement["number"], f"statements/{statement['id']}"
    to = await partners.read_organisation(statement["organisation_id"])
    told = []
    if to.email is not None:
        heard = letters.received(to.language, number, reason, f"{base_url}/portal/{path}")
        told.append(mail.Addressed(to.email, heard, to.language))
    for one in await who_answers():
        if ANSWERS in identity.scopes_of(one["roles"], of_operator=True):
            link = f"{base_url}/office/{path}"
            letter = letters.contested(one["language"], to.name, number, reason, link)
            told.append(mail.Addressed(one["email"], letter, one["language"]))
    await mail.send_all(told, now=now)
