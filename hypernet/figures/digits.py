"""Few-shot classification of images: a gallery with words, and which image speaks for what."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from hypernet.figures.theme import WEIGHT_MAP
from hypernet.inspection.digits import Rounds

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


#: Against and for a class, of the hues of maps of weights; the side of 0 says it too.
AGAINST, FOR = WEIGHT_MAP[0], "#6E5FA3"
FAINT = "rgba(128, 134, 140, 0.7)"
#: Height of an image's row, and of what stands above and below the rows, in pixels.
ROW, AROUND = 28, 74
#: Share of the picture's width that the images take.
LEFT = 0.1
#: Sides of an image's pixels, so that a browser does not blur them.
ENLARGED = 8


def speaking_figure(
    images: Array, labels: Sequence[str], names: Sequence[str], voices: Array, before: Array | None
) -> go.Figure:
    """A row for each given image, a column for each class: how much it speaks for that class.

    Args:
        images: (image, pixel) from 0 to 1, those of a class beside each other.
        labels: the class's name of each image.
        names: of the classes.
        voices: (image, class), 1 for what an image says for its class on average, below 0 against.
        before: the same a round before, drawn as a tick; None for the first round.
    """
    rows = list(range(len(labels)))
    figure = make_subplots(
        cols=len(names),
        shared_yaxes=True,
        horizontal_spacing=0.03,
        column_titles=[f"for {name}" for name in names],
    )
    for column, name in enumerate(names):
        now = voices[:, column]
        was = now if before is None else before[:, column]
        told = [
            f"image {order} of {label}, {'for' if value >= 0 else 'against'} {name}: {value:+.2f}"
            + ("" if before is None else f"<br>a round before {old:+.2f}")
            for order, label, value, old in zip(_order(labels), labels, now, was, strict=True)
        ]
        figure.add_trace(
            go.Bar(
                x=now,
                y=rows,
                orientation="h",
                marker_color=np.where(now >= 0, FOR, AGAINST),
                text=[f"{value:+.2f}" for value in now],
                textposition="inside",
                insidetextanchor="middle",
                textangle=0,
                textfont={"size": 11, "color": "#FFFFFF"},
                hovertext=told,
                hovertemplate="%{hovertext}<extra></extra>",
            ),
            row=1,
            col=column + 1,
        )
        if before is not None:
            tick = {"symbol": "line-ns", "size": 11, "line": {"width": 2, "color": FAINT}}
            figure.add_trace(
                go.Scatter(x=was, y=rows, mode="markers", marker=tick, hoverinfo="skip"),
                row=1,
                col=column + 1,
            )
    for row, image in enumerate(images):
        figure.add_layout_image(
            source=_png(image),
            xref="paper",
            yref="y",
            x=0,
            y=row,
            sizex=LEFT - 0.02,
            sizey=0.86,
            yanchor="middle",
            sizing="contain",
        )
    _lay_out(figure, labels, len(names), voices, before)
    return figure


def _lay_out(
    figure: go.Figure, labels: Sequence[str], columns: int, voices: Array, before: Array | None
) -> None:
    """Axes with the same units, the label beside the middle image of each class, no legend."""
    ends = voices if before is None else np.concatenate([voices, before])
    low, high = min(0.0, float(ends.min())), max(1.0, float(ends.max()))
    pad = 0.06 * (high - low)
    width = (1 - LEFT - 0.03 * (columns - 1)) / columns
    for column in range(columns):
        start = LEFT + column * (width + 0.03)
        figure.update_xaxes(
            domain=[start, start + width],
            range=[low - pad, high + pad],
            tickvals=[-1, 0, 1, 2],
            ticktext=["−1", "0", "1", "2"],
            zeroline=True,
            zerolinecolor=FAINT,
            col=column + 1,
        )
        figure.layout.annotations[column].x = start + width / 2
    middles = [i for i, order in enumerate(_order(labels)) if order == _middle(labels)]
    figure.update_yaxes(
        range=[len(labels) - 0.5, -0.5],
        tickvals=middles,
        ticktext=[labels[i] for i in middles],
        showgrid=False,
        zeroline=False,
    )
    for row in range(1, len(labels)):
        if labels[row] != labels[row - 1]:
            line = {"color": FAINT, "width": 1, "dash": "dot"}
            figure.add_shape(
                type="line", xref="paper", x0=0, x1=1, y0=row - 0.5, y1=row - 0.5, line=line
            )
    figure.update_layout(
        height=AROUND + ROW * len(labels),
        margin={"l": 0, "r": 0, "t": 28, "b": 0},
        showlegend=False,
        bargap=0.3,
    )


def _order(labels: Sequence[str]) -> list[int]:
    """Which image of its class each is, from 1."""
    return [labels[: i + 1].count(label) for i, label in enumerate(labels)]


def _middle(labels: Sequence[str]) -> int:
    """Which image of a class stands in its middle; all classes have as many."""
    return (labels.count(labels[0]) + 1) // 2


def _png(image: Array) -> str:
    """An image from 0 to 1 as the address of a PNG, dark on light, with square pixels."""
    light = np.kron(image.reshape(SIDE, SIDE), np.ones((ENLARGED, ENLARGED), np.float32))
    rows = b"".join(b"\0" + row.tobytes() for row in (244 - 212 * light).round().astype(np.uint8))
    side = ENLARGED * SIDE
    head = struct.pack(">2I5B", side, side, 8, 0, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    )
    return f"data:image/png;base64,{base64.b64encode(data).decode('ascii')}"


def speaking_sentence(labels: Sequence[str], names: Sequence[str], read: Rounds, done: int) -> str:
    """What the picture shows after so many rounds, in a few sentences."""
    voices = read.voices[done]
    ticks = " A tick is where a bar ended a round before." if done else ""
    last = "" if done == len(read.voices) - 1 else f", after the last {read.accuracy[-1]:.0%}"
    return (
        f"{_when(done)}: a bar to the right speaks for a class, to the left against it; 1 is what "
        f"an image says for its own class on average, {read.loudness[done]:.2f} times as loud as "
        f"in class means.{ticks} Loudest are {_loudest(labels, names, voices, 1)} and "
        f"{_loudest(labels, names, voices, -1)}. After this round {read.accuracy[done]:.0%} of the "
        f"new images are right{last}."
    )


def _when(done: int) -> str:
    return f"Round {done}" if done else "Class means, before any round"


def _loudest(labels: Sequence[str], names: Sequence[str], voices: Array, sign: int) -> str:
    """The image whose bar is longest to one side."""
    image, column = divmod(int((sign * voices).argmax()), len(names))
    value = voices[image, column]
    side = "for" if sign > 0 else "against"
    which = f"image {_order(labels)[image]} of {labels[image]}"
    return f"{which} {side} {names[column]} ({value:+.2f})"
