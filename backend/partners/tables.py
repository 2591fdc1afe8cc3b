"""Organisations and their roles."""

from piccolo.columns import UUID, ForeignKey, Text, Timestamptz
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from backend.core import Uuid7


class Organisation(Table, tablename="organisation", schema="partners"):
    """The tenant. `reference` is the operator's own short name for it, for ever."""

    id = UUID(primary_key=True, default=Uuid7())
    reference = Text(default=None, unique=True)
    name = Text(default=None)
    country = Text(default=None)
    segment = Text(default=None)
    siren = Text(default=None, null=True)
    vat_number = Text(default=None, null=True)
    vat_regime = Text(default=None)
    email = Text(default=None, null=True)
    language = Text(default="fr")
    origin = Text(default=None)
    verification = Text(default="unverified")
    refused_because = Text(default=None, null=True)
    created_at = Timestamptz(default=None)
    siret = Text(default=None, null=True)
    segment_confirmed_at = Timestamptz(default=None, null=True)


class OrganisationRole(Table, tablename="organisation_role", schema="partners"):
    organisation_id = ForeignKey(
        Organisation, primary_key=True, null=False, on_delete=OnDelete.restrict, default=None
    )
    role = Text(default=None)
