"""The list of charges as a file."""

from backend import charges
from backend.reports import queries_charges
from backend.reports.documents import MEDIA_TYPES, Report
from backend.reports.rules import CHARGES, DIALECTS, check_form
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
