"""One task under the lens: what a preset does with it, step by step, as plain arrays."""

from __future__ import annotations

import functools
import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor

from hypernet.evaluate import loss_per_step
from hypernet.init import stream, uniform
from hypernet.inner import diverged
from hypernet.presets import shared
from hypernet.protocols import TaskFamily
from hypernet.spec import check, data, number
from hypernet.tasks import Sinusoid
from hypernet.tasks.curves import GRID_POINTS
from hypernet.types import Batch, Task, Trace

Array = NDArray[np.float32]

#: This many points are drawn for every task; `shots` says how many of them are given, so that
#: one more shot adds a point and moves none.
MAX_SHOTS = 20


#: Where every curve lies.
X_RANGE = Sinusoid.x_range


class Signal(ABC):
    """A curve under the lens: what it truly is, and what learners are told of it.

    A frozen dataclass, so that runs on it can be remembered.
    """

    @abstractmethod
    def truth(self, x: Float[Tensor, "point 1"]) -> Float[Tensor, "point 1"] | None:
        """The curve at x; None where nobody knows it but for a few points."""

    @abstractmethod
    def told(self, family: TaskFamily) -> Float[Tensor, " entry"]:
        """The description for a learner that was meta-trained on `family`.

        Raises:
            ValueError: for a family that has no description of this curve.
        """


@dataclass(frozen=True)
class Wave(Signal):
    """A sinusoid by its description. The range is wider than the training range on purpose."""

    amplitude: float = number(2.5, 0.0, 8.0, step=0.1, help="Height A of the wave.")
    phase: float = number(
        0.8, 0.0, 6.2, step=0.1, unit="rad", help="Shift φ of the wave to the right."
    )

    def __post_init__(self) -> None:
        check(self)

    def truth(self, x: Float[Tensor, "point 1"]) -> Float[Tensor, "point 1"]:
        """A sin(x − φ)."""
        return Sinusoid().truth(torch.tensor([self.amplitude, self.phase]), x)

    def told(self, family: TaskFamily) -> Float[Tensor, " entry"]:
        """Amplitude and phase."""
        if not isinstance(family, Sinusoid):
            raise ValueError(f"family must be sinusoids, got {type(family).__name__}")
        return torch.tensor([self.amplitude, self.phase])


#: At most so many points are placed by hand, and given in any way.
MAX_POINTS, MAX_GIVEN = 200, 2000

#: Points placed by hand: x and y.
PlacedOnCurve = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Points:
    """Which points of a curve are given, and how noisy they are.

    `placed` None means that the points are drawn; else they are these, whatever the rest says.
    `held_out` are points to judge by where nobody knows the true curve.
    """

    shots: int = number(5, 1, MAX_SHOTS, help="Support points K that are given.")
    noise: float = number(0.0, 0.0, 1.0, step=0.05, help="Standard deviation of the points' noise.")
    seed: int = number(0, 0, 9999, help="Which points: the same seed gives the same points.")

    placed: PlacedOnCurve | None = data(None)
    held_out: PlacedOnCurve = data(())

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

    Without a true curve and held-out points the query loss is the support loss: there is nothing
    else to judge by. `kept` entries are usable; fewer than steps + 1 means that the loop diverged
    after them. Later entries repeat the last usable one, so no value is ever infinite or NaN.
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


def task_of(preset: str, signal: Signal, points: Points) -> Task:
    """The curve as a task for this preset: the given points, and what they are judged by.

    The query is the true curve on the grid, or the held-out points, or else the support itself.

    Raises:
        ValueError: for a preset that cannot be told of the curve, or too many placed points.
    """
    support = _support(signal, points)
    grid = curve_grid()
    truth = signal.truth(grid)
    if truth is not None:
        query = Batch(grid, truth)
    else:
        query = _batch(points.held_out) if points.held_out else support
    return Task(signal.told(shared(preset).experiment.family), support, query)


def is_judged(signal: Signal, points: Points) -> bool:
    """Whether there is more to judge a prediction by than the support itself."""
    return bool(points.held_out) or signal.truth(curve_grid()) is not None


def curve_grid() -> Float[Tensor, "point 1"]:
    """Where curves are drawn."""
    return torch.linspace(*X_RANGE, GRID_POINTS).unsqueeze(-1)


def _support(signal: Signal, points: Points) -> Batch:
    if points.placed is not None:
        if len(points.placed) > MAX_GIVEN:
            raise ValueError(f"points must be 0..{MAX_GIVEN}, got {len(points.placed)}")
        return _batch(points.placed)
    rng = stream(points.seed, "support points")
    x = uniform((MAX_SHOTS, 1), *X_RANGE, rng)
    y = signal.truth(x)
    if y is None:
        raise ValueError("points must be placed where the true curve is not known")
    if points.noise > 0:
        y = y + points.noise * torch.randn(y.shape, generator=rng)
    return Batch(x[: points.shots], y[: points.shots])


def _batch(placed: PlacedOnCurve) -> Batch:
    x, y = torch.tensor(placed).reshape(-1, 2).split(1, dim=-1)
    return Batch(x, y)


@functools.lru_cache(maxsize=512)
def generate(preset: str, wave: Wave) -> Generated:
    """The weights that a description hypernetwork writes for a wave, and what they predict."""
    experiment, learner = shared(preset)
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
def run(preset: str, signal: Signal, points: Points, steps: int, alpha: float | None = None) -> Run:
    """The inner loop of a preset on one curve, recorded; `alpha` None means the preset's own α.

    Raises:
        ValueError: for negative steps, or an α that is not a finite number above 0.
    """
    experiment, learner = shared(preset)
    task = task_of(preset, signal, points)
    grid = curve_grid()
    with torch.no_grad():
        trace = learner.adapt(task.description, task.support, steps, alpha)
        support = loss_per_step(learner, experiment.family, trace, task.support)
        query = loss_per_step(learner, experiment.family, trace, task.query)
        curves = torch.stack([learner.predict(params, grid)[:, 0] for params in trace])
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
    experiment, learner = shared(preset)
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
