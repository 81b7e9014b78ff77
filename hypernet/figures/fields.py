"""Decision boundaries of several learners side by side, on the same points and axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float32, Int, UInt8
from plotly.subplots import make_subplots

from hypernet.figures.theme import CLASS_COLOURS

MOST_COLUMNS = 4
ROW_HEIGHT = 300
#: A class's marker; the same as in the live picture.
SYMBOLS = ("circle", "square", "triangle-up", "diamond", "cross")
#: How strongly a cell is coloured where the learner is sure, of 255.
FULLEST = 150


class Field(NamedTuple):
    """What a learner says of each cell: the most probable class, and how sure it is, 0 to 255."""

    title: str
    winner: UInt8[np.ndarray, "R R"]
    certainty: UInt8[np.ndarray, "R R"]


def fields_figure(
    support_x: Float32[np.ndarray, "point 2"],
    support_label: Int[np.ndarray, " point"],
    fields: Sequence[Field],
    ends: tuple[float, float],
) -> go.Figure:
    """One square per learner: each cell in the colour of its class, paler where it is a guess.

    Args:
        support_x: the support points.
        support_label: their classes.
        fields: the learners; rows go up from the low end of the axis.
        ends: both ends of both axes.
    """
    columns = min(len(fields), MOST_COLUMNS)
    rows = -(-len(fields) // columns)
    figure = make_subplots(rows, columns, subplot_titles=[field.title for field in fields])
    for index, field in enumerate(fields):
        place = {"row": index // columns + 1, "col": index % columns + 1}
        figure.add_trace(_cells(field, ends), **place)
        for label in np.unique(support_label):
            points = support_x[support_label == label]
            figure.add_trace(_points(points, int(label), index == 0), **place)
    figure.update_layout(
        height=ROW_HEIGHT * rows + 60,
        margin={"l": 0, "r": 0, "t": 28, "b": 0},
        legend={"orientation": "h", "y": -0.2},
    )
    plain = {"range": list(ends), "constrain": "domain", "showgrid": False, "zeroline": False}
    figure.update_xaxes(title="x₁", **plain)
    figure.update_yaxes(title="x₂", **plain)
    return figure


def _cells(field: Field, ends: tuple[float, float]) -> go.Image:
    size = (ends[1] - ends[0]) / len(field.winner)
    colours = np.array([_rgb(colour) for colour in CLASS_COLOURS], dtype=np.uint8)
    strength = (field.certainty.astype(np.float32) / 255 * FULLEST).astype(np.uint8)
    return go.Image(
        z=np.dstack([colours[field.winner], strength]),
        colormodel="rgba256",
        x0=ends[0] + size / 2,
        dx=size,
        y0=ends[0] + size / 2,
        dy=size,
        hoverinfo="skip",
    )


def _points(points: Float32[np.ndarray, "point 2"], label: int, first: bool) -> go.Scatter:
    """The support points of a class; only those of the first square stand in the legend."""
    return go.Scatter(
        x=points[:, 0],
        y=points[:, 1],
        name=f"class {'ABCDE'[label]}",
        mode="markers",
        marker={
            "color": CLASS_COLOURS[label],
            "symbol": SYMBOLS[label],
            "size": 10,
            "line": {"color": "black", "width": 1.5},
        },
        legendgroup=str(label),
        showlegend=first,
    )


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour.removeprefix("#")))
