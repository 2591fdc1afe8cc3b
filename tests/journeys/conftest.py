"""Journeys meet Stripe as payments does: the sandbox in process, held against Stripe's document."""

from tests.payments.conftest import stripe

__all__ = ["stripe"]
