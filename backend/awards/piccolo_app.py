"""What Piccolo asks for."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

APP_CONFIG = AppConfig(
    app_name="awards",
    migrations_folder_path=Path(__file__).parent / "piccolo_migrations",
    migration_dependencies=[
        "backend.partners.piccolo_app",
        "backend.ledger.piccolo_app",
        "backend.programmes.piccolo_app",
        "backend.charges.piccolo_app",
    ],
)
