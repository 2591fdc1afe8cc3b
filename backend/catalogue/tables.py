"""Listings."""

from typing import Any

from piccolo.columns import (
    UUID,
    Array,
    BigInt,
    ForeignKey,
    Integer,
    LazyTableReference,
    Text,
    Timestamptz,
)
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from backend.core import Uuid7

ORGANISATION = LazyTableReference("Organisation", app_name="partners")


class Listing(Table, tablename="listing", schema="catalogue"):
    """One offer at one flat price, net of VAT. `reference` is the partner's own name for it;
    `segments` are those it is offered to, everybody where there is none.

    PostgreSQL keeps the words of each language in `words_fr` and `words_en`, and counts in
    `revision` each change of what a reader sees; the office has read `reviewed_revision`.
    """

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
    revision = Integer(default=1)
    reviewed_revision = Integer(default=None, null=True)
    reviewed_at: Any = Timestamptz(default=None, null=True)
    category: Any = Text(default=None, null=True)
    service_model: Any = Text(default=None, null=True)
    data_location: Any = Text(default=None, null=True)
    sla_bp: Any = Integer(default=None, null=True)
    summary_fr = Text(default="")
    summary_en = Text(default="")
    description_fr = Text(default="")
    description_en = Text(default="")
    segments = Array(base_column=Text(), default=list)
    created_at = Timestamptz(default=None)
