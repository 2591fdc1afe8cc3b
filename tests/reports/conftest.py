"""The gateway in front of the sandbox, in process, as in the tests of payments."""

from tests.payments.conftest import stripe

__all__ = ["stripe"]
