"""What Piccolo asks for."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

APP_CONFIG = AppConfig(
    app_name="relations",
    migrations_folder_path=Path(__file__).parent / "piccolo_migrations",
    table_classes=[],
    migration_dependencies=[
        "backend.partners.piccolo_app",
        "backend.identity.piccolo_app",
        "backend.network.piccolo_app",
        "backend.deals.piccolo_app",
    ],
)
