"""A family of which meta-training sees only a fixed number of tasks."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor

from hypernet.protocols import TaskFamily
from hypernet.tasks.like import Like


class FewTasks(Like):
    """`count` tasks of a family, drawn once; `sample` then draws among them.

    Points of a task are drawn anew each time. Held-out tasks are fresh tasks of the whole family.

    Raises:
        ValueError: for a count below 1.
    """

    def __init__(self, family: TaskFamily, count: int, rng: torch.Generator) -> None:
        if count < 1:
            raise ValueError(f"count must be 1 or more, got {count}")
        super().__init__(family)
        self.theta = family.sample(count, rng)

    @property
    def protocol(self) -> str:
        """The protocol in one line."""
        return f"{self.family.protocol}; meta-trained on {len(self.theta)} tasks"

    def sample(self, n_tasks: int, rng: torch.Generator) -> Float[Tensor, "task entry"]:
        """theta of n_tasks of the tasks, the same one perhaps more than once."""
        return self.theta[torch.randint(len(self.theta), (n_tasks,), generator=rng)]
