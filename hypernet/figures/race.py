"""Error against what has been spent: every learner on the same task, from its start on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from hypernet.figures.compare import plotly_dash
from hypernet.figures.numbers import brief
from hypernet.figures.theme import Line

HEIGHT = 490
#: Decades of the error that are always there; more where a learner leaves them.
DECADES = (-3, 1)
#: An error below this is drawn at this, for a logarithm needs one.
SMALLEST = 1e-9
#: Where a logarithmic axis has its 0: so many decades before the first.
ZERO = 0.6
DIVERGED = "x"
PREFIXES = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""))


class Axis(NamedTuple):
    """What is spent; by decades where learners differ by orders of magnitude."""

    title: str
    unit: str
    decades: bool


class Lane(NamedTuple):
    """A learner in the race: what it has spent by each step and its error there, step 0 first.

    `kept` entries are usable; fewer than there are means that its inner loop diverged after them.
    """

    title: str
    line: Line
    symbol: str
    spent: NDArray[np.float64]
    error: NDArray[np.float32]
    kept: int

    @property
    def diverged(self) -> bool:
        """Whether the inner loop left the chart."""
        return self.kept < len(self.error)


def race_figure(lanes: Sequence[Lane], axis: Axis) -> go.Figure:
    """One line for each learner; a diverged one ends with a cross."""
    first, last = _decades([lane.spent for lane in lanes])
    figure = go.Figure([_drawn(lane, axis, first) for lane in lanes])
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 0, "r": 0, "t": 8, "b": 0},
        legend={"orientation": "h", "yref": "container", "y": 0, "yanchor": "bottom"},
    )
    figure.update_xaxes(title=axis.title, zeroline=False, **_ticks(lanes, axis, first, last))
    low, high = _decades([lane.error[: lane.kept] for lane in lanes])
    figure.update_yaxes(
        title="query error (MSE)",
        type="log",
        range=[min(low, DECADES[0]), max(high, DECADES[1])],
        dtick=1,
        exponentformat="power",
    )
    return figure


def _ticks(lanes: Sequence[Lane], axis: Axis, first: int, last: int) -> dict[str, Any]:
    """Range and ticks of the horizontal axis, with a 0 where a start is free."""
    if not axis.decades:
        most = max(1.0, *(lane.spent[-1] for lane in lanes))
        return {"range": [-0.03 * most, 1.03 * most]}
    places = {float(tick): amount(10.0**tick) for tick in range(first, last + 1)}
    if any(lane.spent[0] == 0 for lane in lanes):
        places = {first - ZERO: "0"} | places
    return {
        "range": [min(places) - 0.1, last + 0.1],
        "tickvals": list(places),
        "ticktext": list(places.values()),
    }


def _drawn(lane: Lane, axis: Axis, first: int) -> go.Scatter:
    steps = np.arange(lane.kept)
    symbols = [lane.symbol] * lane.kept
    sizes = [12, *[7] * (lane.kept - 1)]
    if lane.diverged:
        symbols[-1], sizes[-1] = DIVERGED, 13
    spent = lane.spent[: lane.kept]
    said = [f"{amount(value)} {axis.unit}".strip() for value in spent]
    return go.Scatter(
        x=_placed(spent, first) if axis.decades else spent,
        y=np.maximum(lane.error[: lane.kept], SMALLEST),
        name=lane.title,
        mode="lines+markers",
        line={"color": lane.line.colour, "dash": plotly_dash(lane.line.dash), "width": 2.5},
        marker={"symbol": symbols, "size": sizes, "color": lane.line.colour, "opacity": 1},
        customdata=np.stack([steps.astype(str), said], axis=-1),
        hovertemplate=f"{lane.title}, step %{{customdata[0]}}: error %{{y:.2g}} after "
        "%{customdata[1]}<extra></extra>",
    )


def _placed(spent: NDArray[np.float64], first: int) -> NDArray[np.float64]:
    """Decimal logarithms; 0 stands before the first decade."""
    return np.where(spent > 0, np.log10(np.maximum(spent, 1e-12)), first - ZERO)


def _decades(values: Sequence[NDArray[np.float64] | NDArray[np.float32]]) -> tuple[int, int]:
    """The whole decades around all numbers above 0."""
    flat = np.concatenate([value.astype(np.float64) for value in values])
    flat = flat[flat >= SMALLEST]
    if not len(flat):
        return 0, 1
    low, high = math.floor(np.log10(flat.min())), math.ceil(np.log10(flat.max()))
    return low, max(high, low + 1)


def amount(value: float) -> str:
    """A number with a prefix for thousands: 233 856 is 234 k."""
    factor, prefix = next(((f, p) for f, p in PREFIXES if value >= f), (1.0, ""))
    return f"{value / factor:.3g} {prefix}".strip()


def race_sentence(task: str, lanes: Sequence[Lane], axis: Axis, goal: float) -> str:
    """Who is best before any step and after the last one, and who reaches `goal` for the least."""
    steps = len(lanes[0].error) - 1
    start = min(lanes, key=lambda lane: lane.error[0])
    parts = [f"before any gradient step {start.title} is best, error {brief(start.error[0])}"]
    there = [lane for lane in lanes if not lane.diverged]
    if steps and there:
        end = min(there, key=lambda lane: lane.error[-1])
        noun = "step" if steps == 1 else "steps"
        same = "it still is" if end is start else f"{end.title} is"
        parts.append(f"after {steps} {noun} {same}, error {brief(end.error[-1])}")
    return f"{task}: {'; '.join(parts)}. {_first_to(lanes, axis, goal)}"


def _first_to(lanes: Sequence[Lane], axis: Axis, goal: float) -> str:
    """Who comes to an error of `goal` first on this axis."""
    found = [
        (float(lane.spent[below[0]]), lane.title)
        for lane in lanes
        if len(below := np.flatnonzero(lane.error[: lane.kept] <= goal))
    ]
    if not found:
        return f"None comes to an error of {goal:g}."
    least = min(found)[0]
    names = " and ".join(title for spent, title in found if spent == least)
    spent = f"{amount(least)} {axis.unit}"
    return f"An error of {goal:g} is reached for the least, {spent}, by {names}."
