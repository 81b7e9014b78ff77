"""Clusters: two to five Gaussian classes in the plane."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor

from hypernet.init import uniform
from hypernet.spec import check, number
from hypernet.tasks.classes import LabelledTasks, accuracy, one_hot_labels
from hypernet.tasks.counts import check_counts
from hypernet.types import Batch, Parameter, Task

CENTRE = 2.0
WIDTH = (0.1, 0.4)
QUERIES = 50


@dataclass(frozen=True)
class Clusters(LabelledTasks):
    """N round Gaussian classes; theta, which is also the description, is every mean and width.

    Means lie anywhere in [−2, 2]², so classes may overlap: `best_accuracy` is what someone who
    knows theta reaches. Shots and queries count points of each class.
    """

    ways: int = number(3, 2, 5, help="Number of classes N.")

    n_in: ClassVar[int] = 2
    x_range: ClassVar[tuple[float, float]] = (-3.0, 3.0)
    y_scale: ClassVar[float] = 1.0

    def __post_init__(self) -> None:
        check(self)

    @property
    def n_out(self) -> int:
        """One logit for each class."""
        return self.ways

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """For each class its mean, then for each class its width."""
        means = tuple(
            Parameter(f"mean {label + 1}.{axis}", f"μ{label + 1}.{axis}", "", -CENTRE, CENTRE)
            for label in range(self.ways)
            for axis in (1, 2)
        )
        return means + tuple(
            Parameter(f"width {label + 1}", f"σ{label + 1}", "", *WIDTH)
            for label in range(self.ways)
        )

    @property
    def entries(self) -> tuple[Parameter, ...]:
        """The same as `parameters`."""
        return self.parameters

    @property
    def protocol(self) -> str:
        """The protocol in one line."""
        return (
            f"{self.ways} Gaussian classes in the plane, means in [−{CENTRE:g}, {CENTRE:g}]², "
            f"widths {WIDTH[0]:g} to {WIDTH[1]:g}"
        )

    def held_out(self) -> Clusters:
        """Fresh tasks of the same distribution: theta is continuous."""
        return self

    def sample(self, n_tasks: int, rng: torch.Generator) -> Float[Tensor, "task entry"]:
        """theta of n_tasks tasks, each entry uniform in its range."""
        means = uniform((n_tasks, 2 * self.ways), -CENTRE, CENTRE, rng)
        return torch.cat([means, uniform((n_tasks, self.ways), *WIDTH, rng)], dim=-1)

    def make(
        self,
        theta: Float[Tensor, "*task entry"],
        rng: torch.Generator,
        shots: int,
        queries: int | None = None,
    ) -> Task:
        """`shots` support and `queries` query points of each class; queries None means 50.

        Raises:
            ValueError: where shots or queries are below 1.
        """
        queries = QUERIES if queries is None else queries
        check_counts(shots, queries)
        support, query = self._points(theta, shots, rng), self._points(theta, queries, rng)
        return Task(theta, support, query)

    def best_accuracy(
        self, theta: Float[Tensor, "*task entry"], batch: Batch
    ) -> Float[Tensor, "*task"]:
        """The accuracy of Bayes' rule, which knows every mean and width."""
        means, widths = self._split(theta)
        distance = (batch.x.unsqueeze(-3) - means.unsqueeze(-2)).square().sum(-1)
        logits = -distance / (2 * widths.square().unsqueeze(-1)) - 2 * widths.log().unsqueeze(-1)
        return accuracy(logits.mT, batch)

    def _split(self, theta: Tensor) -> tuple[Tensor, Tensor]:
        """Means (*task, class, 2) and widths (*task, class)."""
        means, widths = theta.split([2 * self.ways, self.ways], dim=-1)
        return means.unflatten(-1, (self.ways, 2)), widths

    def _points(
        self, theta: Float[Tensor, "*task entry"], count: int, rng: torch.Generator
    ) -> Batch:
        means, widths = self._split(theta)
        around = torch.randn(*widths.shape, count, 2, generator=rng)
        points = means.unsqueeze(-2) + widths[..., None, None] * around
        labels = one_hot_labels(theta.shape[:-1], self.ways, count)
        return Batch(points.flatten(-3, -2), labels)
