"""Core: money, months, refusals, transactions. No word of the business.

Everything above stands on it: amounts are `Money`, periods are `Month`, a refusal is a
`Problem`, a change happens in a `transaction()`.
"""

from backend.core.countries import Country
from backend.core.db import (
    DatabaseUnreachable,
    RoleNotGranted,
    close_database,
    connection,
    engine,
    fetch,
    fetch_row,
    fetch_value,
    gather_statistics,
    in_transaction,
    open_database,
    retrying,
    transaction,
)
from backend.core.each import for_each
from backend.core.ids import Uuid7, uuid7
from backend.core.jobs import Clock, enqueue
from backend.core.letters import LINES, ONE_LINE, SAYS_SOMETHING, unseen
from backend.core.migrations import (
    migrate,
    operator_policy,
    operator_writes,
    own,
    reading_policy,
    sql_migration,
    tenant_policy,
    writing_policy,
)
from backend.core.money import (
    EXPONENTS,
    BadAmount,
    Money,
    UnknownCurrency,
    at_rate,
    decimal_of,
    exponent_of,
    round_half_up,
    split,
)
from backend.core.month import PARIS, BadMonth, Month, midnight
from backend.core.points import point
from backend.core.problem import Problem
from backend.core.rows import (
    BadCell,
    Header,
    Refusal,
    Rejected,
    UnreadableFile,
    named_cells,
    one_of,
    read_cells,
    read_header,
    reading_lines,
    short_name,
)
from backend.core.sealing import NoSecretKey, seal, unseal
from backend.core.tenancy import OPERATOR, acting_for, operators_work, who_acts

__all__ = [
    "EXPONENTS",
    "LINES",
    "ONE_LINE",
    "OPERATOR",
    "PARIS",
    "SAYS_SOMETHING",
    "BadAmount",
    "BadCell",
    "BadMonth",
    "Clock",
    "Country",
    "DatabaseUnreachable",
    "Header",
    "Money",
    "Month",
    "NoSecretKey",
    "Problem",
    "Refusal",
    "Rejected",
    "RoleNotGranted",
    "UnknownCurrency",
    "UnreadableFile",
    "Uuid7",
    "acting_for",
    "at_rate",
    "close_database",
    "connection",
    "decimal_of",
    "engine",
    "enqueue",
    "exponent_of",
    "fetch",
    "fetch_row",
    "fetch_value",
    "for_each",
    "gather_statistics",
    "in_transaction",
    "midnight",
    "migrate",
    "named_cells",
    "one_of",
    "open_database",
    "operator_policy",
    "operator_writes",
    "operators_work",
    "own",
    "point",
    "read_cells",
    "read_header",
    "reading_lines",
    "reading_policy",
    "retrying",
    "round_half_up",
    "seal",
    "short_name",
    "split",
    "sql_migration",
    "tenant_policy",
    "transaction",
    "unseal",
    "unseen",
    "uuid7",
    "who_acts",
    "writing_policy",
]
