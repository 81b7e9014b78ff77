"""Task code: a code for each of a few fixed training tasks; a new task's is found by gradient."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from hypernet.inner import descend
from hypernet.protocols import TaskFamily
from hypernet.spec import check, number
from hypernet.types import Batch


@dataclass(frozen=True)
class TaskCodeOptions:
    """How many tasks have a code, its size, and how a new task's code is looked for."""

    tasks: int = number(200, 1, 5000, help="Fixed training tasks, each with a code of its own.")
    size: int = number(3, 1, 64, help="Numbers of a code.")
    steps: int = number(30, 0, 100, help="Gradient steps on the code of a new task.")
    rate: float = number(0.003, 1e-6, 10.0, help="Learning rate of these steps.")

    def __post_init__(self) -> None:
        check(self)

    def build(self, family: TaskFamily, rng: torch.Generator) -> TaskCodeEncoder:
        """The encoder, with training tasks of this family."""
        return TaskCodeEncoder(family, self, rng)


class TaskCodeEncoder(nn.Module):
    """z of a training task is its row in a learned table; z of any other task has to be found.

    The description only tells which row is meant, its numbers are never used. A new task's code
    starts at the mean of all codes and descends the support loss of the weights that are written
    from it (`find`), while everything that is learned stays as it is.

    Source: task embeddings of von Oswald et al. 2020; codes that are looked up in training and
    found by gradient afterwards as in Park et al. 2019 (DeepSDF).
    """

    def __init__(self, family: TaskFamily, options: TaskCodeOptions, rng: torch.Generator) -> None:
        super().__init__()
        self.n_out = options.size
        self.steps, self.rate = options.steps, options.rate
        self.codes = nn.Parameter(0.1 * torch.randn(options.tasks, options.size, generator=rng))
        theta = family.sample(options.tasks, rng)
        self.theta: Tensor
        self.descriptions: Tensor
        self.register_buffer("theta", theta)
        self.register_buffer("descriptions", family.make(theta, rng, 1, 1).description.clone())

    def forward(
        self, description: Float[Tensor, "*task entry"], support: Batch
    ) -> Float[Tensor, "*task z"]:
        """The code of each training task; for any other the mean of all codes."""
        match = self._matches(description)
        known = match.any(dim=-1, keepdim=True)
        return torch.where(known, self.codes[match.int().argmax(dim=-1)], self.codes.mean(dim=0))

    def find(
        self,
        description: Float[Tensor, "*task entry"],
        support: Batch,
        loss: Callable[[Tensor], Float[Tensor, "*task"]],
    ) -> Float[Tensor, "*task z"]:
        """The code of each training task; for any other the code that `steps` steps lead to.

        Args:
            description: only says whether a task is one of the training tasks, and which.
            support: the points of each task.
            loss: support loss of each task, given codes with those task axes.
        """
        start: Tensor = self(description, support)
        known = self._matches(description).any(dim=-1, keepdim=True)
        if known.all():
            return start
        walk = descend(
            lambda code: loss(code["code"]), {"code": start}, steps=self.steps, rate=self.rate
        )
        return torch.where(known, start, walk[-1]["code"])

    def _matches(self, description: Tensor) -> Tensor:
        """For each task whether it is training task i."""
        return (description.unsqueeze(-2) == self.descriptions).all(dim=-1)
