"""Error against inner steps for each thing that a hypernetwork can be told of a task."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from hypernet.figures.compare import plotly_dash
from hypernet.figures.numbers import brief
from hypernet.figures.theme import Line

Numbers = NDArray[np.float64]

#: Errors on a logarithmic axis, shares of right answers on a linear one.
ERRORS, SHARES = (3e-4, 6.0), (0.45, 1.01)
HEIGHT = 490


class Told(NamedTuple):
    """What is told, how it is drawn, and the measured mean ± half its interval at each step."""

    label: str
    line: Line
    marker: str
    mean: Numbers
    half: Numbers


def told_figure(steps: Sequence[int], told: Sequence[Told], *, accuracy: bool) -> go.Figure:
    """One line for each of `told` over inner steps, with its 95 % interval.

    Args:
        steps: the inner steps that were measured.
        told: with as many numbers as there are steps.
        accuracy: whether the numbers are shares of right answers, or else errors.
    """
    figure = go.Figure([_trace(steps, each) for each in told])
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 0, "r": 0, "t": 8, "b": 0},
        legend={"orientation": "h", "y": -0.2, "yanchor": "top", "x": 0},
        hovermode="x unified",
    )
    air = steps[-1] / 40
    figure.update_xaxes(
        title="inner steps", tickvals=list(steps), range=[-air, steps[-1] + air], zeroline=False
    )
    if accuracy:
        figure.update_yaxes(title="share right", range=list(SHARES), tickformat=".0%")
    else:
        ends = np.log10(ERRORS).tolist()
        figure.update_yaxes(title="mean squared error", type="log", range=ends, dtick=1)
    return figure


def told_sentence(steps: Sequence[int], told: Sequence[Told], *, accuracy: bool) -> str:
    """Which description is best, and by how much, in one sentence."""
    best = (max if accuracy else min)(told, key=lambda each: each.mean[0])
    others = sorted(
        (each for each in told if each is not best),
        key=lambda each: -each.mean[-1] if accuracy else each.mean[-1],
    )
    opening = f"Best before any step: {best.label} ({_number(best.mean[0], accuracy)})"
    if not others:
        return f"Told {best.label}: {_number(best.mean[0], accuracy)} before any step, " + (
            f"{_number(best.mean[-1], accuracy)} after {steps[-1]}."
        )
    listed = ", ".join(_share(each) if accuracy else _times(each, best) for each in others)
    what = "the others" if accuracy else "the others' error beside it"
    return (
        f"{opening}; {what}, before any step → after {steps[-1]}: {listed}; "
        f"{_caught_up(steps, best, others)}."
    )


def _number(value: float, accuracy: bool) -> str:
    return f"{value:.1%} right" if accuracy else f"error {brief(value)}"


def _share(told: Told) -> str:
    return f"{told.label} {told.mean[0]:.1%} → {told.mean[-1]:.1%}"


def _times(told: Told, best: Told) -> str:
    first, last = told.mean[[0, -1]] / best.mean[[0, -1]]
    return f"{told.label} {_rounded(first)} → {_rounded(last)} times"


def _rounded(value: float) -> str:
    """Two significant digits, without an exponent."""
    return f"{float(f'{value:.2g}'):g}"


def _caught_up(steps: Sequence[int], best: Told, others: Sequence[Told]) -> str:
    """Who reaches the best one's interval for the first time after which step."""
    caught = [
        f"{each.label} after {steps[at]}"
        for each in others
        if (at := meets(each, best)) is not None
    ]
    if not caught:
        return f"none of them catches up within {steps[-1]} steps"
    return f"level with it: {', '.join(caught)}"


def meets(told: Told, best: Told) -> int | None:
    """The first place from which on the two means differ by less than both half intervals."""
    near = np.abs(told.mean - best.mean) <= told.half + best.half
    apart = np.flatnonzero(~near)
    first = 0 if len(apart) == 0 else int(apart[-1]) + 1
    return first if first < len(near) else None


def _trace(steps: Sequence[int], told: Told) -> go.Scatter:
    return go.Scatter(
        x=np.array(steps, dtype=np.float32),
        y=told.mean.astype(np.float32),
        error_y={"array": told.half.astype(np.float32), "thickness": 1, "width": 3},
        name=told.label,
        mode="lines+markers",
        line={"color": told.line.colour, "width": 2.5, "dash": plotly_dash(told.line.dash)},
        marker={"symbol": told.marker, "size": 9},
        hovertemplate="%{y:.3g} ± %{error_y.array:.1g}",
    )
