"""Stripe, as the tests of payments have it."""

from tests.orders.test_webhooks import hooks
from tests.payments.conftest import stripe

__all__ = ["hooks", "stripe"]
