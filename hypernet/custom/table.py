"""A visitor's table: CSV text to columns of cells, then a column to numbers or to classes.

    bytes ── size, UTF-8 ──► text ── csv ──► rows ── header ──► Table ──► numbers, classes

Cells are text until they are asked for as numbers, and never anything else: what a spreadsheet
would take for a formula is a name like any other. A number is written with the digits 0 to 9; what
Python's `float` takes beyond that (`1_000`, `nan`, digits of other scripts) is none, so that every
number is the one a reader sees.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

MOST_BYTES = 256_000
MOST_COLUMNS = 20
MOST_ROWS = 2000
#: So many problems are named; the others are counted.
MOST_PROBLEMS = 5
LONGEST_NAME = 40
#: Sums of squares of numbers up to here are finite.
LARGEST = 1e100
NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
#: A comma that separates no cells if anything else does.
DECIMAL_COMMA = re.compile(r"(?<=[0-9]),(?=[0-9])")
QUOTED = re.compile('"[^"]*"')
FIRST_LINE = re.compile(r'(?:"[^"]*"|[^"\r\n]+)*')
#: What programs write for a number that is not there.
MISSING = {"", "na", "n/a", "null", "nan", "inf", "+inf", "-inf"}


@dataclass(frozen=True)
class Table:
    """Columns of cells, each cell its text without blanks around it.

    Args:
        names: of the columns; all of them differ.
        columns: of the same length, at least 1.
        places: of each row in the file, from 1; the header and blank rows are counted.
    """

    names: tuple[str, ...]
    columns: tuple[tuple[str, ...], ...]
    places: tuple[int, ...]

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The cells row by row."""
        return tuple(zip(*self.columns, strict=True))

    def column(self, name: str) -> tuple[str, ...]:
        """The cells of a column; ValueError where there is none of this name."""
        if name not in self.names:
            known = one_line(", ".join(self.names), 200)
            raise ValueError(f"this table has no column '{one_line(name)}'; it has {known}")
        return self.columns[self.names.index(name)]


def read_table(data: bytes | str) -> Table:
    """The table in a CSV file, or in a text that was pasted.

    Cells are separated by commas, semicolons or tabs; with semicolons a comma may stand for the
    decimal point. Blank rows are left out. The first row is a header if some of its cells are text
    and either none is a number or one of these texts stands above numbers alone.

    Raises:
        ValueError: in one sentence, for what is too large, no UTF-8 text, or no table.
    """
    rows = _rows(_text(data))
    if not rows:
        raise ValueError("this table is empty")
    places, cells = zip(*rows, strict=True)
    header = _is_header(cells[0], cells[1:])
    names = cells[0] if header else [""] * len(cells[0])
    if len(rows) == header:
        raise ValueError("this table has a header but no rows")
    _check_rows(len(rows) - header)
    columns = tuple(zip(*cells[header:], strict=True))
    return Table(_names(names), columns, places[header:])


def numbers(table: Table, name: str) -> tuple[float, ...]:
    """A column as finite numbers.

    Raises:
        ValueError: naming the first rows with anything else.
    """
    cells = table.column(name)
    _refuse(table, name, "numbers", _why_no_number)
    return tuple(float(cell) + 0.0 for cell in cells)  # −0 + 0 is 0


def classes(table: Table, name: str, most: int = 5) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """The class of each row, from 0, and the names of the classes: by size, or by the alphabet.

    Raises:
        ValueError: for an empty or long cell, one class alone, or more than `most`.
    """
    _refuse(table, name, "names of classes", _why_no_class)
    labels = [one_line(cell) for cell in table.column(name)]
    names = sorted(set(labels), key=_size)
    if not 2 <= len(names) <= most:
        raise ValueError(
            f"column '{name}' must hold 2..{most} classes, got {len(names)} different values"
        )
    return tuple(names.index(label) for label in labels), tuple(names)


def one_line(text: str, most: int = LONGEST_NAME) -> str:
    """A visitor's text in one line, without invisible characters, cut to `most` characters."""
    start = text[: 4 * most]
    line = "".join(c for c in " ".join(start.split()) if c.isprintable())
    return line if len(line) <= most and start == text else line[: most - 1] + "…"


def _text(data: bytes | str) -> str:
    """The text of a file of allowed size."""
    _check_size(len(data))
    try:
        raw = data.encode() if isinstance(data, str) else data
        text = raw.decode()
    except (UnicodeEncodeError, UnicodeDecodeError) as error:
        raise ValueError(
            f"this table is not UTF-8 text from place {error.start + 1} on; save it as CSV UTF-8"
        ) from None
    _check_size(len(raw))
    if "\0" in text:
        raise ValueError("this table is no text: it has a NUL character; save it as CSV UTF-8")
    return text.removeprefix("\ufeff")


def _check_size(size: int) -> None:
    if size > MOST_BYTES:
        raise ValueError(f"this table has {size} bytes or more; at most {MOST_BYTES} are read")


def _check_rows(count: int) -> None:
    if count > MOST_ROWS:
        raise ValueError(f"this table has more than {MOST_ROWS} rows")


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """The rows that are not blank, all of one length, each with its place in the file."""
    delimiter = _delimiter(text)
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=True)
    rows: list[tuple[int, list[str]]] = []
    place = 0
    try:
        for place, row in enumerate(reader, 1):
            if row and not "".join(row).isspace() and any(row):
                rows.append((place, row))
                _check_rows(len(rows) - 1)
    except csv.Error as error:
        raise ValueError(
            f"row {place + 1} is not CSV: {one_line(str(error), 80)}; is a quotation mark missing?"
        ) from None
    _check_lengths(rows)
    return [(place, [_cell(cell, delimiter) for cell in row]) for place, row in rows]


def _delimiter(text: str) -> str:
    """The one that the first line has most of, outside quotation marks."""
    line = FIRST_LINE.match(text.lstrip())
    bare = QUOTED.sub("", line[0] if line else "")
    counts = {";": bare.count(";"), "\t": bare.count("\t"), ",": bare.count(",")}
    if counts[";"] or counts["\t"]:
        counts[","] -= len(DECIMAL_COMMA.findall(bare))
    most = max(counts, key=lambda delimiter: counts[delimiter])
    return most if counts[most] else ","


def _check_lengths(rows: Sequence[tuple[int, Sequence[str]]]) -> None:
    """Refuse too many columns, and rows that are longer or shorter than the first."""
    if not rows:
        return
    first, width = rows[0][0], len(rows[0][1])
    if width > MOST_COLUMNS:
        raise ValueError(f"this table has {width} columns; at most {MOST_COLUMNS} are read")
    ragged = [f"row {place} has {len(row)}" for place, row in rows if len(row) != width]
    if ragged:
        raise ValueError(f"rows must be as long as row {first} ({width} cells): {_first(ragged)}")


def _cell(cell: str, delimiter: str) -> str:
    """The cell without blanks around it; a number with − as minus and a decimal point."""
    cell = cell.strip()
    number = cell.replace("−", "-")
    if delimiter == ";":
        number = number.replace(",", ".")
    return number if NUMBER.fullmatch(number) else cell


def _is_header(first: Sequence[str], rest: Sequence[Sequence[str]]) -> bool:
    texts = [column for column, cell in enumerate(first) if _is_text(cell)]
    if not texts or not any(NUMBER.fullmatch(cell) for cell in first):
        return bool(texts)
    return any(not any(_is_text(row[column]) for row in rest) for column in texts)


def _is_text(cell: str) -> bool:
    """Whether a cell is neither a number nor one that is missing."""
    return cell.lower() not in MISSING and not NUMBER.fullmatch(cell)


def _names(header: Sequence[str]) -> tuple[str, ...]:
    """Names of columns: those of the header in one line, all different, none empty."""
    names: list[str] = []
    for place, cell in enumerate(header, 1):
        wanted = one_line(cell) or f"column {place}"
        name, count = wanted, 1
        while name in names:
            count += 1
            name = f"{wanted[: LONGEST_NAME - 5]} ({count})"
        names.append(name)
    return tuple(names)


def _refuse(table: Table, name: str, what: str, why: Callable[[str], str | None]) -> None:
    """Raise ValueError with the first problems of a column's cells, if there are any."""
    reasons = zip(table.places, map(why, table.column(name)), strict=True)
    problems = [f"row {place} {reason}" for place, reason in reasons if reason]
    if problems:
        raise ValueError(f"column '{name}' must hold {what}: {_first(problems)}")


def _why_no_number(cell: str) -> str | None:
    if not cell:
        return "is empty"
    if not NUMBER.fullmatch(cell):
        return f"has '{one_line(cell, 20)}'"
    if abs(float(cell)) > LARGEST:
        return f"has '{one_line(cell, 20)}', which is beyond {LARGEST:g}"
    return None


def _why_no_class(cell: str) -> str | None:
    if len(cell) > LONGEST_NAME:
        return f"has '{one_line(cell, 20)}', which is longer than {LONGEST_NAME} characters"
    return None if one_line(cell) else "is empty"


def _size(name: str) -> tuple[float, str]:
    """What classes are sorted by: numbers by size, then the other names."""
    return (float(name) if NUMBER.fullmatch(name) else float("inf"), name)


def _first(problems: Sequence[str]) -> str:
    """The first problems, and how many more there are."""
    more = len(problems) - MOST_PROBLEMS
    named = ", ".join(problems[:MOST_PROBLEMS])
    return f"{named} and {more} more" if more > 0 else named
