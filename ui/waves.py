"""From recorded runs on a wave to the player's view and its sentence."""

from __future__ import annotations

from collections.abc import Sequence

from hypernet.figures.theme import LINES
from hypernet.one_task import Points, Run, Wave, task_of
from hypernet.presets import SINUSOID
from hypernet.tasks import Sinusoid
from ui.compare import weights_view
from ui.live.player_curves import CurveFit, CurveView

#: The y axis of every fit: the tallest wave of the slider and some air.
Y_RANGE = (-8.5, 8.5)


def wave_view(
    wave: Wave,
    points: Points,
    runs: Sequence[Run],
    weights_of: str,
    replay: int,
    at: int,
) -> CurveView:
    """Everything the player draws for these runs, opened at step `at` or the last one."""
    task = task_of(runs[0].preset, wave, points)
    shown = next(run for run in runs if run.preset == weights_of)
    return CurveView(
        grid_x=task.query.x[:, 0].numpy(),
        truth_y=task.query.y[:, 0].numpy(),
        support_x=task.support.x[:, 0].numpy(),
        support_y=task.support.y[:, 0].numpy(),
        x_range=Sinusoid.x_range,
        y_range=Y_RANGE,
        fits=tuple(_fit(run) for run in runs),
        weights=weights_view(SINUSOID[shown.preset].title, shown.weights),
        step=min(at, runs[0].steps),
        alt=wave_sentence(wave, points, runs),
        replay=replay,
    )


def wave_sentence(wave: Wave, points: Points, runs: Sequence[Run]) -> str:
    """What the comparison shows, in one sentence."""
    noun = "point" if points.shots == 1 else "points"
    results = "; ".join(
        f"{SINUSOID[run.preset].title} {run.query_loss[0]:.2g} → {run.query_loss[-1]:.2g}"
        + ("" if run.kept > run.steps else f" (diverged at step {run.kept})")
        for run in runs
    )
    steps = "step" if runs[0].steps == 1 else "steps"
    return (
        f"{wave.amplitude:g} sin(x − {wave.phase:g}) from {points.shots} support {noun}: "
        f"query error before and after {runs[0].steps} gradient {steps}: {results}."
    )


def _fit(run: Run) -> CurveFit:
    preset, line = SINUSOID[run.preset], LINES[run.preset]
    return CurveFit(
        label=preset.title,
        colour=line.colour,
        dash=line.dash,
        curves=run.curves,
        support_loss=run.support_loss,
        query_loss=run.query_loss,
        kept=run.kept,
        note=preset.summary,
    )
