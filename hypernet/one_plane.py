"""One planar task under the lens: the decision boundary of a preset after each step, as arrays."""

from __future__ import annotations

import dataclasses
import functools
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor

from hypernet.evaluate import loss_per_step
from hypernet.init import stream
from hypernet.one_task import Array, stack, usable
from hypernet.presets import load_preset
from hypernet.spec import check, choice, flag, number
from hypernet.tasks import Planar
from hypernet.tasks.planar import KINDS, SCALE, SHIFT
from hypernet.types import Batch, Task

#: This many points of each class are drawn; `shots` says how many of them are given.
MAX_SHOTS = 12
QUERIES = 40
#: Cells along each side of the field.
RESOLUTION = 60


@dataclass(frozen=True)
class Shape:
    """A planar task by its description."""

    kind: str = choice("xor", KINDS, help="Shape of the two classes.")
    angle: float = number(0.5, 0.0, 6.2, step=0.1, unit="rad", help="Rotation to the left.")
    shift: float = number(0.0, -SHIFT, SHIFT, step=0.05, help="Shift along x₁.")
    scale: float = number(1.0, *SCALE, step=0.05, help="Size.")

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True)
class Labelled:
    """Which labelled points of a shape are given, and what is wrong with them on purpose."""

    shots: int = number(5, 1, MAX_SHOTS, help="Support points of each class.")
    noise: float = number(0.05, 0.0, 0.3, step=0.05, help="Standard deviation of added noise.")
    seed: int = number(0, 0, 9999, help="Which points: the same seed gives the same points.")
    swapped: bool = flag(False, help="Exchange the labels of all points; the description stays.")
    foreign: bool = flag(False, help="Start from the weights made for another shape.")

    def __post_init__(self) -> None:
        check(self)


class PlaneRun(NamedTuple):
    """A recorded inner loop on a planar task: everything has steps + 1 entries, step 0 included.

    `winner` is the class of each cell, `certainty` its probability from 0 (½) to 255 (1); rows go
    up, columns to the right. `kept` entries are usable (see `one_task.Run`).
    """

    preset: str
    winner: NDArray[np.uint8]
    certainty: NDArray[np.uint8]
    accuracy: Array
    support_loss: Array
    query_loss: Array
    weights: dict[str, Array]
    kept: int

    @property
    def steps(self) -> int:
        """How many steps were asked for."""
        return len(self.query_loss) - 1


def plane_task(shape: Shape, labelled: Labelled) -> Task:
    """The shape as a task: the given support points and the query points."""
    family = Planar(noise=labelled.noise)
    kind = KINDS.index(shape.kind)
    theta = torch.tensor([kind, shape.angle, shape.shift, 0.0, shape.scale, 0.0])
    task = family.make(theta, stream(labelled.seed, "support points"), MAX_SHOTS, QUERIES)
    given = torch.cat([torch.arange(labelled.shots), MAX_SHOTS + torch.arange(labelled.shots)])
    support = Batch(task.support.x[given], task.support.y[given])
    if labelled.swapped:
        support = support._replace(y=support.y.flip(-1))
        task = task._replace(query=task.query._replace(y=task.query.y.flip(-1)))
    return task._replace(support=support)


@functools.lru_cache(maxsize=256)
def run_plane(
    preset: str, shape: Shape, labelled: Labelled, steps: int, alpha: float | None = None
) -> PlaneRun:
    """The inner loop of a preset on one planar task, recorded with its decision boundary.

    Raises:
        ValueError: for negative steps, or an α that is not a finite number above 0.
    """
    experiment, learner = load_preset(preset)
    family = experiment.family
    task = plane_task(shape, labelled)
    told = plane_task(_other(shape), labelled) if labelled.foreign else task
    with torch.no_grad():
        start = learner.initial(told.description, told.support)
        trace = learner.walk(start, task.support, steps, alpha)
        trace = trace + trace[-1:] * (steps + 1 - len(trace))
        support = loss_per_step(learner, family, trace, task.support)
        query = loss_per_step(learner, family, trace, task.query)
        predictions = [learner.predict(params, task.query.x) for params in trace]
        right = torch.stack([Planar().accuracy(said, task.query) for said in predictions])
        cells = _cells()
        fields = [learner.predict(params, cells).softmax(dim=-1) for params in trace]
    probability, winner = torch.stack(fields).nan_to_num().max(dim=-1)
    square = (steps + 1, RESOLUTION, RESOLUTION)
    kept = usable(support, query)
    held = np.minimum(np.arange(steps + 1), kept - 1)
    certainty = (2 * probability - 1).clamp(0, 1) * 255
    return PlaneRun(
        preset=preset,
        winner=winner.view(square).to(torch.uint8).numpy()[held],
        certainty=certainty.view(square).to(torch.uint8).numpy()[held],
        accuracy=right.numpy()[held],
        support_loss=support.numpy()[held],
        query_loss=query.numpy()[held],
        weights={name: stack(trace, name)[held] for name in trace[0]},
        kept=kept,
    )


def _other(shape: Shape) -> Shape:
    """A task of the next kind, turned by a right angle."""
    following = KINDS[(KINDS.index(shape.kind) + 1) % len(KINDS)]
    return dataclasses.replace(shape, kind=following, angle=(shape.angle + 1.5) % 6.2)


@functools.cache
def _cells() -> Float[Tensor, "cell 2"]:
    """The centres of the field's cells, row by row from below."""
    low, high = Planar.x_range
    half = (high - low) / (2 * RESOLUTION)
    line = torch.linspace(low + half, high - half, RESOLUTION)
    rows, columns = torch.meshgrid(line, line, indexing="ij")
    return torch.stack([columns, rows], dim=-1).view(-1, 2)
