"""A listing with every step that it took, as its partner and as the office reads it."""

from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import msgspec

from backend import web
from backend.catalogue import queries, queries_joint, rules
from backend.catalogue.queries_bundle import read_bundle
from backend.catalogue.routes import ListingView, listing_facts
from backend.catalogue.routes_bundles import BundleView, bundle_view
from backend.catalogue.routes_joint import JointOfferView, joint_view
from backend.core import Money


class Difference(msgspec.Struct):
    """One field as it was, and as it is since; `price` is an amount."""

    field: str
    before: str | int | Money | None
    after: str | int | Money | None


class Step(msgspec.Struct, kw_only=True):
    """`by` is null for the partner's reader where the operator took the step.

    `describe`: other words while it was on sale. `changes` since the step before.
    """

    verb: rules.Trace
    reason: str
    at: datetime
    by: str | None
    changes: list[Difference]


class ListingOwn(ListingView, kw_only=True):
    """A listing with every step that it took, newest first; `joint` is its open, or last, offer,
    `bundle` what it is made of.
    """

    steps: list[Step]
    joint: JointOfferView | None
    bundle: BundleView | None


class ListingUnderReview(ListingOwn, kw_only=True):
    """What the office reads; `changes` since it has read it last, empty if it never did."""

    organisation_name: str
    changes: list[Difference]


async def own_view(listing_id: UUID, principal: web.Principal) -> ListingOwn:
    """One listing as its partner reads it. Raises: ListingUnknown."""
    row = await queries.read_own(listing_id, principal.organisation)
    steps = _steps(await queries.list_reviews(listing_id), shows_office=False)
    bundle = await read_bundle(listing_id)
    return ListingOwn(
        **listing_facts(row),
        steps=steps,
        joint=await _joint(listing_id),
        bundle=None if bundle is None else bundle_view(bundle),
    )


async def review_view(listing_id: UUID) -> ListingUnderReview:
    """One listing as the office reads it. Raises: ListingUnknown."""
    row = await queries.read_any(listing_id)
    steps = await queries.list_reviews(listing_id)
    read_last = next((one for one in steps if one["verb"] == "approve"), None)
    bundle = await read_bundle(listing_id)
    said = {**rules.said_of(dict(row)), "parts": "" if bundle is None else bundle.said}
    before = said if read_last is None else msgspec.json.decode(read_last["said"])
    return ListingUnderReview(
        **listing_facts(row),
        organisation_name=row["organisation_name"],
        steps=_steps(steps, shows_office=True),
        joint=await _joint(listing_id),
        bundle=None if bundle is None else bundle_view(bundle),
        changes=msgspec.convert(rules.differences(before, said), list[Difference]),
    )


async def _joint(listing_id: UUID) -> JointOfferView | None:
    row = await queries_joint.last_joint_offer(listing_id)
    return None if row is None else joint_view(row, datetime.now(UTC))


def _steps(rows: list[asyncpg.Record], *, shows_office: bool) -> list[Step]:
    """Newest first. The partner reads that the operator decided, not who of it."""
    said = [msgspec.json.decode(row["said"]) for row in rows]
    steps = []
    for row, before, after in zip(rows, [*said[1:], *said[-1:]], said, strict=True):
        of_office = row["verb"] in ("approve", "ask_change", "withdraw")
        steps.append(
            Step(
                verb=row["verb"],
                reason=row["reason"],
                at=row["at"],
                by=None if of_office and not shows_office else row["actor_name"] or row["actor"],
                changes=msgspec.convert(rules.differences(before, after), list[Difference]),
            )
        )
    return steps
