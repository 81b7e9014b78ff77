"""One task of handwritten digits under the lens: what a preset says of each query image."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import NamedTuple

import torch

from hypernet.evaluate import answered_right, loss_per_step
from hypernet.init import stream
from hypernet.inner import diverged
from hypernet.inspection.curve import Array, usable
from hypernet.presets import shared
from hypernet.spec import check, number
from hypernet.tasks import Digits
from hypernet.tasks.digits import HELD_OUT
from hypernet.types import Batch, Task

#: This many images of each class are drawn; `shots` says how many of them are given.
MAX_SHOTS = 8
QUERIES = 6


@dataclass(frozen=True)
class Images:
    """Which images of the held-out digits are given."""

    shots: int = number(5, 1, MAX_SHOTS, help="Support images of each digit.")
    seed: int = number(0, 0, 9999, help="Which images: the same seed gives the same images.")

    def __post_init__(self) -> None:
        check(self)


class DigitsRun(NamedTuple):
    """What a preset says after its last usable step, and its accuracy before and after all steps.

    `kept` entries of the inner loop are usable; where that is not all, it diverged, and no answer
    counts as right after it.
    """

    preset: str
    probability: Array
    accuracy: tuple[float, float]
    kept: int


def digits_task(images: Images) -> Task:
    """The held-out digits as a task: K given images of each, and query images of each."""
    family = Digits(unseen=True)
    theta = torch.tensor(HELD_OUT, dtype=torch.float32)
    task = family.make(theta, stream(images.seed, "support images"), MAX_SHOTS, QUERIES)
    given = [
        MAX_SHOTS * label + shot for label in range(len(HELD_OUT)) for shot in range(images.shots)
    ]
    return task._replace(support=Batch(task.support.x[given], task.support.y[given]))


@functools.lru_cache(maxsize=128)
def run_digits(preset: str, images: Images, steps: int, alpha: float | None = None) -> DigitsRun:
    """The inner loop of a preset on one task of held-out digits.

    Raises:
        ValueError: for negative steps, or an α that is not a finite number above 0.
    """
    experiment, learner = shared(preset)
    family = Digits(unseen=True)
    task = digits_task(images)
    with torch.no_grad():
        trace = learner.adapt(task.description, task.support, steps, alpha)
        support = loss_per_step(learner, experiment.family, trace, task.support)
        query = loss_per_step(learner, experiment.family, trace, task.query)
        gone = diverged(support) | diverged(query)
        said = [learner.predict(params, task.query.x) for params in trace]
        right = answered_right(family, said, task.query, gone)
    kept = usable(support, query)
    return DigitsRun(
        preset=preset,
        probability=said[kept - 1].softmax(dim=-1).numpy(),
        accuracy=(right[0].item(), right[-1].item()),
        kept=kept if len(trace) > 1 else steps + 1,
    )
