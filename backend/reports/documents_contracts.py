"""The terms of one organisation's contracts as a file."""

from collections.abc import AsyncGenerator
from datetime import datetime
from uuid import UUID

from backend import charges, partners
from backend.core import PARIS
from backend.reports.documents import MEDIA_TYPES, Report
from backend.reports.rules import CONTRACTS, DIALECTS, OPERATOR, TIME_ZONE, VERSION, moment
from backend.reports.statement import Row
from backend.reports.writing import write_csv, write_json

EVERY_OTHER = "*"


async def contracts_report(
    organisation_id: UUID, form: str = "csv", *, now: datetime, locale: str = "international"
) -> Report:
    """What was signed with the organisation, price by price, the contract that begins last first:
    csv, json. `state` is as of `now`. (Seed row K-03.)

    Raises:
        OrganisationUnknown: there is no such organisation.
    """
    partner = await partners.read_organisation(organisation_id)
    rows = _rows(await charges.list_contracts(organisation_id), now)
    name = f"contracts-{now.astimezone(PARIS):%Y-%m-%d}"
    if form == "csv":
        return Report(
            f"{name}.csv", MEDIA_TYPES["csv"], write_csv(CONTRACTS, rows, DIALECTS[locale])
        )
    facts = {
        "report": "contracts",
        "report_id": name,
        "version": VERSION,
        "entity": OPERATOR,
        "partner_id": partner.reference,
        "timezone": TIME_ZONE,
        "generated_at": moment(now),
    }
    pieces = write_json(facts, CONTRACTS, rows, DIALECTS["international"])
    return Report(f"{name}.json", MEDIA_TYPES["json"], pieces)


async def _rows(signed: list[charges.SignedContract], now: datetime) -> AsyncGenerator[list[Row]]:
    """`rules.CONTRACTS`."""
    today = now.astimezone(PARIS).date()
    rows: list[Row] = []
    counted = charges.counting([one.contract for one in signed], today)
    for one, (terms, last, state) in zip(signed, counted, strict=True):
        own = [terms.number, one.signed_at, terms.starts_on, last, state, terms.payment_days,
               terms.po_number, terms.grouping_reference]  # fmt: skip
        rows += [
            [*own, price.resource or EVERY_OTHER, price.discount_bp,
             None if price.unit_price is None else f"{price.unit_price:f}",
             price.currency]
            for price in terms.prices
        ] or [[*own, None, None, None, None]]  # fmt: skip
    yield rows
