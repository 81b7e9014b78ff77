"""From recorded runs on a curve to the player's view and its sentence, whatever the curve is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from hypernet.figures.compare import Fit, fits_figure
from hypernet.figures.numbers import brief
from hypernet.figures.theme import line_of
from hypernet.inspection.curve import X_RANGE, Points, Run, Signal, curve_grid, is_judged, task_of
from hypernet.presets import preset
from ui.compare import weights_view
from ui.live.parts.arrays import Range
from ui.live.player.allowed import Allowed
from ui.live.player.curves import CurveFit, CurveView
from ui.live.player.live import Live

#: Usual heights of the vertical axis: the smallest one that leaves some air is taken.
HEIGHTS = (5.0, 8.5, 15.0, 25.0)
AIR = 1.15


def tall(largest: float) -> float:
    """A round height of the vertical axis that leaves some air above the largest value."""
    needed = AIR * largest
    known = next((high for high in HEIGHTS if needed <= high), None)
    if known is not None:
        return known
    power = 10.0 ** math.floor(math.log10(needed))
    return math.ceil(2 * needed / power) / 2 * power


def curve_view(
    signal: Signal,
    points: Points,
    runs: Sequence[Run],
    weights_of: str,
    y_range: Range,
    alt: str,
    replay: int,
    at: int,
    live: Live | None = None,
    allowed: Allowed | None = None,
) -> CurveView:
    """Everything the player draws for these runs, opened at step `at` or the last one."""
    support = task_of(runs[0].preset, signal, points).support
    truth = signal.truth(curve_grid())
    held_out = np.array(points.held_out, dtype=np.float32).reshape(-1, 2)
    shown = next(run for run in runs if run.preset == weights_of)
    return CurveView(
        grid_x=curve_grid()[:, 0].numpy(),
        truth_y=None if truth is None else truth[:, 0].numpy(),
        support_x=support.x[:, 0].numpy(),
        support_y=support.y[:, 0].numpy(),
        query_x=held_out[:, 0],
        query_y=held_out[:, 1],
        judged=is_judged(signal, points),
        x_range=X_RANGE,
        y_range=y_range,
        fits=tuple(_fit(run) for run in runs),
        weights=weights_view(preset(shown.preset).title, shown.weights),
        step=min(at, runs[0].steps),
        alt=alt,
        replay=replay,
        live=live,
        allowed=allowed,
    )


def curve_figure(signal: Signal, points: Points, runs: Sequence[Run], y_high: float) -> Any:
    """The same as a still picture: each learner before the first and after the last step."""
    support = task_of(runs[0].preset, signal, points).support
    grid, truth = curve_grid(), signal.truth(curve_grid())
    fits = [
        Fit(preset(run.preset).title, line_of(run.preset), run.curves[0], run.curves[-1])
        for run in runs
    ]
    return fits_figure(
        grid[:, 0].numpy(),
        None if truth is None else truth[:, 0].numpy(),
        (support.x[:, 0].numpy(), support.y[:, 0].numpy()),
        fits,
        y_high,
    )


def runs_words(runs: Sequence[Run]) -> str:
    """Each learner's error before and after the steps, and which left the chart."""
    results = "; ".join(
        f"{preset(run.preset).title} {brief(run.query_loss[0])} → {brief(run.query_loss[-1])}"
        + ("" if run.kept > run.steps else f" (diverged at step {run.kept})")
        for run in runs
    )
    steps = "step" if runs[0].steps == 1 else "steps"
    return f"before and after {runs[0].steps} gradient {steps}: {results}"


def _fit(run: Run) -> CurveFit:
    (title, summary, _), line = preset(run.preset), line_of(run.preset)
    return CurveFit(
        label=title,
        colour=line.colour,
        dash=line.dash,
        curves=run.curves,
        support_loss=run.support_loss,
        query_loss=run.query_loss,
        kept=run.kept,
        note=summary,
    )
