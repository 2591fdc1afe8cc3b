"""What Piccolo asks for."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from backend.catalogue.tables import Listing

APP_CONFIG = AppConfig(
    app_name="catalogue",
    migrations_folder_path=Path(__file__).parent / "piccolo_migrations",
    table_classes=[Listing],
    migration_dependencies=[
        "backend.partners.piccolo_app",
        "backend.identity.piccolo_app",
        "backend.onboarding.piccolo_app",
        "backend.checklists.piccolo_app",
    ],
)
