from playwright.async_api import expect

expect.set_options(timeout=30_000)
"""A busy machine may take its time; what has to come is waited for."""
