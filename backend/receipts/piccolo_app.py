"""What Piccolo asks for."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

APP_CONFIG = AppConfig(
    app_name="receipts",
    migrations_folder_path=Path(__file__).parent / "piccolo_migrations",
    migration_dependencies=["backend.partners.piccolo_app", "backend.ledger.piccolo_app"],
)
