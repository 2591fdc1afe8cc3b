"""What Piccolo asks for."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from backend.partners.tables import Organisation, OrganisationRole

APP_CONFIG = AppConfig(
    app_name="partners",
    migrations_folder_path=Path(__file__).parent / "piccolo_migrations",
    table_classes=[Organisation, OrganisationRole],
    migration_dependencies=["backend.core.piccolo_app", "backend.audit.piccolo_app"],
)
