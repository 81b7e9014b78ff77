"""A prediction beside the truth."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from hypernet.figures.numbers import brief
from hypernet.figures.theme import PREDICTION, TRUTH

Array = NDArray[np.float32]


def fit_figure(
    grid: Array, truth: Array, prediction: Array, y_high: float, height: int = 330
) -> go.Figure:
    """True curve (broad and pale) and predicted curve (thin) on top over x, on fixed axes."""
    figure = go.Figure(
        [
            go.Scatter(
                x=grid,
                y=truth,
                name="true wave",
                line={"color": TRUTH, "width": 9},
                hovertemplate="true wave at x = %{x:.2f}: %{y:.3f}<extra></extra>",
            ),
            go.Scatter(
                x=grid,
                y=prediction,
                name="generated network",
                line={"color": PREDICTION, "width": 2.5},
                hovertemplate="generated network at x = %{x:.2f}: %{y:.3f}<extra></extra>",
            ),
        ]
    )
    figure.update_layout(
        height=height,
        margin={"l": 0, "r": 0, "t": 28, "b": 0},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
    )
    figure.update_xaxes(title="x", range=[float(grid[0]), float(grid[-1])])
    figure.update_yaxes(title="y", range=[-y_high, y_high])
    return figure


def fit_sentence(amplitude: float, phase: float, loss: float) -> str:
    """What the fit picture shows, in one sentence."""
    return (
        f"The generated network draws {amplitude:g} sin(x − {phase:g}) for x from −5 to 5 "
        f"with a mean squared error of {brief(loss)}."
    )
