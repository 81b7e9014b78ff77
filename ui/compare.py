"""From recorded runs to the player's view and its sentence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from hypernet import PRESETS
from hypernet.figures.theme import LINES
from hypernet.figures.weights import columns, symbols
from hypernet.one_task import Points, Run, Wave, task_of
from ui.live.player import Fit, PlayerView, Tensor, Weights

#: The y axis of every fit: the tallest wave of the slider and some air.
Y_RANGE = (-8.5, 8.5)


def compare_view(
    wave: Wave,
    points: Points,
    runs: Sequence[Run],
    weights_of: str,
    replay: int,
    at: int,
) -> PlayerView:
    """Everything the player draws for these runs, opened at step `at` or the last one."""
    task = task_of(runs[0].preset, wave, points)
    shown = next(run for run in runs if run.preset == weights_of)
    return PlayerView(
        grid_x=task.query.x[:, 0].numpy(),
        truth_y=task.query.y[:, 0].numpy(),
        support_x=task.support.x[:, 0].numpy(),
        support_y=task.support.y[:, 0].numpy(),
        x_range=(-5.0, 5.0),
        y_range=Y_RANGE,
        fits=tuple(_fit(run) for run in runs),
        weights=Weights(PRESETS[shown.preset].title, _tensors(shown)),
        step=min(at, runs[0].steps),
        alt=compare_sentence(wave, points, runs),
        replay=replay,
    )


def compare_sentence(wave: Wave, points: Points, runs: Sequence[Run]) -> str:
    """What the comparison shows, in one sentence."""
    noun = "point" if points.shots == 1 else "points"
    results = "; ".join(
        f"{PRESETS[run.preset].title} {run.query_loss[0]:.2g} → {run.query_loss[-1]:.2g}"
        + ("" if run.kept > run.steps else f" (diverged at step {run.kept})")
        for run in runs
    )
    steps = "step" if runs[0].steps == 1 else "steps"
    return (
        f"{wave.amplitude:g} sin(x − {wave.phase:g}) from {points.shots} support {noun}: "
        f"query error before and after {runs[0].steps} gradient {steps}: {results}."
    )


def count_replay() -> None:
    """Ask the player to play from step 0; for a button's callback."""
    st.session_state["replays"] = replays() + 1


def replays() -> int:
    """How often this visitor asked for a replay."""
    return int(st.session_state.get("replays", 0))


def _fit(run: Run) -> Fit:
    preset, line = PRESETS[run.preset], LINES[run.preset]
    return Fit(
        label=preset.title,
        colour=line.colour,
        dash=line.dash,
        curves=run.curves,
        support_loss=run.support_loss,
        query_loss=run.query_loss,
        kept=run.kept,
        note=preset.summary,
    )


def _tensors(run: Run) -> tuple[Tensor, ...]:
    names = symbols(run.weights)
    tensors = []
    for name, values in run.weights.items():
        block = columns(values[0])
        flat = values.reshape(len(values), -1).astype(np.float32)
        tensors.append(Tensor(names[name], (block.shape[0], block.shape[1]), flat))
    return tuple(tensors)
