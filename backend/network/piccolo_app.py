"""What Piccolo asks for."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

APP_CONFIG = AppConfig(
    app_name="network",
    migrations_folder_path=Path(__file__).parent / "piccolo_migrations",
    table_classes=[],
    migration_dependencies=["backend.partners.piccolo_app", "backend.identity.piccolo_app"],
)
