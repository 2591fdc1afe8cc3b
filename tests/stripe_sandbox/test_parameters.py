"""The little language of parameters."""

from typing import Any

import pytest

from backend.stripe_sandbox.parameters import form_pairs, json_pairs, shape
from backend.stripe_sandbox.refusal import Refusal

SHAPE = shape("amount!:int deep.way:on|off types[] items[].price:int metadata.* wanted:bool")


@pytest.mark.parametrize(
    ("form", "read"),
    [
        ("amount=7&deep[way]=on", {"amount": 7, "deep": {"way": "on"}}),
        ("amount=7&types[0]=a&types[1]=b", {"amount": 7, "types": ["a", "b"]}),
        ("amount=7&types[]=a&types[]=b", {"amount": 7, "types": ["a", "b"]}),
        (
            "amount=7&items[0][price]=1&items[1][price]=2",
            {"amount": 7, "items": [{"price": 1}, {"price": 2}]},
        ),
        ("amount=7&metadata[2026]=x", {"amount": 7, "metadata": {"2026": "x"}}),
        ("amount=7&wanted=true", {"amount": 7, "wanted": True}),
        ("amount=-7", {"amount": -7}),
    ],
)
def test_a_form_is_read(form: str, read: dict[str, Any]) -> None:
    assert SHAPE.read(form_pairs(form), json=False) == read


@pytest.mark.parametrize(
    "form",
    [
        "",
        "amount=7.0",
        "amount=٧",
        "amount=7&bogus=1",
        "amount=7&deep[way]=sideways",
        "amount=7&deep=on",
        "amount=7&deep[way][in]=on",
        "amount=7&types=a",
        "amount=7&items[0][cost]=1",
        "amount=7&wanted=yes",
        "amount=7&types[0]=",
        "amount[0]=7",
    ],
)
def test_a_wrong_form_is_refused_and_the_key_stays_free(form: str) -> None:
    with pytest.raises(Refusal) as refused:
        SHAPE.read(form_pairs(form), json=False)
    assert not refused.value.stored


@pytest.mark.parametrize(
    ("body", "read"),
    [
        (b'{"amount": 7, "deep": {}}', {"amount": 7}),
        (b'{"amount": 7, "types": []}', {"amount": 7}),
        (b'{"amount": 7, "items": [{"price": 1}]}', {"amount": 7, "items": [{"price": 1}]}),
    ],
)
def test_json_is_read(body: bytes, read: dict[str, Any]) -> None:
    assert SHAPE.read(json_pairs(body), json=True) == read


@pytest.mark.parametrize(
    "body",
    [
        b'{"amount": 7.5}',
        b'{"amount": true}',
        b'{"amount": 7, "x": {}}',
        b'{"amount": 7, "wanted": 1}',
    ],
)
def test_wrong_json_is_refused(body: bytes) -> None:
    with pytest.raises(Refusal):
        SHAPE.read(json_pairs(body), json=True)
