"""The weight matrices of a small network, layer by layer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from hypernet.figures.theme import WEIGHT_MAP

Array = NDArray[np.float32]

#: A strip one cell wide is drawn this many cells wide, to be seen and pointed at.
STRIP = 4


#: Heads that are computed rather than generated.
HEADS = {
    "head.weight": "W",
    "head.bias": "b",
    "support.embedding": "f(X)",
    "support.point": "X",
    "support.label": "Y",
    "context": "φ",
}


def symbols(names: Iterable[str]) -> dict[str, str]:
    """How a reader knows each tensor: W₁, b₁, W₂, …, by its name in the target network."""
    return {name: HEADS.get(name) or _layer_symbol(name) for name in names}


def _layer_symbol(name: str) -> str:
    layer, part = name.split(".")
    return {"weight": "W", "bias": "b"}[part] + chr(ord("₁") + int(layer) // 2)


def columns(value: Array) -> Array:
    """A tensor as a matrix whose rows are hidden units where it can: vectors stand upright."""
    matrix = np.atleast_2d(value)
    return matrix.T if matrix.shape[0] == 1 else matrix


def weights_figure(weights: Mapping[str, Array], high: float, height: int = 330) -> go.Figure:
    """Every tensor as a block of cells, colour from −high to high, in the order of the data.

    The last layer stands upright, so that its cell j sits beside hidden unit j.
    """
    titles = symbols(weights)
    blocks = {name: columns(value) for name, value in weights.items()}
    widths = [max(STRIP, block.shape[1]) for block in blocks.values()]
    figure = make_subplots(
        rows=1,
        cols=len(blocks),
        column_widths=widths,
        horizontal_spacing=0.03,
        subplot_titles=[
            titles[name] + ("ᵀ" if weights[name].ndim == 2 and len(weights[name]) == 1 else "")
            for name in blocks
        ],
    )
    for position, (name, block) in enumerate(blocks.items(), start=1):
        figure.add_trace(
            go.Heatmap(
                z=block,
                coloraxis="coloraxis",
                hovertemplate=f"{titles[name]}[%{{y}}, %{{x}}] = %{{z:.3f}}<extra></extra>",
            ),
            row=1,
            col=position,
        )
    figure.update_xaxes(visible=False)
    rows = max(block.shape[0] for block in blocks.values())
    figure.update_yaxes(visible=False, range=[rows - 0.5, -0.5])
    scale = [[i / (len(WEIGHT_MAP) - 1), colour] for i, colour in enumerate(WEIGHT_MAP)]
    figure.update_layout(
        height=height,
        margin={"l": 0, "r": 0, "t": 28, "b": 44},
        coloraxis={
            "cmin": -high,
            "cmax": high,
            "colorscale": scale,
            "colorbar": {
                "orientation": "h",
                "thickness": 10,
                "len": 0.7,
                "y": -0.05,
                "yanchor": "top",
                "tickvals": [-high, 0, high],
                "ticktext": [f"−{high:g}", "0", f"{high:g}"],
            },
        },
    )
    return figure


def weights_sentence(weights: Mapping[str, Array]) -> str:
    """What the weight picture shows, in one sentence."""
    total = sum(value.size for value in weights.values())
    values = np.concatenate([value.ravel() for value in weights.values()])
    low, high = float(values.min()), float(values.max())
    return (
        f"{total} generated weights in {len(weights)} blocks of cells, "
        f"from {low:.2f} to {high:.2f}; orange is negative, white zero, purple positive."
    )
