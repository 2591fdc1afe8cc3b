"""The operator's dated rules: in force, announced, and tried on a month before they begin."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.params import JSONBody

from backend import partners, sales, settlement, terms, web
from backend.core import BadMonth, Money, Month
from backend.office import actions
from backend.office.preview import Change, Pair, preview
from backend.office.rules import NothingToTry
from backend.office.views import (
    InForce,
    Preview,
    PreviewRow,
    PreviewTotal,
    ShareRuleView,
    StatementSums,
    TermsView,
    TermView,
)

READ = [web.requires("office:term:read")]
WRITE = [web.requires("office:term:write")]
ROWS = 100
HOLD_DAYS = 14
TRIED = UUID(int=0)

RuleName = Annotated[str, web.words(100)]
Note = Annotated[str, msgspec.Meta(max_length=500, pattern=web.ONE_LINE)]
Minimum = Annotated[int, msgspec.Meta(ge=0, le=10**9, description="hundredths: 2500 are 25.00")]
Days = Annotated[int, msgspec.Meta(ge=0, le=90)]


class ShareIn(msgspec.Struct, forbid_unknown_fields=True):
    """The partner's part; the operator keeps the rest. What is not named is any."""

    partner_bp: web.RateBp
    organisation_id: UUID | None = None
    channel: sales.Channel | None = None
    brought_by: Literal["operator", "partner"] | None = None


class ShareRuleIn(ShareIn, forbid_unknown_fields=True, kw_only=True):
    name: RuleName
    valid_from: web.Aware


class TermIn(msgspec.Struct, forbid_unknown_fields=True):
    """`value`: hundredths for `payout_minimum`, days for `hold_days`."""

    name: terms.Name
    value: Annotated[int, msgspec.Meta(ge=0, le=10**9)]
    valid_from: web.Aware
    note: Note = ""


class PreviewIn(msgspec.Struct, forbid_unknown_fields=True):
    """Rules to try on the sales of `month`; at least one."""

    month: web.MonthText
    share: ShareIn | None = None
    payout_minimum: Minimum | None = None
    hold_days: Days | None = None


@get("/terms", operation_id="list_office_terms", guards=READ)
async def list_terms(request: Request[Any, Any, Any], principal: web.Caller) -> TermsView:
    """The rules in force, and every one that was ever announced, newest beginning first."""
    return await _terms(request)


@post(
    "/terms",
    operation_id="announce_office_term",
    guards=WRITE,
    responses=web.problems(terms.BadTerm, terms.TermTooLate, terms.TermTaken),
)
async def announce_term(
    data: JSONBody[TermIn], request: Request[Any, Any, Any], principal: web.Caller
) -> TermsView:
    """A value from a moment to come on; it is never changed, a later one replaces it."""
    await terms.announce_term(
        data.name,
        data.value,
        valid_from=data.valid_from,
        note=data.note,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return await _terms(request)


@post(
    "/share-rules",
    operation_id="announce_office_share_rule",
    guards=WRITE,
    responses=web.problems(terms.TermTooLate, terms.TermTaken, partners.OrganisationUnknown),
)
async def announce_share_rule(
    data: JSONBody[ShareRuleIn], request: Request[Any, Any, Any], principal: web.Caller
) -> TermsView:
    """Sales from a moment to come on are shared so."""
    if data.organisation_id is not None:
        await partners.read_organisation(data.organisation_id)
    await actions.announce_share_rule(
        data.name,
        data.partner_bp,
        valid_from=data.valid_from,
        now=datetime.now(UTC),
        actor=principal.actor,
        organisation_id=data.organisation_id,
        channel=data.channel,
        brought_by=data.brought_by,
    )
    return await _terms(request)


@post(
    "/terms/preview",
    operation_id="preview_office_terms",
    status_code=200,
    guards=READ,
    responses=web.problems(BadMonth, NothingToTry),
)
async def try_terms(
    data: JSONBody[PreviewIn], request: Request[Any, Any, Any], principal: web.Caller
) -> Preview:
    """What the month's statements would have been; nothing is written."""
    change = Change(_share(data.share), data.payout_minimum, data.hold_days)
    if change == Change():
        raise NothingToTry("Name a share, a smallest payout or a number of days.")
    pairs = await preview(Month.parse(data.month), change, minimum_hundredths=_minimum(request))
    currencies = sorted({pair.before.currency for pair in pairs})
    return Preview(
        month=data.month,
        totals=[
            _total(name, [p for p in pairs if p.before.currency == name]) for name in currencies
        ],
        rows=[
            PreviewRow(pair.organisation_id, pair.name, _sums(pair.before), _sums(pair.after))
            for pair in pairs[:ROWS]
            if pair.before != pair.after
        ],
    )


def _share(given: ShareIn | None) -> sales.ShareRule | None:
    if given is None:
        return None
    return sales.ShareRule(
        id=TRIED,
        name="",
        organisation_id=given.organisation_id,
        channel=given.channel,
        brought_by=given.brought_by,
        rates=sales.Rates(given.partner_bp, 0, 10_000 - given.partner_bp),
        valid_from=datetime.now(UTC),
    )


async def _terms(request: Request[Any, Any, Any]) -> TermsView:
    now = datetime.now(UTC)
    announced = await terms.list_terms()
    own: dict[terms.Name, int] = {
        "payout_minimum": _minimum(request),
        "hold_days": request.app.state.get("hold_days", HOLD_DAYS),
    }
    in_force = []
    for name, value in own.items():
        begun = [x for x in announced if x.name == name and x.valid_from <= now]
        newest = begun[0] if begun else None
        in_force.append(
            InForce(name, value, None)
            if newest is None
            else InForce(name, newest.value, newest.valid_from)
        )
    return TermsView(
        in_force,
        [TermView(*(getattr(x, field) for field in TermView.__struct_fields__)) for x in announced],
        [_rule(rule) for rule in await sales.list_share_rules()],
    )


def _rule(rule: sales.ShareRule) -> ShareRuleView:
    return ShareRuleView(
        id=rule.id,
        name=rule.name,
        organisation_id=rule.organisation_id,
        channel=rule.channel,
        brought_by=rule.brought_by,
        partner_bp=rule.rates.partner_bp,
        operator_bp=rule.rates.operator_bp,
        valid_from=rule.valid_from,
    )


def _minimum(request: Request[Any, Any, Any]) -> int:
    minimum: int = request.app.state.get("payout_minimum_hundredths", settlement.MINIMUM_HUNDREDTHS)
    return minimum


def _sums(statement: settlement.Statement) -> StatementSums:
    return _added([statement], statement.currency)


def _added(statements: Sequence[settlement.Statement], currency: str) -> StatementSums:
    def money(minor: list[int]) -> Money:
        return Money(sum(minor), currency)

    holds = [each.hold_until for each in statements if each.hold_until is not None]
    return StatementSums(
        share=money([each.share_minor for each in statements]),
        operator=money([each.operator_minor for each in statements]),
        vat=money([each.vat_minor for each in statements]),
        due=money([each.due_minor for each in statements]),
        carried=money([each.closing_minor for each in statements]),
        hold_until=max(holds, default=None),
    )


def _total(currency: str, pairs: Sequence[Pair]) -> PreviewTotal:
    return PreviewTotal(
        currency=currency,
        statements=len(pairs),
        changed=sum(pair.before != pair.after for pair in pairs),
        before=_added([pair.before for pair in pairs], currency),
        after=_added([pair.after for pair in pairs], currency),
    )


office = [list_terms, announce_term, announce_share_rule, try_terms]
