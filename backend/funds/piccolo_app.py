"""What Piccolo asks for."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

APP_CONFIG = AppConfig(
    app_name="funds",
    migrations_folder_path=Path(__file__).parent / "piccolo_migrations",
    migration_dependencies=[
        "backend.mail.piccolo_app",
        "backend.programmes.piccolo_app",
        "backend.awards.piccolo_app",
    ],
)
