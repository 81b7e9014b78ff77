"""Conditioning: z stands beside x at the target's input."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from hypernet.generators.starts import SharedTensors
from hypernet.init import linear_init
from hypernet.target import TargetNetwork
from hypernet.types import Params


@dataclass(frozen=True)
class ConditioningOptions:
    """Conditioning has no options."""

    def build(self, n_z: int, target: TargetNetwork, rng: torch.Generator) -> ConditioningGenerator:
        """The generator of this target's weights."""
        return ConditioningGenerator(n_z, target, rng)


class ConditioningGenerator(nn.Module):
    """b₁(z) = b₁ + W_z z; every other weight is shared by all tasks.

    Since W₁ [x; z] + b₁ = W_x x + (W_z z + b₁), this is one network whose input is x with z beside
    it, and it begins as an ordinary one: what a hypernetwork has to be compared with.

    Source: Dumoulin et al. 2018 (Feature-wise transformations): conditioning by concatenation is
    conditional biasing.
    """

    def __init__(self, n_z: int, target: TargetNetwork, rng: torch.Generator) -> None:
        super().__init__()
        start = target.init(rng)
        n_x, n_units = target.fans[0]
        self.first = target.layers[0]
        weight, start[f"{self.first}.bias"] = linear_init(n_x + n_z, n_units, rng)
        start[f"{self.first}.weight"], shift = weight.split([n_x, n_z], dim=-1)
        self.shared = SharedTensors({name: value.clone() for name, value in start.items()})
        self.shift = nn.Parameter(shift.clone())

    def forward(self, z: Float[Tensor, "*task z"]) -> Params:
        """The named weights of each task."""
        params: Params = self.shared(z.shape[:-1])
        bias = f"{self.first}.bias"
        return params | {bias: params[bias] + z @ self.shift.mT}
