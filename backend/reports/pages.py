"""Reports as PDF: facts become finished words here, the typst templates only place them."""

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import typst

FOLDER = Path(__file__).parent
_one_at_a_time = Lock()


def draw(template: str, document: Any, made_at: datetime) -> bytes:
    """The PDF of `template`; the same document at the same moment is the same bytes.

    PDF/A-2a: fonts inside, tagged for screen readers, readable in ten years. Only our own fonts
    are used, so that it looks the same on every machine. Takes milliseconds to seconds of one
    core: call it in a thread.
    """
    with _one_at_a_time:
        pdf = compiler(template).compile(
            format="pdf",
            sys_inputs={"document": json.dumps(document)},
            timestamp=int(made_at.timestamp()),
            pdf_standards=["a-2a"],
        )
    assert isinstance(pdf, bytes)
    return pdf


@cache
def compiler(template: str) -> typst.Compiler:
    """Reads the template and the fonts once a process."""
    return typst.Compiler(
        str(FOLDER / "templates" / f"{template}.typ"),
        root=str(FOLDER / "templates"),
        font_paths=[str(FOLDER / "fonts")],
        ignore_system_fonts=True,
    )
