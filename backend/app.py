"""The API: puts every package's routes behind the four audiences."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cache
from types import ModuleType
from typing import Any

from litestar import Litestar, Request, get
from litestar.datastructures import State

from backend import core, desk, web
from backend.awards import routes as awards_routes
from backend.catalogue import routes as catalogue_routes
from backend.catalogue import routes_bundles as bundle_routes
from backend.catalogue import routes_featured as featured_routes
from backend.catalogue import routes_joint as joint_routes
from backend.catalogue import routes_joint_change as joint_change_routes
from backend.catalogue import routes_review as review_routes
from backend.catalogue import routes_store as shelf_routes
from backend.charges import routes as charges_routes
from backend.charges import routes_network as network_charges_routes
from backend.checklists import routes as checklists_routes
from backend.deals import routes as deals_routes
from backend.desk import routes as desk_routes
from backend.dues import routes as dues_routes
from backend.funds import routes as funds_routes
from backend.identity import Identity
from backend.identity import routes as identity_routes
from backend.kits import routes as kits_routes
from backend.ledger import routes as ledger_routes
from backend.mail import routes as mail_routes
from backend.network import routes as network_routes
from backend.network import routes_invitations as reseller_invitation_routes
from backend.network import routes_tree as tree_routes
from backend.office import routes as office_routes
from backend.office import routes_matrix as matrix_routes
from backend.office import routes_sandbox as sandbox_routes
from backend.office import routes_terms as terms_routes
from backend.onboarding import routes as onboarding_routes
from backend.orders import routes as orders_routes
from backend.partners import routes as partners_routes
from backend.partners import routes_community as community_routes
from backend.partners import routes_import as partners_import_routes
from backend.partners import routes_supply as supply_routes
from backend.payments import routes as payments_routes
from backend.payouts import routes as payouts_routes
from backend.payouts import routes_approval as approval_routes
from backend.payouts import routes_retry as retry_routes
from backend.portal import routes as portal_routes
from backend.portal import routes_notices as notice_routes
from backend.programmes import routes as programmes_routes
from backend.programmes import routes_benefit as benefit_routes
from backend.programmes import routes_declared as declared_routes
from backend.programmes import routes_floor as floor_routes
from backend.programmes import routes_level as level_routes
from backend.programmes import routes_path as path_routes
from backend.programmes import routes_people as people_routes
from backend.receipts import routes as receipts_routes
from backend.relations import routes as relations_routes
from backend.relations import routes_segments as segment_routes
from backend.reports import routes as reports_routes
from backend.reports import routes_contracts as contract_file_routes
from backend.reports import routes_levels as level_file_routes
from backend.reports import routes_mesh as mesh_routes
from backend.reports import routes_partners as partners_file_routes
from backend.reports import routes_people as people_file_routes
from backend.sales import routes as sales_routes
from backend.sales import routes_bundle as bundle_share_routes
from backend.scorecards import routes as scorecards_routes
from backend.scorecards import routes_run as run_routes
from backend.settlement import routes as settlement_routes
from backend.settlement import routes_closing as closing_routes
from backend.settlement import routes_contest as contest_routes
from backend.startups import routes as startups_routes
from backend.storefront import routes as storefront_routes
from backend.webhooks import routes as webhooks_routes

VERSION = "0.1.0"
"""Of the API, as its document states it."""

PACKAGES: Sequence[ModuleType] = [
    identity_routes,
    mail_routes,
    partners_routes,
    supply_routes,
    community_routes,
    partners_import_routes,
    onboarding_routes,
    network_routes,
    reseller_invitation_routes,
    tree_routes,
    programmes_routes,
    level_routes,
    benefit_routes,
    floor_routes,
    people_routes,
    declared_routes,
    path_routes,
    scorecards_routes,
    run_routes,
    checklists_routes,
    catalogue_routes,
    bundle_routes,
    review_routes,
    featured_routes,
    joint_routes,
    joint_change_routes,
    shelf_routes,
    deals_routes,
    relations_routes,
    segment_routes,
    orders_routes,
    ledger_routes,
    sales_routes,
    bundle_share_routes,
    charges_routes,
    kits_routes,
    receipts_routes,
    network_charges_routes,
    awards_routes,
    funds_routes,
    startups_routes,
    settlement_routes,
    contest_routes,
    closing_routes,
    dues_routes,
    payments_routes,
    payouts_routes,
    approval_routes,
    retry_routes,
    reports_routes,
    contract_file_routes,
    level_file_routes,
    people_file_routes,
    partners_file_routes,
    mesh_routes,
    portal_routes,
    notice_routes,
    webhooks_routes,
    office_routes,
    terms_routes,
    matrix_routes,
    sandbox_routes,
]
"""Modules with routes, each in its lists `store`, `portal`, `office`, `hooks`. Add yours here."""


def build_app(
    *,
    base_url: str = "http://127.0.0.1:8010",
    database_url: str | None = None,
    database_role: str | None = "maillage_app",
    clock: Callable[[], datetime] | None = None,
    state: dict[str, Any] | None = None,
) -> Litestar:
    """The API as one ASGI application.

    With `database_url` it opens and closes the pool itself; without, an open pool is expected.
    `state` is what routes find in `request.app.state` (settings that they need).
    """

    @asynccontextmanager
    async def pool(_: Litestar) -> AsyncGenerator[None]:
        assert database_url is not None
        await core.open_database(database_url, role=database_role)
        yield
        await core.close_database()

    identity = Identity(base_url, clock)
    routers = [
        web.mount("store", _routes("store"), [identity, web.Idempotency()]),
        web.mount("portal", _routes("portal"), [identity, web.Idempotency()]),
        web.mount("office", _routes("office"), [identity, web.Idempotency()]),
        web.mount("hooks", _routes("hooks")),
    ]
    return Litestar(
        route_handlers=[
            *routers,
            web.live,
            web.ready,
            document,
            *desk_routes.routes(desk.Build()),
            *storefront_routes.routes([identity]),
        ],
        state=State(
            {"https": base_url.startswith("https://"), "base_url": base_url, **(state or {})}
        ),
        middleware=[web.PlainAddress()],
        exception_handlers=storefront_routes.answers(),
        request_class=web.StrictRequest,
        request_max_body_size=web.BODY_BYTES,
        before_send=[web.security_headers(https=base_url.startswith("https://"))],
        openapi_config=web.document_config(web.ReferencePage(), version=VERSION),
        plugins=[web.ClosedStructs()],
        lifespan=[] if database_url is None else [pool],
        logging_config=None,
    )


@get("/api/openapi.json", operation_id="read_document", include_in_schema=False)
async def document(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """The OpenAPI document of all audiences."""
    return _document_of(request.app)


@cache
def _document_of(app: Litestar) -> dict[str, Any]:
    return app.openapi_schema.to_schema()


def _routes(audience: str) -> list[Any]:
    return [route for package in PACKAGES for route in getattr(package, audience, [])]
