"""The description itself, standardised."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from hypernet.protocols import TaskFamily
from hypernet.types import Batch


@dataclass(frozen=True)
class DescriptionOptions:
    """The description encoder has no options."""

    def build(self, family: TaskFamily, rng: torch.Generator) -> DescriptionEncoder:
        """The encoder for this family's description."""
        return DescriptionEncoder(family)


class DescriptionEncoder(nn.Module):
    """z = (description − mean) / standard deviation of the uniform range of each entry."""

    def __init__(self, family: TaskFamily) -> None:
        super().__init__()
        low = torch.tensor([p.low for p in family.entries])
        high = torch.tensor([p.high for p in family.entries])
        self.n_out = len(family.entries)
        self.mean: Tensor
        self.std: Tensor
        self.register_buffer("mean", (low + high) / 2, persistent=False)
        self.register_buffer("std", (high - low) / math.sqrt(12), persistent=False)

    def forward(
        self, description: Float[Tensor, "*task entry"], support: Batch
    ) -> Float[Tensor, "*task entry"]:
        """The standardised description; the support is not looked at."""
        return (description - self.mean) / self.std
