"""Pictures of link previews, 1200 x 630, drawn by typst; the words of one are drawn once."""

import json
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock

import typst

from backend import mail, reports
from backend.storefront.page import hue

FOLDER = Path(__file__).resolve().parents[2] / "frontend" / "storefront" / "templates"
FONTS = Path(reports.__file__).parent / "fonts"
MEDIA_TYPE = "image/png"
REMEMBERED = 300
LONGEST_TITLE = 80
LONGEST_LINE = 150
_one_at_a_time = Lock()


@lru_cache(REMEMBERED)
def draw(title: str, line: str, foot: str, colour: str | int) -> bytes:
    """The PNG. Takes a tenth of a second of one core: call it in a thread."""
    words = {
        "title": cut(title, LONGEST_TITLE),
        "line": cut(line, LONGEST_LINE),
        "foot": cut(foot, LONGEST_LINE),
        "operator": mail.OPERATOR,
        "hue": colour if isinstance(colour, int) else hue(colour),
    }
    with _one_at_a_time:
        png = compiler().compile(format="png", ppi=72, sys_inputs={"document": json.dumps(words)})
    assert isinstance(png, bytes)
    return png


def cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


@cache
def compiler() -> typst.Compiler:
    return typst.Compiler(
        str(FOLDER / "picture.typ"),
        root=str(FOLDER),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
    )
