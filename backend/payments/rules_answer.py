"""What an answer of Stripe's means: done, refused, or unknown (stripe.md 4 and 7). Pure."""

from typing import Any

from backend.core import Problem

DEFINITIVE = frozenset({400, 402, 403, 404})
"""Statuses after which nothing was executed, and the same request would be refused again.

Not 401 (a key that is being rolled), 409, 429, 5xx, nor a 2xx whose body cannot be read.
"""


OTHER_REQUEST = "key_of_other_request"
"""The reason when Stripe has executed something else under our idempotency key."""


class LiveKeyRefused(Problem):
    code = "stripe-live-key"
    title = "Maillage moves money in Stripe's test mode only"


class WrongLibrary(Problem):
    code = "stripe-wrong-version"
    title = "The stripe library speaks another version of the API"


class StripeRefused(Problem):
    """Nothing was executed. `reason` is Stripe's own code."""

    status = 502
    code = "stripe-refused"
    title = "Stripe refused the request"

    def __init__(
        self, reason: str, message: str, *, request_id: str | None = None, replayed: bool = False,
        **facts: Any,
    ) -> None:  # fmt: skip
        super().__init__(message, reason=reason, request_id=request_id, **facts)
        self.reason = reason
        self.request_id = request_id
        self.replayed = replayed


class StripeUnknown(Problem):
    """Executed or not: nobody knows yet. `replayed`: Stripe keeps repeating this failure."""

    status = 503
    code = "stripe-no-answer"
    title = "Stripe did not answer, or not clearly"

    def __init__(
        self, reason: str, message: str, *, request_id: str | None = None, replayed: bool = False
    ) -> None:
        super().__init__(message, reason=reason, request_id=request_id)
        self.reason = reason
        self.request_id = request_id
        self.replayed = replayed


def is_definitive(status: int | None, kind: str | None) -> bool:
    """Whether an error of this HTTP status and type tells that nothing was executed.

    A key that was used with other parameters is not: something was executed under it. Nor is an
    answer without Stripe's error type: it is of a proxy on the way.
    """
    return status in DEFINITIVE and kind not in (None, "idempotency_error")


def check_key(api_key: str) -> None:
    """Raises: LiveKeyRefused, for all but `sk_test_` and `rk_test_`."""
    if not api_key.startswith(("sk_test_", "rk_test_")):
        raise LiveKeyRefused(
            "The Stripe key has to start with sk_test_ or rk_test_; a live key is never used. "
            "Take one from Stripe's dashboard in test mode, or none, for the built-in sandbox."
        )
