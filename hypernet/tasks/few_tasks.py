"""A family of which meta-training sees only a fixed number of tasks."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor

from hypernet.protocols import TaskFamily
from hypernet.types import Batch, Parameter, Task


class FewTasks:
    """`count` tasks of a family, drawn once; `sample` then draws among them.

    Points of a task are drawn anew each time. Held-out tasks are fresh tasks of the whole family.

    Raises:
        ValueError: for a count below 1.
    """

    def __init__(self, family: TaskFamily, count: int, rng: torch.Generator) -> None:
        if count < 1:
            raise ValueError(f"count must be 1 or more, got {count}")
        self.family = family
        self.theta = family.sample(count, rng)

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
        """What each entry of theta means and the range of the whole family."""
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
        """The standard deviation of the whole family's targets."""
        return self.family.y_scale

    @property
    def protocol(self) -> str:
        """The protocol in one line."""
        return f"{self.family.protocol}; meta-trained on {len(self.theta)} tasks"

    def held_out(self) -> TaskFamily:
        """Fresh tasks of the whole family."""
        return self.family.held_out()

    def sample(self, n_tasks: int, rng: torch.Generator) -> Float[Tensor, "task entry"]:
        """theta of n_tasks of the tasks, the same one perhaps more than once."""
        return self.theta[torch.randint(len(self.theta), (n_tasks,), generator=rng)]

    def make(
        self,
        theta: Float[Tensor, "*task entry"],
        rng: torch.Generator,
        shots: int,
        queries: int | None = None,
    ) -> Task:
        """The task of each theta, with points drawn anew."""
        return self.family.make(theta, rng, shots, queries)

    def loss(
        self, prediction: Float[Tensor, "*task point y_dim"], batch: Batch
    ) -> Float[Tensor, "*task"]:
        """The loss of each task."""
        return self.family.loss(prediction, batch)
