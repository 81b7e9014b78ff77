"""Predictions of several learners side by side, on the same points and axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from hypernet.figures.theme import TRUTH, Line

Array = NDArray[np.float32]

MOST_COLUMNS = 4
ROW_HEIGHT = 240
#: Grey that is read on light and on dark ground.
POINT = "rgb(128, 134, 140)"


class Fit(NamedTuple):
    """A learner's prediction on the grid before any step and after the last one."""

    title: str
    line: Line
    before: Array
    after: Array


def fits_figure(
    grid: Array,
    truth: Array | None,
    support: tuple[Array, Array],
    fits: Sequence[Fit],
    y_high: float,
) -> go.Figure:
    """One small chart per learner: truth, support points, prediction before (thin) and after.

    `truth` None means that nobody knows it: it is left out.
    """
    columns = min(len(fits), MOST_COLUMNS)
    rows = -(-len(fits) // columns)
    figure = make_subplots(rows, columns, subplot_titles=[fit.title for fit in fits])
    for index, fit in enumerate(fits):
        place = {"row": index // columns + 1, "col": index % columns + 1}
        for trace in _traces(grid, truth, support, fit, index == 0):
            figure.add_trace(trace, **place)
    figure.update_layout(
        height=ROW_HEIGHT * rows + 60,
        margin={"l": 0, "r": 0, "t": 28, "b": 0},
        legend={"orientation": "h", "y": -0.2},
    )
    figure.update_xaxes(title="x", range=[float(grid[0]), float(grid[-1])])
    figure.update_yaxes(title="y", range=[-y_high, y_high])
    return figure


def _traces(
    grid: Array, truth: Array | None, support: tuple[Array, Array], fit: Fit, first: bool
) -> list[go.Scatter]:
    """What one chart shows; only the first chart's lines stand in the legend."""
    colour, dash = fit.line.colour, plotly_dash(fit.line.dash)
    lines = [
        ("true curve", truth, {"color": TRUTH, "width": 8}),
        ("before any step", fit.before, {"color": colour, "width": 1}),
        ("after the steps", fit.after, {"color": colour, "width": 2.5, "dash": dash}),
    ]
    drawn = [
        go.Scatter(x=grid, y=y, name=name, line=line, legendgroup=name, showlegend=first)
        for name, y, line in lines
        if y is not None
    ]
    points = go.Scatter(
        x=support[0],
        y=support[1],
        name="support points",
        mode="markers",
        marker={"color": POINT, "size": 9},
        showlegend=first,
    )
    return [*drawn, points]


def plotly_dash(dash: str) -> str:
    """A SVG dash array as Plotly writes it."""
    return ",".join(f"{part}px" for part in dash.split()) or "solid"
