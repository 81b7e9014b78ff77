"""One planar task under the lens: the decision boundary of a preset after each step, as arrays."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor

from hypernet.evaluate import answered_right, loss_per_step
from hypernet.inner import diverged
from hypernet.inspection.curve import Array, stack, usable
from hypernet.inspection.plane_tasks import Labelled, Scene, plane_task
from hypernet.presets import shared

#: Cells along each side of the field.
RESOLUTION = 60


class PlaneRun(NamedTuple):
    """A recorded inner loop on a planar task: everything has steps + 1 entries, step 0 included.

    `winner` is the class of each cell, `certainty` its probability from 0 (1/N) to 255 (1); rows
    go up, columns to the right. `kept` entries are usable (see `curve.Run`); from there on the
    pictures repeat the last usable one, and no answer counts as right.
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


@functools.lru_cache(maxsize=256)
def run_plane(
    preset: str, scene: Scene, labelled: Labelled, steps: int, alpha: float | None = None
) -> PlaneRun:
    """The inner loop of a preset on one planar task, recorded with its decision boundary.

    Where there is a preset of its own for the scene's number of classes, that one is run.

    Raises:
        ValueError: for negative steps, or an α that is not a finite number above 0.
    """
    learner = shared(scene.preset(preset)).learner
    family = scene.family(labelled.noise)
    task = plane_task(scene, labelled)
    told = scene.told(labelled)
    with torch.no_grad():
        start = learner.initial(told.description, told.support)
        trace = learner.walk(start, task.support, steps, alpha)
        trace = trace + trace[-1:] * (steps + 1 - len(trace))
        support = loss_per_step(learner, family, trace, task.support)
        query = loss_per_step(learner, family, trace, task.query)
        predictions = [learner.predict(params, task.query.x) for params in trace]
        gone = diverged(support) | diverged(query)
        right = answered_right(family, predictions, task.query, gone)
        right = right.nan_to_num()  # without a point, nothing is right
        cells = _cells(*family.x_range)
        fields = [learner.predict(params, cells).softmax(dim=-1) for params in trace]
    probability, winner = torch.stack(fields).nan_to_num().max(dim=-1)
    square = (steps + 1, RESOLUTION, RESOLUTION)
    kept = usable(support, query)
    held = np.minimum(np.arange(steps + 1), kept - 1)
    certainty = (probability - 1 / scene.ways).clamp(0, 1) * 255 / (1 - 1 / scene.ways)
    return PlaneRun(
        preset=preset,
        winner=winner.view(square).to(torch.uint8).numpy()[held],
        certainty=certainty.view(square).to(torch.uint8).numpy()[held],
        accuracy=right.numpy(),
        support_loss=support.numpy()[held],
        query_loss=query.numpy()[held],
        weights={name: stack(trace, name)[held] for name in trace[0]},
        kept=kept,
    )


@functools.cache
def _cells(low: float, high: float) -> Float[Tensor, "cell 2"]:
    """The centres of the field's cells over low..high on both axes, row by row from below."""
    half = (high - low) / (2 * RESOLUTION)
    line = torch.linspace(low + half, high - half, RESOLUTION)
    rows, columns = torch.meshgrid(line, line, indexing="ij")
    return torch.stack([columns, rows], dim=-1).view(-1, 2)
