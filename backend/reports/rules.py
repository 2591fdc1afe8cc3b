"""The words, columns and cells of reports. Pure."""

from datetime import UTC, datetime
from typing import Literal, NamedTuple

from backend.core import Problem

Kind = Literal["text", "amount", "count", "moment", "day", "percent"]

OPERATOR = "Iroise Cloud"
"""Who reports, until the operator's name is a setting."""

VERSION = 1
"""Of the columns. A column is never renamed or moved; a new one comes at the end."""

TIME_ZONE = "Europe/Paris"

FORMATS = ("csv", "json", "xlsx", "pdf")
KINDS = {
    "sales": ("csv", "json", "xlsx"),
    "payouts": ("csv", "json", "xlsx", "pdf"),
    "statement": ("csv", "json", "xlsx", "pdf"),
}
LANGUAGES = ("fr", "en")

PAYOUT_WORDS = {
    "planned": "scheduled",
    "held": "scheduled",
    "transferred": "in_transit",
    "payout_pending": "in_transit",
    "in_transit": "in_transit",
    "paid": "paid",
    "final": "paid",
    "failed": "failed",
    "canceled": "canceled",
}
"""The state of a payout -> its word in reports."""


OUR_RULES = {"VAI brought the customer"}
"""Share rules that Maillage brings, by their names; the operator names its own as it likes."""


class FormatUnknown(Problem):
    status = 422
    code = "report-format-unknown"
    title = "This report does not come in this form"


class ReportUnknown(Problem):
    status = 404
    code = "report-unknown"
    title = "There is no such report"


class TooManyRows(Problem):
    status = 422
    code = "too-many-rows"
    title = "A sheet does not hold so many rows"


class Column(NamedTuple):
    """`name` is in the header for ever; `kind` says how its cells are written."""

    name: str
    kind: Kind = "text"


class Cycle(NamedTuple):
    """A month as a report sees it. `closed_at` is None while it is open."""

    period: str
    closed: bool
    closed_at: datetime | None


class Dialect(NamedTuple):
    """How numbers are written and cells separated in a CSV."""

    separator: str
    point: str


DIALECTS = {"international": Dialect(",", "."), "fr": Dialect(";", ",")}


def check_form(kind: str, form: str, locale: str, language: str) -> None:
    """Refuse what no report comes in, before the first byte.

    Raises:
        ReportUnknown: there is no such kind.
        FormatUnknown: says what there is.
    """
    if kind not in KINDS:
        raise ReportUnknown(f"The reports are {', '.join(KINDS)}; there is no {kind!r}.")
    if form not in KINDS[kind]:
        raise FormatUnknown(f"{kind} comes as {', '.join(KINDS[kind])}, not as {form!r}.")
    if locale not in DIALECTS:
        raise FormatUnknown(f"The locale is one of {', '.join(DIALECTS)}, not {locale!r}.")
    if language not in LANGUAGES:
        raise FormatUnknown(f"The language is one of {', '.join(LANGUAGES)}, not {language!r}.")


def neutral(text: str) -> str:
    """Text that no spreadsheet takes for a formula: a leading = + - @ TAB CR gets a quote."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def moment(at: datetime) -> str:
    """`2026-08-12T10:00:00Z`."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def percent(rate_bp: int) -> str:
    """7000 basis points are `70.00`."""
    return f"{rate_bp // 100}.{rate_bp % 100:02}"


SALES = (
    Column("sale_id"),
    Column("sold_at", "moment"),
    Column("partner_ref"),
    Column("listing_ref"),
    Column("net_amount", "amount"),
    Column("currency"),
    Column("share_rule"),
    Column("partner_amount_ht", "amount"),
    Column("operator_amount_ht", "amount"),
    Column("statement"),
    Column("status"),
)

SOLD = {
    False: (*SALES, Column("joint_with")),
    True: (*SALES, Column("joint_with"), Column("relation"), Column("managed_by")),
}
"""As a list is exported: of a joint sale, the other owner; for who may see orders, also who managed
the buyer when it ordered (seed row O-04), empty where that was not kept, or imported."""

ACCOUNT = (
    Column("entry_id", "count"),
    Column("line", "count"),
    Column("reference"),
    Column("month"),
    Column("effective_at", "moment"),
    Column("recorded_at", "moment"),
    Column("counterpart"),
    Column("debit_amount", "amount"),
    Column("credit_amount", "amount"),
    Column("currency"),
)
"""Of one ledger account; the side that it is not on is empty."""

STATEMENT = (
    Column("statement_id"),
    Column("line_no", "count"),
    Column("event_id"),
    Column("event_time_utc", "moment"),
    Column("event_date_local", "day"),
    Column("event_type"),
    Column("stream_code"),
    Column("channel"),
    Column("customer_country"),
    Column("attribution"),
    Column("product_id"),
    Column("product_name"),
    Column("gross_ht", "amount"),
    Column("net_ht", "amount"),
    Column("share_rule_id"),
    Column("share_percent", "percent"),
    Column("operator_amount_ht", "amount"),
    Column("partner_amount_ht", "amount"),
    Column("vat_category"),
    Column("vat_rate", "percent"),
    Column("vat_amount", "amount"),
    Column("partner_amount_ttc", "amount"),
    Column("currency"),
    Column("document_number"),
    Column("original_document_number"),
    Column("status"),
    Column("hold_until", "moment"),
    Column("balance_after", "amount"),
    Column("end_customer_ref"),
    Column("reseller_id"),
    Column("environment"),
    Column("quantity"),
    Column("unit_price"),
    Column("discount_ht", "amount"),
    Column("credit_ht", "amount"),
    Column("joint_with"),
    Column("contract_number"),
    Column("po_number"),
    Column("group_ref"),
)

CONTRACTS = (
    Column("contract_number"),
    Column("signed_at", "moment"),
    Column("starts_on", "day"),
    Column("last_day", "day"),
    Column("state"),
    Column("payment_days", "count"),
    Column("po_number"),
    Column("group_ref"),
    Column("resource"),
    Column("discount", "percent"),
    Column("unit_price"),
    Column("currency"),
)
"""One line for each price, one at least for each contract; a resource "*" is every other one."""

CHARGES = (
    Column("charge_id"),
    Column("charged_on", "day"),
    Column("event_type"),
    Column("payer_id"),
    Column("consumer_id"),
    Column("end_customer_ref"),
    Column("stream_code"),
    Column("environment"),
    Column("resource"),
    Column("quantity"),
    Column("unit_price"),
    Column("currency"),
    Column("list_ht", "amount"),
    Column("discount_ht", "amount"),
    Column("net_ht", "amount"),
    Column("credit_ht", "amount"),
    Column("owed_ht", "amount"),
    Column("vat_category"),
    Column("vat_rate", "percent"),
    Column("period"),
    Column("original_charge_id"),
)

MARGINS = (
    Column("charge_id"),
    Column("charged_on", "day"),
    Column("wholesaler_id"),
    Column("reseller_id"),
    Column("environment"),
    Column("period"),
    Column("currency"),
    Column("points", "percent"),
    Column("margin_ht", "amount"),
    Column("vat_category"),
    Column("vat_rate", "percent"),
)

CREDITS = (
    Column("partner_id"),
    Column("partner_name"),
    Column("granted_on", "day"),
    Column("expires_on", "day"),
    Column("currency"),
    Column("amount", "amount"),
    Column("left", "amount"),
    Column("reason"),
)

PAYOUTS = (
    Column("payout_id"),
    Column("payout_date", "day"),
    Column("arrival_date", "day"),
    Column("status"),
    Column("psp"),
    Column("psp_payout_id"),
    Column("psp_transfer_id"),
    Column("partner_id"),
    Column("account_holder"),
    Column("currency"),
    Column("line_no", "count"),
    Column("statement_id"),
    Column("event_id"),
    Column("gross_ttc", "amount"),
    Column("refunds_ttc", "amount"),
    Column("carried_in", "amount"),
    Column("carried_out", "amount"),
    Column("net_paid", "amount"),
    Column("hold_until", "moment"),
    Column("hold_reason"),
    Column("iaas_netted_ttc", "amount"),
)
