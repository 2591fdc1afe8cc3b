"""What Piccolo asks for."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

APP_CONFIG = AppConfig(
    app_name="dues",
    migrations_folder_path=Path(__file__).parent / "piccolo_migrations",
    migration_dependencies=[
        "backend.identity.piccolo_app",
        "backend.receipts.piccolo_app",
        "backend.settlement.piccolo_app",
    ],
)
