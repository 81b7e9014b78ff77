"""How near a family comes to a task: the way of the descent over the map of distances."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

Array = NDArray[np.float32]

#: Dark is near; read by brightness alone.
NEARNESS = "Viridis_r"
WAY = "#D55E00"


class Axis(NamedTuple):
    """What an axis shows, and its range."""

    title: str
    low: float
    high: float


def map_figure(axes: tuple[Axis, Axis], grid: tuple[Array, Array, Array], path: Array) -> go.Figure:
    """The distance over two entries of the description, and the descent's way to the nearest one.

    Args:
        axes: across and up.
        grid: places across, places up, and the distances, a row for each place up.
        path: both entries after each step.
    """
    across, up, distances = grid
    ground = go.Heatmap(
        x=across,
        y=up,
        z=distances,
        colorscale=NEARNESS,
        colorbar={"title": "distance", "thickness": 14},
        hovertemplate="%{x:.2f}, %{y:.2f}: distance %{z:.2f}<extra></extra>",
    )
    way = go.Scatter(
        x=path[:, 0],
        y=path[:, 1],
        mode="lines",
        line={"color": WAY, "width": 3},
        name="descent",
        hovertemplate="step %{pointNumber}<extra></extra>",
    )
    ends = go.Scatter(
        x=path[[0, -1], 0],
        y=path[[0, -1], 1],
        mode="markers+text",
        marker={"color": WAY, "size": 13, "symbol": ["circle-open", "x"], "line": {"width": 3}},
        text=["start", "nearest"],
        textposition="top center",
        textfont={"color": "#FFFFFF", "size": 14, "shadow": "0 0 4px #000000"},
        cliponaxis=False,
        hoverinfo="skip",
    )
    figure = go.Figure([ground, way, ends])
    figure.update_layout(height=320, margin={"l": 0, "r": 0, "t": 8, "b": 0}, showlegend=False)
    figure.update_xaxes(title=axes[0].title, range=[axes[0].low, axes[0].high])
    figure.update_yaxes(title=axes[1].title, range=[axes[1].low, axes[1].high])
    return figure


def way_figure(distances: Sequence[float] | Array, title: str) -> go.Figure:
    """The distance after each step of the descent."""
    line = go.Scatter(y=distances, mode="lines", line={"color": WAY, "width": 3})
    figure = go.Figure(line)
    figure.update_layout(height=320, margin={"l": 0, "r": 0, "t": 8, "b": 0})
    figure.update_xaxes(title="step of the descent on the description")
    figure.update_yaxes(title=title, rangemode="tozero")
    return figure
