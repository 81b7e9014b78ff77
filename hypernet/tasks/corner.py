"""A family of curves whose support points crowd at one end of the x range."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor

from hypernet.tasks.curves import Curves
from hypernet.tasks.like import Like
from hypernet.types import Batch, Task


class Corner(Like):
    """Curves whose support points lie in the last `share` of the x range; queries lie anywhere.

    Raises:
        ValueError: for a share that is not above 0 and at most 1.
    """

    def __init__(self, family: Curves, share: float) -> None:
        if not 0 < share <= 1:
            raise ValueError(f"share must be above 0 and at most 1, got {share}")
        super().__init__(family)
        self.curves, self.share = family, share

    @property
    def protocol(self) -> str:
        """The protocol in one line."""
        return f"{self.family.protocol}; support points in the last {self.share:.0%} of x"

    def held_out(self) -> Corner:
        """Fresh tasks, with their points in the same corner."""
        return Corner(self.curves.held_out(), self.share)

    def make(
        self,
        theta: Float[Tensor, "*task entry"],
        rng: torch.Generator,
        shots: int,
        queries: int | None = None,
    ) -> Task:
        """The task of each theta, its support points moved into the corner along the curve.

        Each keeps the noise that it was drawn with.
        """
        task = self.curves.make(theta, rng, shots, queries)
        x, y = task.support.x, task.support.y
        high = self.curves.x_range[1]
        moved = high - self.share * (high - x)
        support = Batch(moved, y + self.curves.truth(theta, moved) - self.curves.truth(theta, x))
        return Task(task.description, support, task.query)
