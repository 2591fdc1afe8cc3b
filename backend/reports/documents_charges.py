"""The list of charges as a file."""

from uuid import UUID

from backend import charges
from backend.core import Month
from backend.reports import queries_charges
from backend.reports.documents import MEDIA_TYPES, Report
from backend.reports.rules import CHARGES, CREDITS, DIALECTS, MARGINS, check_form
from backend.reports.writing import write_csv


async def charges_report(
    wanted: charges.Wanted, name: str, *, locale: str = "international"
) -> Report:
    """The charges that are asked for, as csv. A million lines take flat memory.

    Same totals as the ledger: `maillage check`, invariants `charges_equal_their_entries` and
    `statements_equal_their_charges`.

    Raises:
        FormatUnknown: `locale` is none that there is.
    """
    check_form("sales", "csv", locale, "en")
    rows = queries_charges.charge_rows(wanted)
    return Report(f"{name}.csv", MEDIA_TYPES["csv"], write_csv(CHARGES, rows, DIALECTS[locale]))


async def margins_report(
    organisation_id: UUID | None, month: Month | None, *, locale: str = "international"
) -> Report:
    """What wholesalers earned of their resellers' charges, as csv.

    Raises:
        FormatUnknown: `locale` is none that there is.
    """
    check_form("sales", "csv", locale, "en")
    rows = queries_charges.margin_rows(organisation_id, month)
    name = f"margins-{month or 'all'}.csv"
    return Report(name, MEDIA_TYPES["csv"], write_csv(MARGINS, rows, DIALECTS[locale]))


async def credits_report(organisation_id: UUID | None, *, locale: str = "international") -> Report:
    """Credits for infrastructure with what is left of each, as csv.

    Raises:
        FormatUnknown: `locale` is none that there is.
    """
    check_form("sales", "csv", locale, "en")
    rows = queries_charges.credit_rows(organisation_id)
    return Report("credits.csv", MEDIA_TYPES["csv"], write_csv(CREDITS, rows, DIALECTS[locale]))
