"""From recorded runs on a wave to the player's view and its sentence; edits on the way back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from hypernet.experiment import Experiment
from hypernet.figures.compare import Fit, fits_figure
from hypernet.figures.theme import line_of
from hypernet.one_task import Points, Run, Wave, task_of
from hypernet.presets import preset
from hypernet.spec import Number, specs
from hypernet.tasks import Sinusoid
from ui.compare import weights_view
from ui.live.models import sent
from ui.live.player_curves import CurveFit, CurveView
from ui.live.player_live import Dial, Live
from ui.placed import Area, place_points, received

#: The y axis of every fit: the tallest wave of the slider and some air.
Y_RANGE = (-8.5, 8.5)
#: Where points can be placed: inside the axes.
AREA = Area(Sinusoid.x_range, Y_RANGE)
TITLES = {"amplitude": "amplitude A", "phase": "phase φ"}


def wave_view(
    wave: Wave,
    points: Points,
    runs: Sequence[Run],
    weights_of: str,
    replay: int,
    at: int,
    live: Live | None = None,
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
        weights=weights_view(preset(shown.preset).title, shown.weights),
        step=min(at, runs[0].steps),
        alt=wave_sentence(wave, points, runs),
        replay=replay,
        live=live,
    )


def wave_figure(wave: Wave, points: Points, runs: Sequence[Run]) -> Any:
    """The same as a still picture: each learner before the first and after the last step."""
    task = task_of(runs[0].preset, wave, points)
    grid, truth, x, y = (values[:, 0].numpy() for values in (*task.query, *task.support))
    fits = [
        Fit(preset(run.preset).title, line_of(run.preset), run.curves[0], run.curves[-1])
        for run in runs
    ]
    return fits_figure(grid, truth, (x, y), fits, Y_RANGE[1])


def live_wave(
    wave: Wave, points: Points, presets: Sequence[str], rate: float | None, revision: int
) -> Live:
    """What the browser needs to run these presets on other points and other waves."""
    return Live(
        models={preset(name).title: sent(name) for name in presets},
        description=np.array([wave.amplitude, wave.phase], dtype=np.float32),
        rate=rate,
        revision=revision,
        placed=points.placed is not None,
        amplitude=_dial(wave, "amplitude"),
        phase=_dial(wave, "phase"),
    )


def _dial(wave: Wave, name: str) -> Dial:
    trained = {p.name: p for p in Sinusoid().parameters}[name]
    spec = _spec(name)
    return Dial(
        name=TITLES[name],
        unit=spec.unit,
        value=getattr(wave, name),
        low=spec.low,
        high=spec.high,
        step=spec.step or 0.1,
        training=(trained.low, trained.high),
    )


def _spec(name: str) -> Number:
    spec = specs(Wave)[name]
    if not isinstance(spec, Number):
        raise TypeError(f"{name} is not a number")
    return spec


def unfit_for_waves(experiment: Experiment) -> str | None:
    """Why a learner cannot be used on waves of any amplitude and phase, or None if it can."""
    family = experiment.family
    if isinstance(family, Sinusoid) and len(family.parameters) == len(TITLES):
        return None
    return "was not meta-trained on sinusoids of any amplitude and phase"


def take_in(key: str) -> None:
    """Notes what was edited in the player `key`: points in the address, the wave in its sliders.

    What is no place inside the axes, or no number that the slider has, changes nothing.
    """
    edit = received(key)
    if edit is None:
        return
    if "points" in edit:
        place_points(AREA, edit["points"])
    task = edit.get("task")
    if not isinstance(task, Mapping):
        return
    for name in set(TITLES) & set(task):
        try:
            st.session_state[name] = float(_spec(name).parse(name, task[name]))  # type: ignore[arg-type]
        except ValueError:
            continue


def wave_sentence(wave: Wave, points: Points, runs: Sequence[Run]) -> str:
    """What the comparison shows, in one sentence."""
    count = points.shots if points.placed is None else len(points.placed)
    noun = ("point" if count == 1 else "points") + (" placed by hand" if points.placed else "")
    results = "; ".join(
        f"{preset(run.preset).title} {run.query_loss[0]:.2g} → {run.query_loss[-1]:.2g}"
        + ("" if run.kept > run.steps else f" (diverged at step {run.kept})")
        for run in runs
    )
    steps = "step" if runs[0].steps == 1 else "steps"
    return (
        f"{wave.amplitude:g} sin(x − {wave.phase:g}) from {count} support {noun}: "
        f"query error before and after {runs[0].steps} gradient {steps}: {results}."
    )


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
