"""Web: what every route shares. It turns refusals into RFC 9457 problems, reads requests strictly,
says who calls (`Principal`), what they may (`requires`), pages lists, counts limits, answers a
repeated POST from its idempotency key, and mounts the audiences. Used by every `routes.py` and by
`backend.app`.
"""

from backend.core import ONE_LINE, Country
from backend.web.answers import (
    ANSWERS,
    BadRequest,
    FieldError,
    NotAllowed,
    NotFound,
    NotSignedIn,
    PersonNeeded,
    ProblemAnswer,
    TooManyRequests,
    problems,
)
from backend.web.csv_file import Locale, csv_file
from backend.web.document import ClosedStructs, document_config
from backend.web.headers import security_headers
from backend.web.health import live, ready
from backend.web.idempotency import Idempotency, forget_old
from backend.web.limit import limited, take
from backend.web.mount import mount, scope_of
from backend.web.page import BadCursor, Page, page, read_cursor, read_id, read_whole, write_cursor
from backend.web.principal import Audience, Caller, Principal, Visitor, address, caller, requires
from backend.web.reference import ReferencePage
from backend.web.strict import BODY_BYTES, PlainAddress, StrictRequest
from backend.web.wire import (
    Aware,
    Count,
    CurrencyCode,
    Cursor,
    Email,
    Limit,
    Line,
    Minor,
    MoneyIn,
    MoneyView,
    MonthPath,
    MonthText,
    Order,
    PositiveMinor,
    RateBp,
    Reference,
    Text,
    words,
)

__all__ = [
    "ANSWERS",
    "BODY_BYTES",
    "ONE_LINE",
    "Audience",
    "Aware",
    "BadCursor",
    "BadRequest",
    "Caller",
    "ClosedStructs",
    "Count",
    "Country",
    "CurrencyCode",
    "Cursor",
    "Email",
    "FieldError",
    "Idempotency",
    "Limit",
    "Line",
    "Locale",
    "Minor",
    "MoneyIn",
    "MoneyView",
    "MonthPath",
    "MonthText",
    "NotAllowed",
    "NotFound",
    "NotSignedIn",
    "Order",
    "Page",
    "PersonNeeded",
    "PlainAddress",
    "PositiveMinor",
    "Principal",
    "ProblemAnswer",
    "RateBp",
    "Reference",
    "ReferencePage",
    "StrictRequest",
    "Text",
    "TooManyRequests",
    "Visitor",
    "address",
    "caller",
    "csv_file",
    "document_config",
    "forget_old",
    "limited",
    "live",
    "mount",
    "page",
    "problems",
    "read_cursor",
    "read_id",
    "read_whole",
    "ready",
    "requires",
    "scope_of",
    "security_headers",
    "take",
    "words",
    "write_cursor",
]
