"""Stripe's refusals, in Stripe's words and shape."""

from typing import Any


class Refusal(Exception):
    """One error answer of Stripe.

    `stored`: a repetition of the idempotency key gets it again (stripe.md 1.9: what was refused
    before the endpoint began is not stored). `kept`: what the request did so far stays, as for a
    declined card, whose payment intent exists afterwards.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        code: str | None = None,
        kind: str = "invalid_request_error",
        param: str | None = None,
        stored: bool = True,
        kept: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.stored = stored
        self.kept = kept
        self.headers: dict[str, str] = {}
        error = {"type": kind, "message": message, "code": code, "param": param, **more}
        self.body = {"error": {name: value for name, value in error.items() if value is not None}}


def missing(kind: str, identifier: str, *, status: int = 404, param: str = "id") -> Refusal:
    """There is no such object, or it belongs to another account: Stripe says the same."""
    return Refusal(
        f"No such {kind}: '{identifier}'", status=status, code="resource_missing", param=param
    )


def unusable(message: str, *, code: str | None = None, param: str | None = None) -> Refusal:
    """Refused by validation: before the endpoint began, so the key may be used again."""
    return Refusal(message, code=code, param=param, stored=False)
