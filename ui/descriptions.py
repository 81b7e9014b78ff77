"""The page that tells the same task in several ways: words, measured curves, one task's table."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import streamlit as st

from hypernet.encoders import KindOptions, NoisyOptions, NoneOptions, TaskCodeOptions
from hypernet.experiment import Experiment
from hypernet.figures.descriptions import Told
from hypernet.figures.numbers import brief
from hypernet.figures.theme import line_of
from hypernet.inspection.curve import Points, Run, Wave, run, task_of
from hypernet.inspection.embedding import reading
from hypernet.inspection.plane import PlaneRun, run_plane
from hypernet.inspection.plane_tasks import Labelled, Scene, plane_task
from hypernet.learners import HypernetworkOptions
from hypernet.presets import preset, shared
from hypernet.spec import check, number, to_plain
from hypernet.types import Task
from ui.compare import replays
from ui.forms import NARROW
from ui.live.player.view import View
from ui.measured import measured
from ui.placed import forget_points, revision
from ui.plane import live_plane, plane_view
from ui.waves import live_wave, wave_view

WAVES, SHAPES = "sinusoids", "planar shapes"
#: What is told, from least to most, and the preset of each family that is told it.
PRESETS: dict[str, dict[str, str]] = {
    WAVES: {
        "nothing": "sinusoid-none-inner",
        "very noisy numbers": "sinusoid-noisier-inner",
        "noisy numbers": "sinusoid-noisy-inner",
        "points": "sinusoid-points-inner",
        "a code": "sinusoid-code-inner",
        "exact numbers": "sinusoid-description-inner",
    },
    SHAPES: {
        "nothing": "planar-none-inner",
        "the kind": "planar-kind-inner",
        "noisy numbers": "planar-noisy-inner",
        "points": "planar-points",
        "exact numbers": "planar-description-inner",
    },
}
#: All that can be told, on any family.
WORDS = list(dict.fromkeys(word for presets in PRESETS.values() for word in presets))
MARKERS = dict(
    zip(
        WORDS,
        ("x", "triangle-down", "triangle-up", "square", "diamond", "circle", "star"),
        strict=True,
    )
)
SECTION = "Encoders: what the hypernetwork is told"
TABLES = {
    WAVES: "Sinusoids, 10 points: mean squared error after steps",
    SHAPES: "Planar shapes, 10 points of each class: accuracy after steps",
}
#: Inner steps on the visitor's task: as many as were measured.
STEPS = 10


@dataclass(frozen=True)
class Given:
    """How many points of the visitor's task are given; by default as many as were measured with."""

    shots: int = number(10, 1, 12, help="Support points; of each class, where there are classes.")
    seed: int = number(0, 0, 9999, help="Which points: the same seed gives the same points.")

    def __post_init__(self) -> None:
        check(self)


def family_choice() -> str:
    """Which tasks."""
    chosen: str = st.selectbox(
        "Tasks",
        list(PRESETS),
        key="family",
        on_change=_leave,
        bind="query-params",
        width=NARROW,
    )
    return chosen


def _leave() -> None:
    """Other tasks: points placed by hand are forgotten, and what was switched off stays off."""
    forget_points()
    family = st.session_state["family"]
    left = next(other for other in PRESETS if other != family)
    off = set(PRESETS[left]) - set(st.session_state["told"])
    st.session_state["told"] = [word for word in PRESETS[family] if word not in off]


def curves(family: str, words: Sequence[str]) -> tuple[list[int], list[Told]]:
    """The measured steps, and what was measured for each of these words."""
    table = measured(SECTION, TABLES[family])
    columns = [name for name in table if name.startswith("step ")]
    told = []
    for word in words:
        name = PRESETS[family][word]
        row = table["learner"].index(preset(name).title)
        pairs = [table[column][row].split(" ± ") for column in columns]
        mean, half = np.array(pairs, dtype=np.float64).T
        told.append(Told(word, line_of(name), MARKERS[word], mean, half))
    return [int(column.removeprefix("step ")) for column in columns], told


class OneTask(NamedTuple):
    """The visitor's task, what each preset made of it, and the player's view of that."""

    task: Task
    results: list[str]
    view: View


def on_wave(wave: Wave, points: Points, names: Mapping[str, str], shown: str, at: int) -> OneTask:
    """A wave, told in the ways of `names`, from word to preset; `shown` is the weights' word."""
    presets = list(names.values())
    runs = [run(name, wave, points, STEPS) for name in presets]
    live = live_wave(wave, points, presets, None, revision("told-wave"))
    view = wave_view(wave, points, runs, names[shown], replays(), at, live)
    results = [_result(run, [brief(loss) for loss in run.query_loss]) for run in runs]
    what = f"{wave.amplitude:g} sin(x − {wave.phase:g}): error"
    return OneTask(
        task_of(presets[0], wave, points), results, _in_words(view, names, results, what)
    )


def on_plane(
    scene: Scene, labelled: Labelled, names: Mapping[str, str], shown: str, at: int
) -> OneTask:
    """A planar task, told in the ways of `names`; `shown` is the weights' word."""
    presets = list(names.values())
    runs = [run_plane(name, scene, labelled, STEPS) for name in presets]
    live = live_plane(scene, labelled, presets, None, revision("told-plane"))
    view = plane_view(scene, labelled, runs, names[shown], replays(), at, live)
    results = [_result(run, [f"{share:.0%}" for share in run.accuracy]) for run in runs]
    what = f"{scene.title}: share right"
    return OneTask(plane_task(scene, labelled), results, _in_words(view, names, results, what))


def _result(run: Run | PlaneRun, numbers: Sequence[str]) -> str:
    """Before the first and after the last step; the arrow stays on the line of its numbers."""
    gone = "" if run.kept > run.steps else f", diverged at step {run.kept}"
    return f"{numbers[0]}\N{NO-BREAK SPACE}→\N{NO-BREAK SPACE}{numbers[-1]}{gone}"


def _in_words(view: View, names: Mapping[str, str], results: Sequence[str], what: str) -> View:
    """The view with what is told in place of the learners' titles."""
    words = {preset(name).title: word for word, name in names.items()}
    listed = "; ".join(f"{word} {result}" for word, result in zip(names, results, strict=True))
    return dataclasses.replace(
        view,
        fits=tuple(dataclasses.replace(fit, label=words[fit.label]) for fit in view.fits),
        weights=view.weights and dataclasses.replace(view.weights, label=words[view.weights.label]),
        live=view.live
        and dataclasses.replace(
            view.live, models={words[title]: name for title, name in view.live.models.items()}
        ),
        alt=f"{what} before and after {view.steps} gradient steps, by what is told: {listed}.",
    )


def told_table(names: Mapping[str, str], one: OneTask, score: str) -> dict[str, list[str]]:
    """What each preset is told of this very task, in numbers, and how it does."""
    return {
        "told": list(names),
        "of your task": [told_words(name, one.task) for name in names.values()],
        score: one.results,
    }


def told_words(name: str, task: Task) -> str:
    """What one preset is told of the task."""
    encoder, read = _hypernetwork(shared(name).experiment).encoder, reading(name, task)
    if isinstance(encoder, NoneOptions):
        return f"nothing; z is {len(read.z)} learned constants"
    if isinstance(encoder, KindOptions):
        kind = max(read.entries, key=lambda symbol: read.entries[symbol])
        return f"{kind}; neither where it lies nor which class is which"
    if isinstance(encoder, TaskCodeOptions):
        return f"z = ({_numbers(read.z.tolist())}), found on the points in {encoder.steps} steps"
    if not read.entries:
        count = len(task.support.x)
        return f"{count} {'point' if count == 1 else 'points'}, read as {len(read.z)} numbers"
    listed = ", ".join(f"{symbol} {_number(value)}" for symbol, value in read.entries.items())
    return f"{listed} (σ = {encoder.noise:g})" if isinstance(encoder, NoisyOptions) else listed


def setups(names: Mapping[str, str]) -> str:
    """How the presets were meta-trained, and which of them otherwise than the most."""
    groups: dict[str, list[str]] = {}
    for word, name in names.items():
        groups.setdefault(_setup(shared(name).experiment), []).append(word)
    usual, *rest = sorted(groups, key=lambda setup: -len(groups[setup]))
    others = "".join(f"; only {', '.join(groups[setup])}: {setup}" for setup in rest)
    return f"Meta-training: {usual}{others}."


def _setup(experiment: Experiment) -> str:
    learner = to_plain(experiment.learner)
    widths = "-".join(map(str, learner["generator"]["hidden"]))
    return (
        f"{experiment.training.steps} steps through {learner['inner']['steps']} inner steps, "
        f"generator {widths}"
    )


def _hypernetwork(experiment: Experiment) -> HypernetworkOptions:
    if not isinstance(experiment.learner, HypernetworkOptions):
        raise TypeError("the learner is no hypernetwork")
    return experiment.learner


def _numbers(values: Sequence[float]) -> str:
    return ", ".join(map(_number, values))


def _number(value: float) -> str:
    """Two decimals, a real minus, and no minus before zero."""
    return f"{round(value, 2) + 0.0:g}".replace("-", "−")
