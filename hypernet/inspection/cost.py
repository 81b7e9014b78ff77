"""What an answer costs: FLOPs and milliseconds along the inner loop, and the numbers it holds."""

from __future__ import annotations

import functools
import statistics
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.flop_counter import FlopCounterMode

from hypernet.boundary import trusted
from hypernet.inspection.curve import Points, Wave, task_of
from hypernet.learners import ScratchOptions
from hypernet.learners.gradient import GradientLearner
from hypernet.presets import shared

#: Points of the task that a learner's time is taken on, and how often it is.
TIMED_POINTS = 10
TURNS = 15
#: Two waves: what differs in the weights of their starts depends on the task.
WAVES = (Wave(1.0, 0.5), Wave(4.0, 2.5))


class Spent(NamedTuple):
    """What a learner spends on the weights that it starts from, and then on every inner step."""

    start: float
    step: float

    def along(self, steps: int) -> NDArray[np.float64]:
        """What is spent by inner step 0, 1, … `steps`."""
        return self.start + self.step * np.arange(steps + 1, dtype=np.float64)


class Numbers(NamedTuple):
    """How many numbers a learner holds, and how many weights of its starts depend on the task.

    Args:
        stored: every number that the learner keeps, whether weights or what writes them.
        generated: weights of the target network that differ between two tasks before any step.
        steps: inner steps that the learner was meta-trained through.
    """

    stored: int
    generated: int
    steps: int


@functools.lru_cache(maxsize=512)
def flops(preset: str, shots: int) -> Spent:
    """Floating point operations for `shots` points: of the start, and of one inner step.

    A product and its sum are two operations. Only matrix products are counted, which is nearly all
    there is; a step that reads its loss, goes back and moves the weights counts as a whole.
    """
    learner, task = _learner(preset), task_of(preset, WAVES[0], Points(shots))
    with torch.no_grad():
        with FlopCounterMode(display=False) as start:
            params = learner.initial(task.description, task.support)
        with FlopCounterMode(display=False) as step:
            learner.walk(params, task.support, 1)
    return Spent(start.get_total_flops(), step.get_total_flops())


@functools.lru_cache(maxsize=512)
def milliseconds(preset: str) -> Spent:
    """Median wall time on this machine, taken once in a process: of the start, and of one step."""
    learner, task = _learner(preset), task_of(preset, WAVES[0], Points(TIMED_POINTS))
    with torch.no_grad(), trusted():  # the checks of a user's task are no part of what is timed
        params = learner.initial(task.description, task.support)
        start = _median_ms(lambda: learner.initial(task.description, task.support))
        step = _median_ms(lambda: learner.walk(params, task.support, 1))
    return Spent(start, step)


@functools.lru_cache(maxsize=512)
def numbers(preset: str) -> Numbers:
    """What a learner stores, generates and was meta-trained through."""
    learner = _learner(preset)
    tasks = [task_of(preset, wave, Points()) for wave in WAVES]
    first, second = (learner.initial(task.description, task.support) for task in tasks)
    untrained = isinstance(shared(preset).experiment.learner, ScratchOptions)
    return Numbers(
        stored=sum(parameter.numel() for parameter in learner.parameters()),
        generated=sum(int((first[n] != second[n]).sum()) for n in learner.target.shapes),
        steps=0 if untrained else learner.inner.steps,
    )


def _learner(preset: str) -> GradientLearner:
    learner = shared(preset).learner
    if not isinstance(learner, GradientLearner):
        raise ValueError(f"preset must take gradient steps, got {preset!r}")
    return learner


def _median_ms(compute: Callable[[], object]) -> float:
    """The median of some turns after one that is not counted."""
    compute()
    seconds = []
    for _ in range(TURNS):
        started = time.perf_counter()
        compute()
        seconds.append(time.perf_counter() - started)
    return 1000 * statistics.median(seconds)
