"""What families of curves share: regression on a line, from theta and an exact truth."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor

from hypernet.init import uniform
from hypernet.sets import set_mean
from hypernet.tasks.counts import check_counts
from hypernet.types import Batch, Parameter, Task

GRID_POINTS = 100


class Curves(ABC):
    """A family of curves y = truth(theta, x) whose description is theta, unless it says otherwise.

    Noise is added to the support targets only: query targets are exact, so that a query loss
    measures the distance to the truth.
    """

    n_in: ClassVar[int] = 1
    n_out: ClassVar[int] = 1
    x_range: ClassVar[tuple[float, float]]
    noise: float

    @property
    @abstractmethod
    def parameters(self) -> tuple[Parameter, ...]:
        """What each entry of theta means and the range it is sampled from."""

    @property
    @abstractmethod
    def y_scale(self) -> float:
        """The standard deviation of the targets over tasks and inputs."""

    @property
    @abstractmethod
    def protocol(self) -> str:
        """The protocol in one line."""

    @abstractmethod
    def truth(
        self, theta: Float[Tensor, "*task entry"], x: Float[Tensor, "*task point 1"]
    ) -> Float[Tensor, "*task point 1"]:
        """The exact curve of each theta at x."""

    @property
    def entries(self) -> tuple[Parameter, ...]:
        """The same as `parameters`: the description is theta."""
        return self.parameters

    def describe(self, theta: Float[Tensor, "*task entry"]) -> Float[Tensor, "*task described"]:
        """The description of each theta."""
        return theta

    def held_out(self) -> Curves:
        """Fresh tasks of the same distribution: theta is continuous."""
        return self

    def sample(self, n_tasks: int, rng: torch.Generator) -> Float[Tensor, "task entry"]:
        """theta of n_tasks tasks, each entry uniform in its range."""
        low = torch.tensor([p.low for p in self.parameters])
        high = torch.tensor([p.high for p in self.parameters])
        return low + (high - low) * torch.rand(n_tasks, len(self.parameters), generator=rng)

    def make(
        self,
        theta: Float[Tensor, "*task entry"],
        rng: torch.Generator,
        shots: int,
        queries: int | None = None,
    ) -> Task:
        """`shots` random support points and `queries` random query points.

        With `queries` None the query is the even grid of 100 points over the x range.

        Raises:
            ValueError: where shots or queries are below 1.
        """
        check_counts(shots, GRID_POINTS if queries is None else queries)
        tasks = theta.shape[:-1]
        x = uniform((*tasks, shots, 1), *self.x_range, rng)
        y = self.truth(theta, x)
        if self.noise > 0:
            y = y + self.noise * torch.randn(y.shape, generator=rng)
        if queries is None:
            grid = torch.linspace(*self.x_range, GRID_POINTS).unsqueeze(-1)
            query_x = grid.expand(*tasks, GRID_POINTS, 1)
        else:
            query_x = uniform((*tasks, queries, 1), *self.x_range, rng)
        query = Batch(query_x, self.truth(theta, query_x))
        return Task(self.describe(theta), Batch(x, y), query)

    def loss(
        self, prediction: Float[Tensor, "*task point 1"], batch: Batch
    ) -> Float[Tensor, "*task"]:
        """Mean squared error of each task, 0 without points."""
        return set_mean((prediction - batch.y).square(), dim=(-2, -1))
