"""Few-shot classification of images: a gallery with a few words under each image."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

Array = NDArray[np.float32]

SIDE = 8
#: Pixels between images, sideways and below, where the words are.
GAP, WORDS = 2, 4
INK = ((0.0, "#F3F5F7"), (1.0, "#1F2933"))


def gallery_figure(images: Array, words: Sequence[Sequence[str]], height: int = 330) -> go.Figure:
    """Images in rows and columns, each with its words below.

    Args:
        images: (row, column, pixel) from 0 to 1, drawn dark on light.
        words: for each image.
        height: of the figure in pixels.
    """
    rows, columns, _ = images.shape
    step, below = SIDE + GAP, SIDE + WORDS
    canvas = np.full((rows * below, columns * step), np.nan, np.float32)
    figure = go.Figure()
    for row in range(rows):
        for column in range(columns):
            top, left = row * below, column * step
            image = images[row, column].reshape(SIDE, SIDE)
            canvas[top : top + SIDE, left : left + SIDE] = image
            figure.add_annotation(
                x=left + (SIDE - 1) / 2,
                y=top + SIDE - 0.5,
                text=words[row][column],
                showarrow=False,
                yanchor="top",
            )
    figure.add_trace(
        go.Heatmap(z=canvas, colorscale=INK, zmin=0, zmax=1, showscale=False, hoverinfo="skip")
    )
    figure.update_xaxes(visible=False, range=[-1, canvas.shape[1]], constrain="domain")
    figure.update_yaxes(
        visible=False,
        range=[canvas.shape[0], -1],
        scaleanchor="x",
        constrain="domain",
        constraintoward="top",
    )
    figure.update_layout(height=height, margin={"l": 0, "r": 0, "t": 0, "b": 0})
    return figure


def answers(names: Sequence[str], probability: Array) -> list[list[str]]:
    """Class and probability named for each image (class, image, class); ✗ where it is wrong."""
    return [
        [
            f"{names[best]} · {chances[best]:.2f}" + ("" if best == label else " ✗")
            for chances in row
            for best in [int(chances.argmax())]
        ]
        for label, row in enumerate(probability)
    ]


def digits_sentence(
    title: str, shots: int, before: float, after: float, steps: int, kept: int
) -> str:
    """What the picture shows, in one sentence; up to `steps` entries `kept` mean divergence."""
    noun = "image" if shots == 1 else "images"
    if kept <= steps:
        return (
            f"{title} diverged at step {kept} on {shots} {noun} of each digit, so none of its "
            f"answers counts as right, {before:.0%} before any step; those of step {kept - 1} are "
            "shown."
        )
    stepped = "" if before == after else f", {before:.0%} before {steps} gradient steps"
    return (
        f"{title} names digits it has never seen from {shots} {noun} of each: "
        f"{after:.0%} of the query images are right{stepped}."
    )
