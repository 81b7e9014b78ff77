"""Reptile: the start moves towards the weights that each task's training ends at."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from hypernet.inner import MOST_STEPS, InnerOptions, descend
from hypernet.learners.gradient import OneStart
from hypernet.protocols import TaskFamily
from hypernet.spec import check, number
from hypernet.target import TargetNetwork
from hypernet.types import Batch, Params, Task


@dataclass(frozen=True)
class ReptileOptions:
    """The training on each task: one step on its support, then one on each part of its query."""

    steps: int = number(
        5, 1, MOST_STEPS, help="SGD steps on a task: its support, then parts of its query."
    )
    rate: float = number(0.02, 1e-6, 10.0, help="Learning rate α of these steps.")

    def __post_init__(self) -> None:
        check(self)

    def build(self, family: TaskFamily, target: TargetNetwork, rng: torch.Generator) -> Reptile:
        """The learner for this family and target network."""
        return Reptile(family, target, InnerOptions(self.steps, self.rate), rng, trainable=True)


class Reptile(OneStart):
    """The meta-loss is ½ |θ − θ̃|², where θ̃, held constant, is what k SGD steps from θ end at.

    Its gradient is θ − θ̃, so a step of plain SGD of rate ε is θ ← θ + ε (θ̃ − θ), with several
    tasks the mean of these. Nothing is differentiated through the inner steps, and support and
    query are not told apart: both are points to train on.

    Source: Nichol et al. 2018 (Reptile), algorithms 1 and 2.
    """

    def trained(self, task: Task) -> Params:
        """θ̃: the start after a step on the support and one on each of k − 1 parts of the query."""
        params = self.initial(task.description, task.support)
        with torch.no_grad():
            for batch in _batches(task, self.inner.steps):
                params = self._step(params, batch)
        return params

    def meta_loss(self, task: Task) -> Float[Tensor, "*task"]:
        """½ |θ − θ̃|²."""
        start, end = self.initial(task.description, task.support), self.trained(task)
        axes = task.support.x.ndim - 2
        gaps = [(start[name] - end[name]).flatten(axes).square().sum(dim=-1) for name in start]
        return torch.stack(gaps).sum(dim=0) / 2

    def _step(self, params: Params, batch: Batch) -> Params:
        return descend(
            lambda here: self.loss(self.target(here, batch.x), batch),
            params,
            steps=1,
            rate=self.inner.rate,
        )[-1]


def _batches(task: Task, count: int) -> list[Batch]:
    """The support, and the query in count − 1 parts, each with every class where there are any."""
    x, y = task.query
    parts = range(count - 1)
    return [
        task.support,
        *(Batch(x[..., i :: len(parts), :], y[..., i :: len(parts), :]) for i in parts),
    ]
