"""Many random tables, all the way to a task: `python -m tests.fuzz --tables 2000`."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from hypernet.custom.points import remarks
from hypernet.custom.table import LARGEST, LONGEST_NAME, Table, classes, numbers, read_table
from hypernet.custom.task import TableTask, from_json, to_json
from tests.fuzz import watched
from tests.hostile_tables import HEADERS, NO_NUMBERS, REFUSED

SLOWEST = 1.0
LONGEST_SENTENCE = 600

# ------------------------------------------------------------ tables

words = st.sampled_from(
    [
        "x",
        "y",
        "α",
        "class",
        "",
        "=1+1",
        "@SUM(A1)",
        "<b>",
        "x" * 50,
        "a b",
        "nan",
        "NA",
        "−1",
        "\u202e",
    ]
)
values = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.floats(-10, 10).map("{:.2f}".format),
    st.integers(-5, 5).map(str),
)


@dataclass(frozen=True)
class Dialect:
    """How a program writes tables."""

    delimiter: str
    comma: bool
    quotes: bool
    ending: str
    mark: str

    def cell(self, text: str) -> str:
        """A cell as it stands in the file."""
        if self.comma:
            text = text.replace(".", ",")
        special = any(sign in text for sign in (self.delimiter, '"', "\r", "\n"))
        return f'"{text.replace(chr(34), chr(34) * 2)}"' if self.quotes or special else text

    def write(self, rows: list[list[str]]) -> bytes:
        """The file of a table."""
        lines = [self.delimiter.join(map(self.cell, row)) for row in rows]
        return (self.mark + "".join(line + self.ending for line in lines)).encode()


dialects = st.builds(
    Dialect,
    st.sampled_from([",", ";", "\t"]),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["\n", "\r\n", "\r", "\n\n"]),
    st.sampled_from(["", "\ufeff"]),
)


@st.composite
def valid(draw: st.DrawFn, cells: st.SearchStrategy[str] = values) -> bytes:
    """A table of numbers in any dialect, maybe with a header and a column of classes."""
    width = draw(st.sampled_from([1, 2, 2, 3, 3, 4, 20, 21]))
    columns = [cells] * (width - 1) + [draw(st.sampled_from([cells, st.sampled_from("abc")]))]
    rows = draw(st.lists(st.tuples(*columns).map(list), max_size=12))
    rows = rows * draw(st.sampled_from([1, 1, 1, 5, 200]))
    if draw(st.booleans()):
        rows = [draw(st.lists(words, min_size=width, max_size=width)), *rows]
    return draw(dialects).write(rows)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A valid table with up to four places changed."""
    data = draw(valid())
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        put = draw(st.one_of(st.binary(max_size=3), st.sampled_from(SIGNS)))
        data = data[:at] + put + data[at + draw(st.integers(0, 5)) :]
    return data


SIGNS = [b'"', b",", b";", b"\t", b"\n", b"\r", b"\0", b"\xff", b"1e999", b"nan", b'""', b" "]
HOSTILE = [
    data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    for data, _ in (*REFUSED.values(), *NO_NUMBERS.values(), *HEADERS.values())
]
tables = st.one_of(
    valid(),
    valid(st.one_of(values, words, st.text(max_size=5))),
    mutated(),
    st.binary(max_size=400),
    st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.text('0123456789.,;\t"\r\n-+eE−x ', max_size=200).map(str.encode),
    st.sampled_from(HOSTILE),
)

# ------------------------------------------------------------ what becomes of them

Result = TypeVar("Result")


@dataclass
class Tally:
    """What became of the tables so far; the start of one stands beside the time in seconds."""

    accepted: int = 0
    refused: int = 0
    tasks: int = 0
    slowest: tuple[float, bytes] = field(default=(0.0, b""))

    def __str__(self) -> str:
        seconds, data = self.slowest
        return (
            f"{self.accepted + self.refused} tables: {self.accepted} accepted with {self.tasks} "
            f"tasks, {self.refused} refused, slowest {1000 * seconds:.1f} ms ({data!r}), "
            "no file, process or import"
        )

    def count(self, data: bytes) -> None:
        """Read bytes as a table, its columns as numbers and classes, and make tasks of them."""
        table = self.outcome(data, lambda: read_table(data))
        self.refused += table is None
        if table is None:
            return
        self.accepted += 1
        check_names(table)
        for name in table.names[:3]:
            for columns, ways in self.uses(data, table, name):
                task = self.outcome(data, partial(TableTask, data.decode(), columns, ways))
                if task is not None:
                    self.tasks += 1
                    check_task(task)

    def uses(self, data: bytes, table: Table, name: str) -> list[tuple[tuple[str, ...], int]]:
        """What tasks may be made with this column as y, and as the class."""
        found: list[tuple[tuple[str, ...], int]] = []
        column = self.outcome(data, lambda: numbers(table, name))
        if column is not None:
            assert all(abs(value) <= LARGEST for value in column)
            found.append(((table.names[0], name), 0))
        labels = self.outcome(data, lambda: classes(table, name))
        if labels is not None:
            found.append(((table.names[0], table.names[-1], name), len(labels[1])))
        return found

    def outcome(self, data: bytes, step: Callable[[], Result]) -> Result | None:
        """What a step comes to, None where it is refused; watched, and measured in CPU time."""
        started = time.thread_time()
        with watched() as events:
            result, error = caught(step)
        seconds = time.thread_time() - started
        assert not events, f"{data[:200]!r} raised {events[:3]}"
        assert seconds < SLOWEST, f"{data[:200]!r} took {seconds:.1f} s"
        self.slowest = max(self.slowest, (seconds, data[:40]))
        assert error is None or (error.isprintable() and 10 < len(error) <= LONGEST_SENTENCE), error
        return result


def caught(step: Callable[[], Result]) -> tuple[Result | None, str | None]:
    """What a step comes to, or the sentence it is refused with."""
    try:
        return step(), None
    except ValueError as error:
        return None, str(error)


def check_names(table: Table) -> None:
    """Names of columns are different, short and visible."""
    assert len(set(table.names)) == len(table.names) == len(table.columns)
    assert all(name.isprintable() and 1 <= len(name) <= LONGEST_NAME for name in table.names)


def check_task(task: TableTask) -> None:
    """Points of a task are finite, what is said of them is short, and it comes back from a file."""
    rows = (*task.points.support, *task.points.query)
    assert all(math.isfinite(entry) for row in rows for entry in row)
    assert all(line.isprintable() and len(line) < 200 for line in remarks(task.points))
    text, error = caught(lambda: to_json(task))
    assert error or from_json(str(text)) == task


def fuzz_tables(count: int, seed: int = 0, *, derandomize: bool = False) -> str:
    """Read `count` random files as tables; a summary in one line.

    Raises:
        AssertionError: with the first file that is neither accepted with finite values nor refused
            in one sentence, takes over a second, or does anything beside being read.
    """
    TableTask("x,y\n1,2\n", ("x", "y"), 0)  # what is loaded late is loaded now
    tally = Tally()

    @settings(
        max_examples=count,
        derandomize=derandomize,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(tables)
    def every(data: bytes) -> None:
        tally.count(data)

    (every if derandomize else seeded(seed)(every))()
    return str(tally)
