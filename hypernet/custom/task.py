"""A task of a visitor's own, in one of four ways, and the file that holds it.

    {"version": 1, "way": "formula", "y": "sin(x)"}
    {"version": 1, "way": "points", "ways": 0, "support": [[x, y], …], "query": […], "scales": […]}
    {"version": 1, "way": "csv", "csv": "…", "columns": {"x": …, "y": …}, "ways": 0, "share": 70, …}
    {"version": 1, "way": "family", "formula": …, "ranges": [["a", 0.1, 5], …], "theta": {"a": 1}}

Every task is checked where it is made, so that one that exists can be used.
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from typing import Any

import torch

from hypernet.custom.points import (
    MOST_POINTS,
    OwnPoints,
    Rows,
    Scale,
    fit_in,
    remarks,
    split,
)
from hypernet.custom.strict_json import (
    parse_object,
    take,
    take_list,
    take_number,
    take_numbers,
    take_text,
    take_whole,
)
from hypernet.custom.table import LONGEST_NAME, MOST_BYTES, classes, numbers, read_table
from hypernet.formula import MOST_CHARACTERS, Formula, finite_on, parse
from hypernet.names import unknown
from hypernet.spec import Plain, check, data, number
from hypernet.tasks.formula import GRID, MOST_PARAMETERS, FormulaFamily

VERSION = 1
MOST_TASK_BYTES = 400_000
#: theta may lie outside the ranges that are trained on, up to here.
LARGEST_THETA = 100.0

Ranges = tuple[tuple[str, float, float], ...]


@dataclass(frozen=True)
class FormulaTask:
    """The curve y(x) of a formula, which is finite wherever curves are drawn."""

    y: str

    def __post_init__(self) -> None:
        finite_on(self.formula, {"x": GRID})

    @functools.cached_property
    def formula(self) -> Formula:
        """The formula, read."""
        return parse(self.y)

    def to_plain(self) -> Plain:
        """The task as JSON values."""
        return {"y": self.y}

    @staticmethod
    def from_plain(plain: object) -> FormulaTask:
        """The task that `to_plain` wrote; ValueError for anything else."""
        (y,) = take(plain, "this task", ["y"])
        return FormulaTask(take_text(y, "y", MOST_CHARACTERS))


@dataclass(frozen=True)
class PointsTask:
    """Points that were drawn by hand."""

    points: OwnPoints

    def to_plain(self) -> Plain:
        """The task as JSON values."""
        scales = [[scale.name, scale.centre, scale.unit] for scale in self.points.scales]
        return {
            "ways": self.points.ways,
            "support": self.points.support,
            "query": self.points.query,
            "scales": scales,
        }

    @staticmethod
    def from_plain(plain: object) -> PointsTask:
        """The task that `to_plain` wrote; ValueError for anything else."""
        ways, *rows, scales = take(plain, "this task", ["ways", "support", "query", "scales"])
        return PointsTask(
            OwnPoints(
                take_whole(ways, "ways"),
                _rows(rows[0], "support"),
                _rows(rows[1], "query"),
                tuple(_scale(scale) for scale in take_list(scales, "scales", 0, 2)),
            )
        )


@dataclass(frozen=True)
class TableTask:
    """Rows of a table: numbers x and y, or numbers x and x2 and a class.

    Args:
        csv: the table's text.
        columns: names of the columns used, in that order.
        ways: 0 for numbers y, else the number of classes that the last column holds.
    """

    csv: str = data()
    columns: tuple[str, ...] = data()
    ways: int = data()
    share: int = number(20, 10, 100, unit="%", help="Share of the rows that are support.")
    seed: int = number(0, 0, 9999, help="Which rows: the same seed gives the same rows.")

    def __post_init__(self) -> None:
        check(self)
        if len(self.columns) != len(_uses(self.ways)):
            needed = ", ".join(_uses(self.ways))
            raise ValueError(f"columns must be those of {needed}; got {len(self.columns)}")
        _fitted(self.csv, self.columns, self.ways)

    @functools.cached_property
    def points(self) -> OwnPoints:
        """The rows in the units of the learners, split into support and query."""
        rows, scales = _fitted(self.csv, self.columns, self.ways)
        return OwnPoints(self.ways, *split(rows, self.share, self.seed), scales)

    def to_plain(self) -> Plain:
        """The task as JSON values."""
        return {
            "csv": self.csv,
            "columns": dict(zip(_uses(self.ways), self.columns, strict=True)),
            "ways": self.ways,
            "share": self.share,
            "seed": self.seed,
        }

    @staticmethod
    def from_plain(plain: object) -> TableTask:
        """The task that `to_plain` wrote; ValueError for anything else."""
        keys = ["csv", "columns", "ways", "share", "seed"]
        csv, columns, ways, share, seed = take(plain, "this task", keys)
        ways = take_whole(ways, "ways")
        names = take(columns, "columns", _uses(ways))
        return TableTask(
            take_text(csv, "csv", MOST_BYTES),
            tuple(take_text(name, "the name of a column", LONGEST_NAME) for name in names),
            ways,
            take_whole(share, "share"),
            take_whole(seed, "seed"),
        )


@dataclass(frozen=True)
class FamilyTask:
    """One task of the family that a formula and the ranges of its parameters make.

    Args:
        theta: a value of each parameter, in the order of the ranges; maybe outside them.
    """

    formula: str
    ranges: Ranges
    theta: tuple[float, ...]

    def __post_init__(self) -> None:
        names = [name for name, _, _ in self.family.ranges]
        if len(self.theta) != len(names):
            raise ValueError(f"theta must have {len(names)} entries, got {len(self.theta)}")
        theta = dict(zip(names, self.theta, strict=True))
        for name, value in theta.items():
            if not -LARGEST_THETA <= value <= LARGEST_THETA:
                limits = f"{-LARGEST_THETA:g}..{LARGEST_THETA:g}"
                raise ValueError(f"{name} must be {limits}, got {value:g}")
        values = {name: torch.tensor(value) for name, value in theta.items()}
        finite_on(parse(self.formula, names), {"x": GRID, **values})

    @functools.cached_property
    def family(self) -> FormulaFamily:
        """The family, without noise."""
        return FormulaFamily(self.formula, self.ranges)

    def to_plain(self) -> Plain:
        """The task as JSON values."""
        names = [name for name, _, _ in self.ranges]
        return {
            "formula": self.formula,
            "ranges": self.ranges,
            "theta": dict(zip(names, self.theta, strict=True)),
        }

    @staticmethod
    def from_plain(plain: object) -> FamilyTask:
        """The task that `to_plain` wrote; ValueError for anything else."""
        formula, ranges, theta = take(plain, "this task", ["formula", "ranges", "theta"])
        items = take_list(ranges, "ranges", 1, MOST_PARAMETERS)
        read = tuple(_range(item) for item in items)
        values = take(theta, "theta", [name for name, _, _ in read])
        return FamilyTask(
            take_text(formula, "formula", MOST_CHARACTERS),
            read,
            tuple(take_number(value, "theta") for value in values),
        )


OwnTask = FormulaTask | PointsTask | TableTask | FamilyTask
WAYS: dict[str, type[OwnTask]] = {
    "formula": FormulaTask,
    "points": PointsTask,
    "csv": TableTask,
    "family": FamilyTask,
}


def to_json(task: OwnTask) -> str:
    """The task as the text of a file; `from_json` reads it.

    Raises:
        ValueError: for a table with so many quotation marks that its file would be too large.
    """
    way = next(name for name, kind in WAYS.items() if type(task) is kind)
    plain = {"version": VERSION, "way": way, **task.to_plain()}
    text = json.dumps(plain, ensure_ascii=False, allow_nan=False)
    size = len(text.encode())
    if size > MOST_TASK_BYTES:
        raise ValueError(f"this task has {size} bytes; at most {MOST_TASK_BYTES} can be kept")
    return text


def from_json(data: str | bytes) -> OwnTask:
    """The task in a file.

    Raises:
        ValueError: in one sentence, for anything but a task that can be used.
    """
    plain = parse_object(data, "this task", MOST_TASK_BYTES)
    version, way = plain.pop("version", None), plain.pop("way", None)
    if type(version) is not int or version != VERSION:
        raise ValueError(f"this task must be of version {VERSION} of this program")
    if not isinstance(way, str) or way not in WAYS:
        raise unknown("the way of this task", way, WAYS)
    return WAYS[way].from_plain(plain)


def _uses(ways: int) -> tuple[str, ...]:
    """What the columns of a table are used as."""
    return ("x", "x2", "class") if ways else ("x", "y")


@functools.lru_cache(maxsize=32)
def _fitted(csv: str, columns: tuple[str, ...], ways: int) -> tuple[Rows, tuple[Scale, ...]]:
    """The rows of a table in the units of the learners, and the scales."""
    table = read_table(csv)
    labels, names = classes(table, columns[2]) if ways else (None, ())
    if len(names) != ways:
        raise ValueError(f"ways must be {len(names)}, as in the table, got {ways}")
    return fit_in(columns[:2], [numbers(table, name) for name in columns[:2]], labels)


def _rows(value: object, name: str) -> Rows:
    rows = take_list(value, name, 0, MOST_POINTS)
    return tuple(take_numbers(row, f"a point of the {name}", 2, 3) for row in rows)


def _scale(value: Any) -> Scale:
    name, centre, unit = take_list(value, "a scale", 3, 3)
    name = take_text(name, "the name of an axis", LONGEST_NAME)
    return Scale(name, take_number(centre, "centre"), take_number(unit, "unit"))


def _range(value: Any) -> tuple[str, float, float]:
    name, low, high = take_list(value, "a range", 3, 3)
    name = take_text(name, "the name of a parameter", 8)
    return name, take_number(low, "a low end"), take_number(high, "a high end")


__all__ = [
    "WAYS",
    "FamilyTask",
    "FormulaTask",
    "OwnPoints",
    "OwnTask",
    "PointsTask",
    "Scale",
    "TableTask",
    "fit_in",
    "from_json",
    "remarks",
    "split",
    "to_json",
]
