"""None: the hypernetwork is told nothing of the task."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from hypernet.protocols import TaskFamily
from hypernet.spec import check, number
from hypernet.types import Batch


@dataclass(frozen=True)
class NoneOptions:
    """Size of the embedding that stands in for a task."""

    size: int = number(8, 1, 256, help="Numbers of the learned z.")

    def __post_init__(self) -> None:
        check(self)

    def build(self, family: TaskFamily, rng: torch.Generator) -> NoneEncoder:
        """The encoder for any family."""
        return NoneEncoder(self, rng)


class NoneEncoder(nn.Module):
    """z is one learned constant: neither the description nor the support is looked at.

    Every task begins with the same weights, so a hypernetwork behind it is a shared start, and with
    inner steps MAML with a start that is written instead of stored.
    """

    def __init__(self, options: NoneOptions, rng: torch.Generator) -> None:
        super().__init__()
        self.n_out = options.size
        self.z = nn.Parameter(torch.randn(options.size, generator=rng))

    def forward(
        self, description: Float[Tensor, "*task entry"], support: Batch
    ) -> Float[Tensor, "*task z"]:
        """The same z for every task."""
        return self.z.expand(*support.x.shape[:-2], self.n_out)
