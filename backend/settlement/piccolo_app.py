"""What Piccolo asks for."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

APP_CONFIG = AppConfig(
    app_name="settlement",
    migrations_folder_path=Path(__file__).parent / "piccolo_migrations",
    migration_dependencies=[
        "backend.sales.piccolo_app",
        "backend.charges.piccolo_app",
        "backend.receipts.piccolo_app",
        "backend.terms.piccolo_app",
        "backend.onboarding.piccolo_app",
    ],
)
