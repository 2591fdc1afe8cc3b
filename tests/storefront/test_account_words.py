"""Every refusal that can reach a form of the account has its sentence, in both languages."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest

from backend import core, identity, partners, web
from backend.storefront.account_words import refusals, said
from backend.storefront.words import catalogue, translator

NOT_SHOWN = {
    "not-ready": "no form asks how the server is",
    "database-unreachable": "a server that starts says so",
    "role-not-granted": "a server that starts says so",
    "bad-amount": "no field of the account is money",
    "unknown-currency": "no field of the account is money",
    "bad-month": "no field of the account is a month",
    "bad-cursor": "no page of the account is a list by key",
    "person-needed": "the account's pages are for people: a key has none",
    "idempotency-key-reused": "no form sends such a key",
    "idempotency-key-in-flight": "no form sends such a key",
    "idempotency-outcome-unknown": "no form sends such a key",
    "bad-contribution": "contributions to communities are the office's",
    "contribution-taken": "contributions to communities are the office's",
    "contribution-unknown": "contributions to communities are the office's",
    "not-a-community": "contributions to communities are the office's",
    "contract-ended": "contracts of suppliers are the office's",
    "contract-taken": "contracts of suppliers are the office's",
    "contract-unknown": "contracts of suppliers are the office's",
    "day-taken": "contracts of suppliers are the office's",
    "kind-unfit": "the office says of what kind an organisation is",
    "number-known": "numbers are completed in the portal's file",
    "number-wrong": "numbers are completed in the portal's file",
    "unreadable-file": "no form of the account takes a file",
    "last-administrator": "the office changes its colleagues",
    "only-people-sign": "contracts and terms are signed in portal and office",
    "own-community": "contributions to communities are the office's",
    "own-organisation": "the office decides on files and levels",
}


def kinds() -> Iterator[type[core.Problem]]:
    """Every refusal of the packages that the account's pages call."""
    for package in (core, identity, partners, web):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            if module.name.endswith("migrations"):
                continue
            for found in vars(importlib.import_module(module.name)).values():
                if isinstance(found, type) and issubclass(found, core.Problem):
                    yield found


CODES = sorted({kind.code for kind in kinds() if kind is not core.Problem} - set(NOT_SHOWN))


def test_the_refusals_are_found() -> None:
    assert {"wrong-credentials", "prove-first", "too-many-requests", "last-owner"} <= set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_a_refusal_has_its_sentence_in_both_languages(code: str) -> None:
    english = refusals(lambda text: text).get(code)
    assert english, code
    for language in ("fr", "en"):
        assert catalogue(language).get(english), (language, english)
    assert said(code, translator("fr")) != said(code, translator("en"))


def test_nothing_else_has_a_sentence() -> None:
    assert set(refusals(lambda text: text)) - set(CODES) == set()


@pytest.mark.parametrize(
    ("seconds", "english"),
    [
        (1, "Too many tries. Try again in one minute."),
        (60, "Too many tries. Try again in one minute."),
        (61, "Too many tries. Try again in 2 minutes."),
        (3600, "Too many tries. Try again in 60 minutes."),
    ],
)
def test_a_limit_is_told_in_whole_minutes_that_are_enough(seconds: int, english: str) -> None:
    assert said("too-many-requests", translator("en"), seconds) == english
