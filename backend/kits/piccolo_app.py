"""What Piccolo asks for."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

APP_CONFIG = AppConfig(
    app_name="kits",
    migrations_folder_path=Path(__file__).parent / "piccolo_migrations",
    migration_dependencies=["backend.programmes.piccolo_app", "backend.identity.piccolo_app"],
)
