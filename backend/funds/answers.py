"""What portal and office both answer of requests."""

from uuid import UUID

from backend import web
from backend.awards import Quarter
from backend.funds import queries, rules, views


async def page(
    organisation_id: UUID | None,
    state: rules.FundState | None,
    quarter: Quarter | None,
    limit: int,
    after: str | None,
) -> web.Page[views.FundRequest]:
    """Requests from behind a cursor."""
    rows = await queries.list_requests(
        organisation_id=organisation_id,
        state=state,
        quarter=quarter,
        after=web.read_id(after, UUID),
        limit=limit + 1,
    )
    return web.page(rows, limit, lambda row: (row["id"],), views.request_view)


async def detail(request_id: UUID, *, of: UUID | None = None) -> views.FundDetail:
    """One request with its steps and proofs; `of` one organisation, if told."""
    row = await queries.read_request(request_id, of=of)
    mine = {"requested", "withdrawn", "claimed"}
    return views.FundDetail(
        views.request_view(row),
        [
            views.step_view(step, row["currency"], staff=step["to_state"] not in mine)
            for step in await queries.steps_of(request_id)
        ],
        [views.proof_view(proof) for proof in await queries.proofs_of(request_id)],
    )
