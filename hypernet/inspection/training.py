"""What a learner does with three held-out tasks while it is meta-trained, as plain arrays."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Bool, Float
from numpy.typing import NDArray
from torch import Tensor

from hypernet.encoders import (
    DescriptionOptions,
    KindOptions,
    NoisyOptions,
    NoneOptions,
    TaskCodeOptions,
)
from hypernet.experiment import Experiment
from hypernet.init import stream
from hypernet.inspection.curve import Array
from hypernet.inspection.plane_tasks import Shape
from hypernet.learners import HypernetworkOptions, LearnerOptions
from hypernet.learners.cavia import CONTEXT
from hypernet.learners.gradient import GradientLearner
from hypernet.protocols import Classification, Learner, TaskFamily
from hypernet.spec import to_plain
from hypernet.tasks import Planar, Sinusoid
from hypernet.tasks.curves import Curves
from hypernet.types import Params, Task

#: Cells along each side of a field.
RESOLUTION = 40
#: No prediction or weight is shown beyond this.
LARGEST = 1e6
#: Tasks behind the statistics of the weights.
STATISTICS_TASKS = 32
MOST_SHOTS = 10
#: Where the three tasks lie in the range of each entry of theta; more entries begin anew.
PLACES = (
    (0.8, 0.16, 0.3, 0.7, 0.25, 0.6),
    (0.3, 0.5, 0.5, 0.2, 0.9, 0.4),
    (0.6, 0.85, 0.7, 0.5, 0.6, 0.15),
)
#: Encoders that never look at the points.
POINTLESS = (DescriptionOptions, KindOptions, NoisyOptions, NoneOptions, TaskCodeOptions)
SHAPES = (Shape("moons", 0.6), Shape("xor", 0.5), Shape("rings", 0.0, 0.3))


class Curve(NamedTuple):
    """A task on the line: its given points, and a prediction on the grid.

    Args:
        before: the prediction before the inner steps; the same as `after` where there are none.
    """

    title: str
    truth: Array
    support_x: Array
    support_y: Array
    before: Array
    after: Array
    score: float


class Field(NamedTuple):
    """A task in the plane: its given points, and each cell's class with its certainty.

    Rows go up, columns to the right; certainty is 0 for 1/N and 255 for 1.
    """

    title: str
    support_x: Array
    labels: NDArray[np.uint8]
    winner: NDArray[np.uint8]
    certainty: NDArray[np.uint8]
    score: float


class TensorStatistics(NamedTuple):
    """One tensor of the weights that tasks begin with.

    Args:
        size: the mean of |w| over tasks and entries.
        share: the part of the mean square that differs from task to task, 0..1.
    """

    name: str
    size: float
    share: float


class Look(NamedTuple):
    """What a learner does with three held-out tasks; `score` is query MSE, or accuracy.

    Where the inner steps exploded, what is drawn is before them; no answer counts as right.
    """

    tasks: tuple[Curve, ...] | tuple[Field, ...]
    weights: tuple[TensorStatistics, ...]
    ways: int
    inner_steps: int


def look(experiment: Experiment, learner: Learner) -> Look:
    """Three fixed held-out tasks after the inner steps of meta-training, and weight statistics.

    Raises:
        ValueError: for a family whose tasks lie neither on a line nor in a plane.
    """
    family = experiment.family
    if not can_be_drawn(family):
        raise ValueError(
            "family must be one of curves, or of classes in the plane, to be drawn here, "
            f"got {to_plain(experiment)['family']['name']}"
        )
    steps = learner.inner.steps if isinstance(learner, GradientLearner) else 0
    ignores_points = _ignores_points(experiment.learner, steps)
    shots = MOST_SHOTS if ignores_points else min(MOST_SHOTS, experiment.training.shots[1])
    task = family.make(_three(family), stream(0, "support points"), shots)
    with torch.no_grad():
        trace = learner.adapt(task.description, task.support, steps)
        ends = (trace[0], trace[-1])
        tasks = _drawn(family, learner, task, ends)
        if ignores_points:
            tasks = _without_points(tasks)
        weights = _statistics(family, learner, shots)
    return Look(tasks, weights, family.n_out, steps)


def _drawn(
    family: TaskFamily, learner: Learner, task: Task, ends: tuple[Params, Params]
) -> tuple[Curve, ...] | tuple[Field, ...]:
    """Each task with what is said before and after the inner steps."""
    if isinstance(family, Classification):
        return _fields(family, learner, task, ends)
    return _curves(family, learner, task, ends)


def can_be_drawn(family: TaskFamily) -> bool:
    """Whether the tasks of a family lie on a line, or are made of classes in a plane."""
    in_plane = isinstance(family, Classification) and family.n_in == 2
    return isinstance(family, Curves) or in_plane


def _ignores_points(learner: LearnerOptions, steps: int) -> bool:
    """Whether the learner never looks at the points."""
    told = isinstance(learner, HypernetworkOptions) and isinstance(learner.encoder, POINTLESS)
    return told and steps == 0


def _without_points(
    tasks: tuple[Curve, ...] | tuple[Field, ...],
) -> tuple[Curve, ...] | tuple[Field, ...]:
    """Curves without their given points; a field shows them in any case."""
    none = np.zeros(0, dtype=np.float32)
    curves = [task for task in tasks if isinstance(task, Curve)]
    return tuple(curve._replace(support_x=none, support_y=none) for curve in curves) or tasks


def _three(family: TaskFamily) -> Float[Tensor, "3 entry"]:
    """theta of three tasks that differ a lot."""
    if isinstance(family, Planar) and family.kind == "all":
        return torch.stack([shape.theta() for shape in SHAPES])
    if isinstance(family, Curves):
        entries = range(len(family.parameters))
        places = torch.tensor([[row[i % len(row)] for i in entries] for row in PLACES])
        low = torch.tensor([p.low for p in family.parameters])
        high = torch.tensor([p.high for p in family.parameters])
        return low + places * (high - low)
    return family.sample(3, stream(0, "three tasks"))


def _finite(after: Tensor, before: Tensor) -> Tensor:
    """Predictions after the inner steps; those before them for a task whose steps exploded."""
    return _held(torch.where(_exploded(after)[:, None, None], before, after))


def _exploded(after: Tensor) -> Bool[Tensor, " task"]:
    """Whether any prediction of a task is beyond all use."""
    return ~(after.abs() < LARGEST).flatten(1).all(dim=-1)


def _held(values: Tensor) -> Tensor:
    """The same without NaN and infinity."""
    return values.nan_to_num().clamp(-LARGEST, LARGEST)


def _curves(
    family: TaskFamily, learner: Learner, task: Task, ends: tuple[Params, Params]
) -> tuple[Curve, ...]:
    before, after = (learner.predict(params, task.query.x) for params in ends)
    after = _finite(after, before)
    scores = family.loss(after, task.query).tolist()
    return tuple(
        Curve(
            _title(family, theta),
            truth=task.query.y[i, :, 0].numpy(),
            support_x=task.support.x[i, :, 0].numpy(),
            support_y=task.support.y[i, :, 0].numpy(),
            before=_held(before)[i, :, 0].numpy(),
            after=after[i, :, 0].numpy(),
            score=scores[i],
        )
        for i, theta in enumerate(task.description.tolist())
    )


def _title(family: TaskFamily, theta: list[float]) -> str:
    """A wave as its formula, any other curve as the values of its parameters."""
    if isinstance(family, Sinusoid):
        return f"{theta[0]:.1f} sin(x − {theta[1]:.1f})"
    named = zip(family.parameters, theta, strict=True)
    return ", ".join(f"{p.symbol} {value:.2g}" for p, value in named).replace("-", "−")


def _fields(
    family: Classification, learner: Learner, task: Task, ends: tuple[Params, Params]
) -> tuple[Field, ...]:
    cells = _cells(*family.x_range).expand(3, -1, -1)
    at_cells = _finite(*(learner.predict(params, cells) for params in reversed(ends)))
    answers = learner.predict(ends[-1], task.query.x)
    right = family.accuracy(answers, task.query).masked_fill(_exploded(answers), 0.0).tolist()
    probability, winner = at_cells.softmax(dim=-1).max(dim=-1)
    fair = 1 / family.ways
    certainty = (probability - fair).clamp(0, 1) * 255 / (1 - fair)
    titles = [shape.kind for shape in SHAPES]
    if not (isinstance(family, Planar) and family.kind == "all"):
        titles = [f"task {i + 1}" for i in range(3)]
    return tuple(
        Field(
            title,
            support_x=task.support.x[i].numpy(),
            labels=task.support.y[i].argmax(dim=-1).to(torch.uint8).numpy(),
            winner=winner[i].to(torch.uint8).numpy(),
            certainty=certainty[i].to(torch.uint8).numpy(),
            score=right[i],
        )
        for i, title in enumerate(titles)
    )


def _cells(low: float, high: float) -> Float[Tensor, "cell 2"]:
    """The centres of the field's cells over low..high on both axes, row by row from below."""
    half = (high - low) / (2 * RESOLUTION)
    line = torch.linspace(low + half, high - half, RESOLUTION)
    rows, columns = torch.meshgrid(line, line, indexing="ij")
    return torch.stack([columns, rows], dim=-1).view(-1, 2)


def _statistics(family: TaskFamily, learner: Learner, shots: int) -> tuple[TensorStatistics, ...]:
    rng = stream(0, "weight statistics")
    task = family.make(family.sample(STATISTICS_TASKS, rng), rng, shots)
    params = learner.initial(task.description, task.support)
    return tuple(_tensor(name, _held(value)) for name, value in params.items())


def _tensor(name: str, value: Tensor) -> TensorStatistics:
    power = value.square().mean().item()
    share = value.var(dim=0, correction=0).mean().item() / power if power > 0 else 0.0
    return TensorStatistics(_short(name), value.abs().mean().item(), min(share, 1.0))


def _short(name: str) -> str:
    """W1, b1, W2, … for the layers of a target network; a head keeps its word, a context is φ."""
    if name == CONTEXT:
        return "φ"
    layer, _, kind = name.partition(".")
    letter = {"weight": "W", "bias": "b"}.get(kind)
    if letter is None:  # a learner of one's own may call its tensors as it likes
        return name
    return f"{letter}{int(layer) // 2 + 1}" if layer.isdecimal() else f"{letter} of the {layer}"


# ------------------------------------------------------------ divergence

#: A loss this many times that of knowing nothing has left the chart.
LEFT_FACTOR = 1000.0


def left_chart(experiment: Experiment, steps: Sequence[int], losses: Sequence[float]) -> int | None:
    """The first outer step whose loss is far beyond that of knowing nothing; None where none is.

    Knowing nothing costs the variance of the targets, or ln N for N classes.
    """
    family = experiment.family
    classes = isinstance(family, Classification)
    nothing = math.log(family.n_out) if classes else family.y_scale**2
    far = (s for s, loss in zip(steps, losses, strict=True) if loss > LEFT_FACTOR * nothing)
    return next(far, None)
