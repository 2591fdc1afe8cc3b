"""What Piccolo asks for."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from backend.orders.tables import Order, Refund

APP_CONFIG = AppConfig(
    app_name="orders",
    migrations_folder_path=Path(__file__).parent / "piccolo_migrations",
    table_classes=[Order, Refund],
    migration_dependencies=[
        "backend.sales.piccolo_app",
        "backend.deals.piccolo_app",
        "backend.identity.piccolo_app",
        "backend.payments.piccolo_app",
    ],
)
