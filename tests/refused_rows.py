"""Reasons of refused rows, as the pages recognise them to say them in the reader's language."""

import re
from pathlib import Path

WORDS = Path(__file__).parents[1] / "frontend" / "desk" / "src" / "desk" / "refusedRows.ts"


def known_reasons() -> list[re.Pattern[str]]:
    text = WORDS.read_text()
    forms = text[text.index("const REASONS") : text.index("} satisfies")]
    return [re.compile(form, re.DOTALL) for form in re.findall(r"^  \w+: /(.*)/s?,$", forms, re.M)]
