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

LARGE = 20_000
"""Characters of a document after which memory is worth taking back."""
AGES = 12
"""typst forgets what it has not used for ten documents."""


def draw(template: str, document: Any, made_at: datetime) -> bytes:
    """The PDF of `template`; the same document at the same moment is the same bytes.

    PDF/A-2a: fonts inside, tagged for screen readers, readable in ten years. Only our own fonts
    are used, so that it looks the same on every machine. Takes milliseconds to seconds of one
    core: call it in a thread.
    """
    inputs = json.dumps(document)
    with _one_at_a_time:
        pdf = compiler(template).compile(
            format="pdf",
            sys_inputs={"document": inputs},
            timestamp=int(made_at.timestamp()),
            pdf_standards=["a-2a"],
        )
        if len(inputs) > LARGE:
            _forget()
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


def _forget() -> None:
    """Let typst age what it remembers of a large document.

    It keeps every laid-out line for the next ten documents, ready to be used again: hundreds of
    megabytes a statement of 2,000 lines, which without this a process would never give back.
    """
    for age in range(AGES):
        compiler("empty").compile(format="pdf", sys_inputs={"age": str(age)})
