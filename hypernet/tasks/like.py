"""What a family is that differs from another one in a few answers only."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor

from hypernet.protocols import TaskFamily
from hypernet.types import Batch, Parameter, Task


class Like:
    """A family that answers as `family` does; what differs is overridden.

    Held-out tasks are those of the family itself.
    """

    def __init__(self, family: TaskFamily) -> None:
        self.family = family

    @property
    def n_in(self) -> int:
        """Size of one input x."""
        return self.family.n_in

    @property
    def n_out(self) -> int:
        """Size of one target y."""
        return self.family.n_out

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """What each entry of theta means and the range of the family."""
        return self.family.parameters

    @property
    def entries(self) -> tuple[Parameter, ...]:
        """What each entry of a description means and its range."""
        return self.family.entries

    @property
    def x_range(self) -> tuple[float, float]:
        """Where inputs lie."""
        return self.family.x_range

    @property
    def y_scale(self) -> float:
        """The standard deviation of the family's targets."""
        return self.family.y_scale

    @property
    def protocol(self) -> str:
        """The protocol in one line."""
        return self.family.protocol

    def held_out(self) -> TaskFamily:
        """Fresh tasks of the family."""
        return self.family.held_out()

    def sample(self, n_tasks: int, rng: torch.Generator) -> Float[Tensor, "task entry"]:
        """theta of n_tasks tasks."""
        return self.family.sample(n_tasks, rng)

    def make(
        self,
        theta: Float[Tensor, "*task entry"],
        rng: torch.Generator,
        shots: int,
        queries: int | None = None,
    ) -> Task:
        """The task of each theta."""
        return self.family.make(theta, rng, shots, queries)

    def loss(
        self, prediction: Float[Tensor, "*task point y_dim"], batch: Batch
    ) -> Float[Tensor, "*task"]:
        """The loss of each task."""
        return self.family.loss(prediction, batch)
