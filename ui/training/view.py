"""From runs to the live picture of meta-training and its sentences."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import streamlit as st

from hypernet.experiment import Experiment
from hypernet.figures.numbers import brief
from hypernet.figures.theme import LINES, Line
from hypernet.inspection.training import Curve, Look, left_chart, look
from hypernet.jobs import Job, JobProgress, queue
from hypernet.presets import OWN, PRESETS, preset, shared
from ui.live.training.training import RunView
from ui.training.runs import Opened
from ui.training.setup import Setup, recipe, setup_of, smaller

#: Looks of this session's runs at their last step, so that a step is looked at once.
LOOKS = "training looks"
UNTRAINED = Line("#7A7A7A", "9 3 2 3")
BESIDE = Line("#CC79A7", "7 3")
OTHER = Line("#0A84D6", "7 3")


# ------------------------------------------------------------ before any run


@functools.lru_cache(maxsize=32)
def _example(preset: str) -> tuple[Look, Look]:
    """What a shipped learner does, and what it did before it was trained."""
    experiment, learner = shared(preset)
    return look(experiment, experiment.build()), look(experiment, learner)


def example_views(setup: Setup) -> list[RunView]:
    """The shipped learner of this family and kind beside the same one untrained.

    A part of one's own is not shipped: it stands alone, untrained.
    """
    if setup.preset in OWN:
        return [_before(look(setup.experiment(), setup.experiment().build()))]
    untrained, trained = _example(setup.preset)
    steps = PRESETS[setup.preset].experiment.training.steps
    return [
        _before(untrained),
        _resting(
            "Shipped example",
            Line(LINES[setup.preset].colour, ""),
            f"{PRESETS[setup.preset].title}, trained for {steps} outer steps",
            trained,
        ),
    ]


def _before(untrained: Look) -> RunView:
    return _resting("Untrained", UNTRAINED, "where your run begins", untrained)


def _resting(name: str, line: Line, words: str, seen: Look) -> RunView:
    return RunView(name, *line, words, "", None, 0, (), (), (), (), None, seen)


# ------------------------------------------------------------ runs


def run_views(opened: Sequence[Opened], progress: Sequence[JobProgress | None]) -> list[RunView]:
    """Each run as it stands now; `progress` None is an uploaded checkpoint.

    Raises:
        ValueError: for a family that cannot be drawn.
    """
    names = run_names([one.experiment for one in opened])
    first = _line(opened[0].experiment)
    lines = [first, BESIDE if first.colour != BESIDE.colour else OTHER]
    views = []
    for one, view, name, line in zip(opened, progress, names, lines, strict=False):
        if view is None:
            if one.checkpoint is None:
                raise ValueError("a run is a job or a checkpoint")
            seen = look(one.experiment, one.checkpoint.learner)
            views.append(_resting(name, line, "an uploaded checkpoint", seen))
        else:
            views.append(_run(view, name, line))
    return views


def _run(view: JobProgress, name: str, line: Line) -> RunView:
    left = left_at(view)
    kept = [i for i, step in enumerate(view.report_steps) if left is None or step < left]
    probed = [i for i, step in enumerate(view.probe_steps) if left is None or step < left]
    return RunView(
        name,
        *line,
        words=status_words(view),
        spoken=f"{name}: {_spoken(view)}.",
        share=view.step / view.steps,
        steps=view.steps,
        report_steps=[view.report_steps[i] for i in kept],
        meta_losses=[view.meta_losses[i] for i in kept],
        probe_steps=[view.probe_steps[i] for i in probed],
        probe_losses=[view.probe_losses[i] for i in probed],
        left=left,
        look=_seen(view),
    )


def _seen(view: JobProgress) -> Look:
    known: dict[str, tuple[int, Look]] = st.session_state.setdefault(LOOKS, {})
    if view.token not in known or known[view.token][0] != view.step:
        known[view.token] = (view.step, look(view.experiment, view.learner()))
        while len(known) > 2:
            del known[next(iter(known))]
    return known[view.token][1]


def _line(experiment: Experiment) -> Line:
    """The hue of the learner's kind, unbroken."""
    try:
        return Line(LINES[setup_of(experiment).preset].colour, "")
    except (KeyError, ValueError):
        return OTHER._replace(dash="")


def run_names(experiments: Sequence[Experiment]) -> list[str]:
    """What each run is called: its learner, or how the two differ."""
    try:
        setups = [setup_of(experiment) for experiment in experiments]
    except ValueError:
        return ["Run", "Run beside"][: len(experiments)]
    if len(setups) == 1:
        return [preset(setups[0].preset).title]
    for field in ("inner", "first", "heads", "seed"):
        if getattr(setups[0], field) != getattr(setups[1], field):
            return [_said(setup, field) for setup in setups]
    return ["Run", "Run beside"]


def _said(setup: Setup, field: str) -> str:
    if field == "inner":
        steps = "step" if setup.inner == 1 else "steps"
        return f"Through {setup.inner} inner {steps}" if setup.inner else "Without inner loop"
    if field == "first":
        return "First order" if setup.first else "Second order"
    if field == "heads":
        return "Zero heads" if setup.heads == "zero" else "Default heads"
    return f"Seed {setup.seed}"


# ------------------------------------------------------------ words


def status_words(view: JobProgress) -> str:
    """How a run stands, in one line."""
    step = f"step {view.step} of {view.steps}"
    shown = view.probe_losses and left_at(view) is None
    loss = f" · held-out loss {brief(view.probe_losses[-1])}" if shown else ""
    if view.active and queue().cluster is None:
        return "Starting a worker …"
    if view.status == "queued":
        return f"waiting: place {view.position} in the queue"
    if view.status == "running" and view.step == view.steps:
        return f"{step}{loss} · measuring it on 1000 held-out tasks …"
    if view.status == "running":
        speed = "" if view.steps_per_second is None else f" · {view.steps_per_second:.0f} steps/s"
        left = "" if view.seconds_left is None else f" · {view.seconds_left:.0f} s left"
        return f"{step}{speed}{left}{loss}"
    if view.status == "done":
        return f"done: {view.steps} outer steps in {view.seconds:.0f} s{loss}"
    reason = f": {view.sentence}" if view.sentence and view.status != "diverged" else ""
    return f"{view.status} at {step}{loss}{reason}"


def _spoken(view: JobProgress) -> str:
    if view.active and queue().cluster is None:
        return "starting a worker"
    return "waiting in the queue" if view.status == "queued" else view.status


def left_at(view: JobProgress) -> int | None:
    """The step at which a loss left the chart, if one has."""
    curves = (view.report_steps, view.meta_losses), (view.probe_steps, view.probe_losses)
    left = [left_chart(view.experiment, steps, losses) for steps, losses in curves]
    known = [step for step in left if step is not None]
    if view.status == "diverged":
        known.append(view.step)
    return min(known, default=None)


def standing(jobs: Sequence[Job]) -> list[tuple[str, bool]]:
    """What the page around the live picture depends on."""
    views = [job.progress() for job in jobs]
    return [(view.status, left_at(view) is None) for view in views]


def divergence(view: JobProgress) -> tuple[str, str, float]:
    """Why the meta-loss left the chart; the control to lower, and a value to begin anew with."""
    name, value, better = _too_large(view.experiment)
    why = {
        "alpha": (
            f"with α = {value:g} each inner step overshoots the valley by more than the one before"
        ),
        "rate": (
            f"with an outer learning rate of {value:g} each update throws the learner farther off "
            "than the one before has mended"
        ),
    }[name]
    sentence = f"The meta-loss left the chart at step {left_at(view)}, because {why}."
    return sentence, name, min(better, smaller(value))


def _too_large(experiment: Experiment) -> tuple[str, float, float]:
    """The rate that is farther above what suits this learner: its control, its value, what suits.

    Where the controls cannot say what was trained, it is the outer one.
    """
    try:
        setup = setup_of(experiment)
    except ValueError:
        return "rate", experiment.training.rate, Setup.rate
    usual = recipe(setup.family, setup.learner)
    if setup.has_inner and setup.alpha / usual.alpha >= setup.rate / usual.rate:
        return "alpha", setup.alpha, usual.alpha
    return "rate", setup.rate, usual.rate


def tasks_sentence(views: Sequence[RunView]) -> str:
    """What is to be seen of the three tasks."""
    number = "error" if isinstance(views[0].look.tasks[0], Curve) else "accuracy"
    said = [
        f"{view.name}: {', '.join(f'{brief(task.score)}' for task in view.look.tasks)}"
        for view in views
    ]
    return f"Query {number} on three held-out tasks. {'; '.join(said)}."


def train_snippet(setup: Setup) -> str:
    """A program that meta-trains the same learner to the same bits and prints its meta-loss."""
    text = setup.experiment().to_json()
    return f"""from hypernet.experiment import Experiment
from hypernet.outer import meta_train

experiment = Experiment.from_json('''{text}''')
learner = experiment.build()
for progress in meta_train(learner, experiment.family, experiment.training):
    print(progress.step, progress.meta_loss)
"""
