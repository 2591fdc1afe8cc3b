"""Piccolo's configuration: the engine, and every package that has tables, from the ground up."""

from piccolo.conf.apps import AppRegistry

from backend.core.engine import SafeEngine

DB = SafeEngine(config={})
"""Told where its database is by `core.open_database`."""

APP_REGISTRY = AppRegistry(
    apps=[
        "backend.core.piccolo_app",
        "backend.stripe_sandbox.piccolo_app",
        "backend.audit.piccolo_app",
        "backend.web.piccolo_app",
        "backend.mail.piccolo_app",
        "backend.partners.piccolo_app",
        "backend.ledger.piccolo_app",
        "backend.terms.piccolo_app",
        "backend.identity.piccolo_app",
        "backend.payments.piccolo_app",
        "backend.webhooks.piccolo_app",
        "backend.onboarding.piccolo_app",
        "backend.programmes.piccolo_app",
        "backend.network.piccolo_app",
        "backend.checklists.piccolo_app",
        "backend.kits.piccolo_app",
        "backend.catalogue.piccolo_app",
        "backend.deals.piccolo_app",
        "backend.relations.piccolo_app",
        "backend.sales.piccolo_app",
        "backend.charges.piccolo_app",
        "backend.receipts.piccolo_app",
        "backend.startups.piccolo_app",
        "backend.awards.piccolo_app",
        "backend.funds.piccolo_app",
        "backend.orders.piccolo_app",
        "backend.settlement.piccolo_app",
        "backend.dues.piccolo_app",
        "backend.scorecards.piccolo_app",
        "backend.payouts.piccolo_app",
    ]
)
