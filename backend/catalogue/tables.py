"""Listings."""

from typing import Any

from piccolo.columns import UUID, BigInt, ForeignKey, Integer, LazyTableReference, Text, Timestamptz
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from backend.core import Uuid7

ORGANISATION = LazyTableReference("Organisation", app_name="partners")


class Listing(Table, tablename="listing", schema="catalogue"):
    """One offer at one flat price, net of VAT. `reference` is the partner's own name for it."""

    id = UUID(primary_key=True, default=Uuid7())
    organisation_id: "ForeignKey[Any]" = ForeignKey(
        ORGANISATION, null=False, index=True, on_delete=OnDelete.restrict, default=None
    )
    reference = Text(default=None)
    slug = Text(default=None, unique=True)
    name = Text(default=None)
    summary = Text(default="")
    price_minor = BigInt(default=None, null=True)
    currency = Text(default=None, null=True)
    vat_rate_bp = Integer(default=2000)
    status = Text(default="draft")
    created_at = Timestamptz(default=None)
