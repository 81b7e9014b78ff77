"""The rows of docs/results.md: no learner that only reads points is better than they allow."""

from __future__ import annotations

import itertools

import pytest

from hypernet.learners.bayes import TITLE
from hypernet.results.limit import FINE, POINTS
from hypernet.tasks import Sinusoid
from ui.measured import measured

#: Who is told more than the points, and numbers of other protocols.
TOLD_MORE = ("description", "from the paper", "Bayes' rule")
ACCURACY = "5 support points of each class"
TABLES = [
    *(("Sinusoids: mean squared error", f"{k} support points", "step 10") for k in (5, 10)),
    *(("Five modes: mean squared error", f"{k} support points", "step 10") for k in (5, 10)),
    *(("Planar shapes: accuracy", f"{k} support points of each class", "mean") for k in (5, 10)),
    ("Clusters: accuracy", ACCURACY, "step 10"),
    *(
        ("Clusters: accuracy", f"{ACCURACY}, by the number of classes N", f"N = {n}")
        for n in (2, 5)
    ),
]


def read(cell: str) -> tuple[float, float]:
    """A mean and half its interval."""
    mean, _, half = cell.partition(" ± ")
    return float(mean), float(half)


@pytest.mark.parametrize(("section", "table", "column"), TABLES)
def test_nobody_who_only_reads_points_is_better_than_they_allow(
    section: str, table: str, column: str
) -> None:
    found = measured(section, table)
    rows = dict(zip(found["learner"], found[column], strict=True))
    best, half = read(rows.pop(TITLE))
    sign = 1 if "accuracy" in section else -1
    others = [cell for name, cell in rows.items() if not any(told in name for told in TOLD_MORE)]
    assert len(others) >= 4
    for mean, own in (read(cell) for cell in others if "median" not in cell):
        assert sign * mean <= sign * best + half + own


#: Curves without noise are told apart as finely as the tolerance that stands for it.
FINENESS = (FINE.tolerance * Sinusoid().y_scale) ** 2


@pytest.mark.parametrize(
    ("family", "column", "sign", "fineness"),
    [
        ("Sinusoids", "loss", -1, FINENESS),
        ("Five modes", "loss", -1, 0.0),
        ("Planar shapes", "accuracy", 1, 0.0),
        ("Clusters", "accuracy", 1, 0.0),
    ],
)
def test_more_points_allow_no_less_beyond_the_interval(
    family: str, column: str, sign: int, fineness: float
) -> None:
    found = measured(f"{TITLE}: by the number of points", f"{family}, at best")
    assert found["points"] == [str(count) for count in POINTS]
    numbers = [read(cell) for cell in found[column]]
    for (fewer, before), (more, after) in itertools.pairwise(numbers):
        assert sign * more >= sign * fewer - before - after - fineness
