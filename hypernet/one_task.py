"""One task under the lens: what a preset does with it, step by step, as plain arrays."""

from __future__ import annotations

import dataclasses
import functools
import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from hypernet.evaluate import loss_per_step
from hypernet.init import stream
from hypernet.inner import diverged
from hypernet.presets import load_preset
from hypernet.spec import check, number
from hypernet.tasks import Sinusoid
from hypernet.types import Batch, Task, Trace

Array = NDArray[np.float32]

#: This many points are drawn for every task; `shots` says how many of them are given, so that
#: one more shot adds a point and moves none.
MAX_SHOTS = 20


@dataclass(frozen=True)
class Wave:
    """A sinusoid by its description. The range is wider than the training range on purpose."""

    amplitude: float = number(2.5, 0.0, 8.0, step=0.1, help="Height A of the wave.")
    phase: float = number(
        0.8, 0.0, 6.2, step=0.1, unit="rad", help="Shift φ of the wave to the right."
    )

    def __post_init__(self) -> None:
        check(self)


#: At most so many points are given by hand.
MAX_POINTS = 200

#: Points placed by hand: x and y.
PlacedOnCurve = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Points:
    """Which support points of a wave are given, and how noisy they are.

    `placed` None means that the points are drawn; else they are these, whatever the rest says.
    """

    shots: int = number(5, 1, MAX_SHOTS, help="Support points K that are given.")
    noise: float = number(0.0, 0.0, 1.0, step=0.05, help="Standard deviation of the points' noise.")
    seed: int = number(0, 0, 9999, help="Which points: the same seed gives the same points.")

    placed: PlacedOnCurve | None = None

    def __post_init__(self) -> None:
        check(self)


class Generated(NamedTuple):
    """What a preset writes for a wave, without any gradient step."""

    grid: Array
    truth: Array
    prediction: Array
    weights: dict[str, Array]
    embedding: Array
    query_loss: float


class Run(NamedTuple):
    """A recorded inner loop of one preset: everything has steps + 1 entries, step 0 included.

    `kept` entries are usable; fewer than steps + 1 means that the loop diverged after them.
    Later entries repeat the last usable one, so no value is ever infinite or NaN.
    """

    preset: str
    curves: Array
    support_loss: Array
    query_loss: Array
    weights: dict[str, Array]
    kept: int

    @property
    def steps(self) -> int:
        """How many steps were asked for."""
        return len(self.query_loss) - 1


def task_of(preset: str, wave: Wave, points: Points) -> Task:
    """The wave as a task of the preset's family: K given support points, grid query.

    Raises:
        ValueError: for a preset on another family, or more than 200 placed points.
    """
    family = load_preset(preset).experiment.family
    if not isinstance(family, Sinusoid):
        raise ValueError(f"preset must be one on sinusoids, got {preset!r}")
    family = dataclasses.replace(family, noise=points.noise)
    theta = torch.tensor([wave.amplitude, wave.phase])
    task = family.make(theta, stream(points.seed, "support points"), MAX_SHOTS)
    if points.placed is None:
        given = Batch(task.support.x[: points.shots], task.support.y[: points.shots])
        return task._replace(support=given)
    if len(points.placed) > MAX_POINTS:
        raise ValueError(f"points must be 0..{MAX_POINTS}, got {len(points.placed)}")
    x, y = torch.tensor(points.placed).reshape(-1, 2).split(1, dim=-1)
    return task._replace(support=Batch(x, y))


@functools.lru_cache(maxsize=512)
def generate(preset: str, wave: Wave) -> Generated:
    """The weights that a description hypernetwork writes for a wave, and what they predict."""
    experiment, learner = load_preset(preset)
    task = task_of(preset, wave, Points())
    with torch.no_grad():
        params = learner.initial(task.description, task.support)
        prediction = learner.predict(params, task.query.x)
        loss = experiment.family.loss(prediction, task.query)
        embedding = learner.get_submodule("encoder")(task.description, task.support)
    return Generated(
        grid=task.query.x[:, 0].numpy(),
        truth=task.query.y[:, 0].numpy(),
        prediction=prediction[:, 0].numpy(),
        weights={name: value.numpy() for name, value in params.items()},
        embedding=embedding.numpy(),
        query_loss=loss.item(),
    )


@functools.lru_cache(maxsize=512)
def run(preset: str, wave: Wave, points: Points, steps: int, alpha: float | None = None) -> Run:
    """The inner loop of a preset on one task, recorded; `alpha` None means the preset's own α.

    Raises:
        ValueError: for negative steps, or an α that is not a finite number above 0.
    """
    experiment, learner = load_preset(preset)
    task = task_of(preset, wave, points)
    with torch.no_grad():
        trace = learner.adapt(task.description, task.support, steps, alpha)
        support = loss_per_step(learner, experiment.family, trace, task.support)
        query = loss_per_step(learner, experiment.family, trace, task.query)
        curves = torch.stack([learner.predict(params, task.query.x)[:, 0] for params in trace])
    kept = usable(support, query)
    held = np.minimum(np.arange(steps + 1), kept - 1)
    return Run(
        preset=preset,
        curves=curves.numpy()[held],
        support_loss=support.numpy()[held],
        query_loss=query.numpy()[held],
        weights={name: stack(trace, name)[held] for name in trace[0]},
        kept=kept,
    )


@functools.lru_cache(maxsize=32)
def weight_range(preset: str) -> float:
    """A symmetric colour range that holds 99 % of the weights generated over the training range."""
    experiment, learner = load_preset(preset)
    family = experiment.family
    rng = stream(0, "weight range")
    task = family.make(family.sample(64, rng), rng, MAX_SHOTS)
    with torch.no_grad():
        params = learner.initial(task.description, task.support)
    values = torch.cat([value.flatten() for value in params.values()]).abs()
    high = values.quantile(0.99).item()
    return math.ceil(high * 10) / 10


def usable(support: torch.Tensor, query: torch.Tensor) -> int:
    """How many entries come before the loop has diverged; at least the first."""
    bad = diverged(support) | diverged(query)
    return max(1, len(bad) - int(bad.sum()))


def stack(trace: Trace, name: str) -> Array:
    """One tensor along a trace, as an array with the step first."""
    stacked: Array = torch.stack([params[name] for params in trace]).numpy()
    return stacked
