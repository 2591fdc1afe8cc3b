"""The characters that no text holds: those that nobody sees, and those that turn its direction."""

import re
import unicodedata

# "\u202e" makes a name read backwards, "\u200b" makes two names of one. The joiners \u200c and
# \u200d stay: Persian, Hindi and others are written with them. JavaScript reads these ranges too.
_UNSEEN = (
    r"\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
)
# "$" alone would let one trailing line break through; "(?!\n)" is the same to a JavaScript reader.
ONE_LINE = rf"^[^\x00-\x1f{_UNSEEN}]*$(?!\n)"
LINES = rf"^[^\x00-\x08\x0b\x0c\x0e-\x1f{_UNSEEN}]*$(?!\n)"
SAYS_SOMETHING = r"(?=[\s\S]*\S)"
"""Put before one of both: at least one character is no space."""

_FORBIDDEN = re.compile(rf"[\x00-\x08\x0b\x0c\x0e-\x1f{_UNSEEN}]")
_ENDS_OF_LINES = re.compile(r"[\t\n\r]")


def unseen(text: str) -> str | None:
    """Which character nobody sees in a refused `text`, and where, counted from 1; None if none."""
    found = _FORBIDDEN.search(text) or _ENDS_OF_LINES.search(text)
    if found is None:
        return None
    character = found.group()
    name = unicodedata.name(character, "a control character")
    return f"U+{ord(character):04X} ({name}) at position {found.start() + 1}; remove it"
