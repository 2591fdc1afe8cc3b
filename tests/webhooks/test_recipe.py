"""What the portal shows to Python programmers, run as it is shown."""

from pathlib import Path
from types import ModuleType

import pytest

from tests.webhooks.test_signing import AT_S, BODY, ID, SECRET, SIGNATURE

RECIPE = (
    Path(__file__).parents[2] / "frontend" / "desk" / "src" / "portal" / "recipes" / "verify.py"
)
HEADERS = {
    "webhook-id": ID,
    "webhook-timestamp": str(AT_S),
    "webhook-signature": f"v1,AAAA {SIGNATURE}",
}


def test_the_recipe_shown_believes_the_published_message_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recipe = ModuleType("recipe")
    exec(RECIPE.read_text(), recipe.__dict__)  # noqa: S102
    monkeypatch.setattr(recipe.time, "time", lambda: float(AT_S))
    assert recipe.verify(SECRET, HEADERS, BODY)
    assert not recipe.verify(SECRET, HEADERS, BODY + b" ")
    assert not recipe.verify(SECRET, {**HEADERS, "webhook-id": "msg_2"}, BODY)
    assert not recipe.verify(SECRET, {**HEADERS, "webhook-signature": "v1,AAAA"}, BODY)
    monkeypatch.setattr(recipe.time, "time", lambda: AT_S + 301.0)
    assert not recipe.verify(SECRET, HEADERS, BODY)
