"""Files of rows under a header, line by line: memory stays flat, a bad row spoils no other."""

import codecs
import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import IO, NamedTuple

from backend.core.letters import unseen
from backend.core.problem import Problem

LONGEST_CELL = 10_000
LOST = "\ufffd"
"""Stands for a byte that is no letter in the encoding of the file."""
BLOCK_BYTES = 1 << 20
_FORMULA = re.compile(r"(?![+-]\d+(?:[.,]\d+)?\Z)'*[=+\-@\t\r]", re.ASCII)
_QUOTED = re.compile(r"'+[=+\-@\t\r]")
ASCII = frozenset(map(chr, range(128)))


class UnreadableFile(Problem):
    status = 422
    code = "unreadable-file"
    title = "The file is not the list that was asked for"


def neutral(text: str) -> str:
    """Text that no spreadsheet takes for a formula: one more quote before a leading = + - @, unless
    it is a number. `read_cells` takes it off again.
    """
    return f"'{text}" if _FORMULA.match(text) else text


class Refusal(NamedTuple):
    """Why a row did not land. `line` counts from 1, the header included."""

    line: int
    column: str
    reason: str
    row: tuple[str, ...]


class Header(NamedTuple):
    """Where each column stands, and how the file writes."""

    names: tuple[str, ...]
    places: dict[str, int]
    delimiter: str
    ignored: tuple[str, ...]

    @property
    def has_commas(self) -> bool:
        """Whether decimals may be written with a comma."""
        return self.delimiter == ";"


class BadCell(Exception):
    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason


def read_header(line: str, required: Sequence[str], optional: Sequence[str]) -> Header:
    """Columns in any order; `;` or `,` between them.

    Raises:
        UnreadableFile: a required column is missing or stands twice, or it cannot be read at all.
    """
    delimiter = ";" if line.count(";") > line.count(",") else ","
    try:
        cells = next(csv.reader([line], delimiter=delimiter))
    except csv.Error as error:
        raise UnreadableFile(f"Line 1 names no columns: {error}.") from None
    names = tuple(name.strip().lower() for name in cells)
    missing = [name for name in required if name not in names]
    if missing:
        raise UnreadableFile(
            f"Line 1 has no column {', '.join(missing)}; it needs {', '.join(required)} and may "
            f"have {', '.join(optional)}."
        )
    known = [name for name in names if name in (*required, *optional)]
    twice = sorted({name for name in known if known.count(name) > 1})
    if twice:
        raise UnreadableFile(f"Line 1 has the column {', '.join(twice)} twice.")
    ignored = tuple(name for name in names if name not in known)
    return Header(names, {name: names.index(name) for name in known}, delimiter, ignored)


def read_cells(
    lines: Iterable[str], header: Header
) -> Iterator[Refusal | tuple[int, tuple[str, ...]]]:
    """Each row after the header with its line's number, in order, blank ones left out.

    A quote before a sign, which keeps a spreadsheet from a formula, is none of the cell's. A row is
    one line: no column holds a line break, and so a forgotten quote spoils its own row
    and not the thousand after it.
    """
    for number, line in enumerate(lines, 2):
        try:
            cells = next(csv.reader([line], delimiter=header.delimiter, strict=True), [])
        except csv.Error as error:
            yield Refusal(number, "", f"The row cannot be read: {error}.", (line.rstrip("\r\n"),))
            continue
        if not any(cell.strip() for cell in cells):
            continue
        cells = [cell[1:] if _QUOTED.match(cell) else cell for cell in cells]
        if len(cells) == len(header.names):
            yield number, tuple(cells)
        else:
            reason = f"The row has {len(cells)} cells, the header {len(header.names)}."
            yield Refusal(number, "", reason, tuple(cells))


def named_cells(
    cells: Sequence[str], header: Header, defaults: Mapping[str, str]
) -> dict[str, str]:
    """The cells of the columns that are known, by name; `defaults` where one is empty or absent.

    Raises:
        BadCell: with characters that nobody can see, or that were lost.
    """
    cell = {name: visible(name, cells[place]) for name, place in header.places.items()}
    return cell | {name: cell.get(name) or value for name, value in defaults.items()}


def visible(column: str, value: str) -> str:
    """`value` without the blanks around it.

    Raises:
        BadCell: as `named_cells`.
    """
    if "\0" in value:
        raise BadCell(
            column, f"There is a NUL byte at position {value.index(chr(0)) + 1}; remove it."
        )
    hidden = unseen(value)
    if hidden is not None:
        raise BadCell(column, f"It holds {hidden}.")
    if LOST in value:
        place = value.index(LOST) + 1
        raise BadCell(column, f"The letter at position {place} cannot be read; save as UTF-8.")
    if len(value) > LONGEST_CELL:
        raise BadCell(column, f"The cell has {len(value)} characters.")
    return value.strip()


def one_of(column: str, value: str, allowed: Sequence[str]) -> str:
    """Raises: BadCell, with what is allowed."""
    if value not in allowed:
        raise BadCell(column, f"{value!r} is not one of {', '.join(allowed)}.")
    return value


def short_name(column: str, value: str) -> str:
    """Raises: BadCell, unless it has 1 to 100 characters."""
    if not 1 <= len(value) <= 100:
        raise BadCell(column, "It is empty." if not value else f"{len(value)} characters, max 100.")
    return value


class Rejected:
    """The list of refused rows at `path`; none is left when nothing was refused."""

    def __init__(self, path: Path, header: Header) -> None:
        self.path = path
        self.header = header
        self._file: IO[str] | None = None

    def __enter__(self) -> "Rejected":
        self.path.unlink(missing_ok=True)
        return self

    def write(self, refusal: Refusal) -> None:
        if self._file is None:
            self._file = self.path.open("w", encoding="utf-8", newline="")
            names = map(neutral, self.header.names)
            self._write("line", "column", "reason", *names)
        row = (neutral(cell.replace("\0", "\\0")) for cell in refusal.row)
        self._write(refusal.line, refusal.column, refusal.reason, *row)

    def _write(self, *cells: object) -> None:
        # As the file writes, so that its decimals keep their comma when it comes in again.
        assert self._file is not None, "a refusal opened it"
        csv.writer(self._file, delimiter=self.header.delimiter).writerow(cells)

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()


@contextmanager
def reading_lines(
    path: Path, progress: Callable[[int], None] = lambda _: None
) -> Iterator[tuple[str, Iterator[str]]]:
    """The first line of `path`, and those after it; `progress` receives bytes read.

    Raises:
        UnreadableFile: it is empty, or UTF-16.
    """
    with path.open("rb") as raw:
        lines = _lines(raw, _encoding(raw), progress)
        try:
            first = next(lines)
        except StopIteration:
            raise UnreadableFile(f"{path.name} is empty.") from None
        yield first, lines


def _encoding(raw: IO[bytes]) -> str:
    """UTF-8, or Windows' Latin-1 if most accents are none of UTF-8's; one quick pass.

    A few broken bytes in a file of UTF-8 spoil their rows, not the names in all.
    """
    if raw.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        raise UnreadableFile("It is UTF-16; save it as CSV in UTF-8 (Excel: CSV UTF-8).")
    raw.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8-sig")(errors="replace")
    accents = broken = 0
    while block := raw.read(BLOCK_BYTES):
        text = decoder.decode(block)
        if not text.isascii():
            lost = text.count(LOST)
            broken += lost
            accents += sum(map(text.count, set(text) - ASCII)) - lost
    raw.seek(0)
    return "cp1252" if broken > accents else "utf-8-sig"


def _lines(raw: IO[bytes], encoding: str, progress: Callable[[int], None]) -> Iterator[str]:
    """Lines with their ends; one that never ends is cut, so that memory stays flat."""
    text = TextIOWrapper(raw, encoding, errors="replace", newline="")
    characters = told = 0
    while line := text.readline(BLOCK_BYTES):
        characters += len(line)
        if characters >= BLOCK_BYTES:
            progress(raw.tell() - told)
            characters, told = 0, raw.tell()
        yield line
    progress(raw.tell() - told)
    text.detach()
