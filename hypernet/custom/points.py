"""A visitor's own points: brought to where the learners live, split, and remarked on.

    columns ── fit_in ──► rows ── split ──► support, query ──► OwnPoints ── remarks ──► sentences

A row is (x, y) on a curve, (x₁, x₂, class) in the plane, the class as a whole number from 0.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch

from hypernet.custom.table import LONGEST_NAME, one_line
from hypernet.init import stream
from hypernet.tasks import Planar, Sinusoid

Row = tuple[float, ...]
Rows = tuple[Row, ...]

#: As many as a table has rows, support and query together.
MOST_POINTS = 2000
#: Targets of a curve beyond this are none that a learner has ever seen.
LARGEST_Y = 100.0
#: Number of classes; 0 stands for a curve.
WAYS = (0, 2, 3, 4, 5)
#: Fewer points than this leave nearly every curve possible.
FEW = 3


@dataclass(frozen=True)
class Scale:
    """How an axis was rescaled: what is shown is (value − centre) / unit."""

    name: str
    centre: float = 0.0
    unit: float = 1.0

    def __post_init__(self) -> None:
        if not self.name or one_line(self.name) != self.name:
            raise ValueError(f"the name of an axis must be 1..{LONGEST_NAME} characters in a line")
        if not math.isfinite(self.centre):
            raise ValueError(f"centre must be a finite number, got {self.centre}")
        if not 0 < self.unit < math.inf:
            raise ValueError(f"unit must be a finite number above 0, got {self.unit}")

    def shown(self, value: float) -> float:
        """Where a value lies on the axis."""
        return (value - self.centre) / self.unit


@dataclass(frozen=True)
class OwnPoints:
    """A task given by its points alone, in the units of the learners.

    Args:
        ways: 0 for a curve, or the number of classes in the plane.
        support: the points that are given.
        query: held-out points to judge by; maybe none.
        scales: how both axes were rescaled; none where they are as they were.
    """

    ways: int
    support: Rows
    query: Rows = ()
    scales: tuple[Scale, ...] = ()

    def __post_init__(self) -> None:
        if self.ways not in WAYS:
            raise ValueError(f"ways must be 0 or 2..{WAYS[-1]}, got {self.ways}")
        count = len(self.support) + len(self.query)
        if count > MOST_POINTS:
            raise ValueError(f"points must be 0..{MOST_POINTS}, got {count}")
        for row in (*self.support, *self.query):
            _check_row(row, self.ways)
        if len(self.scales) not in (0, 2):
            raise ValueError(f"scales must be 0 or 2, got {len(self.scales)}")


def fit_in(
    names: Sequence[str], columns: Sequence[Sequence[float]], labels: Sequence[int] | None = None
) -> tuple[Rows, tuple[Scale, ...]]:
    """The rows of two columns, rescaled where they lie far from what the learners know.

    On a curve, x stays if it lies within ±5 and is more than 2 wide, else its ends come to ±4.5; y
    stays if it lies within ±8 with a standard deviation above 0.5, else it is centred, with a
    standard deviation of 2, or less where a point would be beyond ±8. In the plane (with labels)
    both coordinates stay if both lie within ±2.5 and are more than 1 wide, else their ends come to
    ±2. A column that holds one value stays if it lies within those limits, else it comes to 0.

    Args:
        names: of the two axes, for the scales.
        columns: numbers up to 1e100, at least one in each, of the same number.
        labels: the class of each row; None for a curve.

    Returns:
        The rows, and the scale of both axes; no scales where both stay.
    """
    if labels is None:
        scales = (_curve_x(names[0], columns[0]), _curve_y(names[1], columns[1]))
    else:
        scales = _plane(names, columns)
    shown = [list(map(scale.shown, column)) for scale, column in zip(scales, columns, strict=True)]
    if labels is not None:
        shown.append([float(label) for label in labels])
    stays = scales == (Scale(names[0]), Scale(names[1]))
    return tuple(zip(*shown, strict=True)), () if stays else scales


def split(rows: Rows, share: int, seed: int) -> tuple[Rows, Rows]:
    """Support and query: `share` % of the rows are support, of each class and at least one of it.

    Both keep the order of the rows. With the same seed a larger share only adds to the support.

    Raises:
        ValueError: for a share that is not 10..100.
    """
    if not 10 <= share <= 100:
        raise ValueError(f"share must be 10..100, got {share}")
    groups: dict[Row, list[int]] = defaultdict(list)
    for index in torch.randperm(len(rows), generator=stream(seed, "own split")).tolist():
        groups[rows[index][2:]].append(index)
    given = {
        index
        for group in groups.values()
        for index in group[: max(1, (len(group) * share + 50) // 100)]
    }
    support = tuple(row for index, row in enumerate(rows) if index in given)
    return support, tuple(row for index, row in enumerate(rows) if index not in given)


def remarks(points: OwnPoints) -> list[str]:
    """What is worth knowing of these points before a learner sees them, a sentence each."""
    support, query = points.support, points.query
    if not support:
        return ["There is no support point: a learner has nothing but what it knows beforehand."]
    found = _of_plane(points) if points.ways else _of_curve(support)
    clashes = _clashes((*support, *query))
    if clashes:
        where, what = ("point", "classes") if points.ways else ("x", "y")
        found.append(
            f"The same {where} comes with different {what} ({_counted(clashes, 'time')}): nothing "
            "fits all points, so some of it is noise."
        )
    known = set(support)
    seen = sum(row in known for row in query)
    if seen:
        found.append(
            f"Held-out points that are support points too: {seen} of {len(query)}. They say "
            "nothing of how a learner does on new points."
        )
    return found


def _check_row(row: Row, ways: int) -> None:
    if len(row) != (3 if ways else 2):
        raise ValueError(f"a point must be {3 if ways else 2} numbers, got {len(row)}")
    low, high = Planar.x_range if ways else Sinusoid.x_range
    y_low, y_high = Planar.x_range if ways else (-LARGEST_Y, LARGEST_Y)
    _within("x₁" if ways else "x", row[0], low, high)
    _within("x₂" if ways else "y", row[1], y_low, y_high)
    if ways and row[2] not in range(ways):
        raise ValueError(f"class must be 0..{ways - 1}, got {row[2]:g}")


def _within(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise ValueError(f"{name} must be {low:g}..{high:g}, got {value:g}")


def _curve_x(name: str, values: Sequence[float]) -> Scale:
    return Scale(name) if _stays(values, Sinusoid.x_range[1], 2.0) else _onto(name, values, 4.5)


def _curve_y(name: str, values: Sequence[float]) -> Scale:
    """Centred at the mean, unless the values stay."""
    centre = math.fsum(values) / len(values)
    furthest = max(abs(value - centre) for value in values)
    deviation = math.sqrt(math.fsum((value - centre) ** 2 for value in values) / len(values))
    inside = max(map(abs, values)) <= 8
    if inside and (deviation > 0.5 or min(values) == max(values)):
        return Scale(name)
    if _one_value(values):
        return Scale(name, centre, max(1.0, furthest))
    return Scale(name, centre, max(deviation / 2, furthest / 8))


def _plane(names: Sequence[str], columns: Sequence[Sequence[float]]) -> tuple[Scale, Scale]:
    if all(_stays(values, Planar.x_range[1], 1.0) for values in columns):
        return Scale(names[0]), Scale(names[1])
    return _onto(names[0], columns[0], 2.0), _onto(names[1], columns[1], 2.0)


def _stays(values: Sequence[float], limit: float, width: float) -> bool:
    """Whether all values are within ±limit, and more than `width` apart or all the same."""
    low, high = min(values), max(values)
    return max(-low, high) <= limit and (high - low > width or low == high)


def _onto(name: str, values: Sequence[float], end: float) -> Scale:
    """The lowest value at −end, the highest at end."""
    centre, reach = (max(values) + min(values)) / 2, (max(values) - min(values)) / 2
    return Scale(name, centre, max(1.0, reach) if _one_value(values) else reach / end)


def _one_value(values: Sequence[float]) -> bool:
    """Whether values are the same up to rounding, so that no scale can tell them apart."""
    low, high = min(values), max(values)
    return high - low <= max(1e-100, 1e-12 * max(abs(low), abs(high)))


def _of_curve(support: Rows) -> list[str]:
    found = []
    if len(support) < FEW:
        found.append(
            f"Only {_counted(len(support), 'support point')}: nearly any curve passes there, so "
            "what a learner expects decides."
        )
    if _all_same(x for x, _ in support):
        found.append("All support points have the same x: how y changes with x cannot be seen.")
    if _all_same(y for _, y in support):
        found.append("All support points have the same y: a constant fits them all.")
    return found


def _of_plane(points: OwnPoints) -> list[str]:
    found = []
    labels = [row[2] for row in points.support]
    missing = sum(label not in labels for label in range(points.ways))
    fewest = min(map(labels.count, set(labels)))
    if missing == points.ways - 1:
        found.append("All support points are of one class: nothing tells it from the others.")
    elif missing:
        found.append(f"Classes without a support point: {missing} of {points.ways}.")
    if fewest < FEW:
        found.append(
            f"A class has only {_counted(fewest, 'support point')}: how far it reaches is left to "
            "what a learner expects."
        )
    for axis, name in enumerate(("x₁", "x₂")):
        if _all_same(row[axis] for row in points.support):
            found.append(f"All support points have the same {name}: it tells no classes apart.")
    return found


def _all_same(values: Iterable[float]) -> bool:
    """Whether two or more values are equal."""
    known = list(values)
    return len(known) > 1 and len(set(known)) == 1


def _clashes(rows: Rows) -> int:
    """How many places come with different values or classes."""
    values: dict[Row, set[float]] = defaultdict(set)
    for *place, value in rows:
        values[tuple(place)].add(value)
    return sum(len(found) > 1 for found in values.values())


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
