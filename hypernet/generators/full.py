"""The full generator: every weight of the target network from one pass."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from hypernet.init import linear, mlp
from hypernet.spec import check, choice, sizes
from hypernet.target import TargetNetwork
from hypernet.types import Params

#: zero: weight 0, bias an ordinary target network; small: likewise, but with weights of a standard
#: deviation of SMALL; default: as any linear layer.
HEAD_STARTS = ("zero", "small", "default")
SMALL = 0.003


@dataclass(frozen=True)
class FullOptions:
    """Widths of the layers between z and the heads, and how the heads begin."""

    hidden: tuple[int, ...] = sizes((64, 64), 4, 256, most=4, help="Units of each hidden layer.")
    heads: str = choice("zero", HEAD_STARTS, help="How the heads begin; see HEAD_STARTS.")

    def __post_init__(self) -> None:
        check(self)

    def build(self, n_z: int, target: TargetNetwork, rng: torch.Generator) -> FullGenerator:
        """The generator of this target's weights."""
        return FullGenerator(n_z, target, self, rng)


class FullGenerator(nn.Module):
    """z → hidden layers → one linear head for each tensor of the target network.

    With `heads` "zero" every head starts with weight 0 and an ordinary initialisation of the
    target as its bias, so an untrained hypernetwork gives every task the same ordinary network.
    With "small" tasks differ from the first step on, but hardly. With "default" heads start like
    any linear layer, whatever that makes of the target's scale.

    Source: Ha et al. 2016 (HyperNetworks); the zero start is Bias-HyperInit of Beck et al. 2022.
    """

    def __init__(
        self, n_z: int, target: TargetNetwork, options: FullOptions, rng: torch.Generator
    ) -> None:
        super().__init__()
        self.shapes = target.shapes
        self.trunk = mlp((n_z, *options.hidden), rng)
        self.heads = nn.ModuleList()
        for start in target.init(rng).values():
            head = linear(options.hidden[-1], math.prod(start.shape), rng)
            if options.heads != "default":
                with torch.no_grad():
                    head.weight.zero_()
                    head.bias.copy_(start.flatten())
            if options.heads == "small":
                with torch.no_grad():
                    head.weight.normal_(0, SMALL, generator=rng)
            self.heads.append(head)

    def forward(self, z: Float[Tensor, "*task z"]) -> Params:
        """The named weights of each task."""
        hidden = torch.relu(self.trunk(z))
        return {
            name: head(hidden).unflatten(-1, shape)
            for (name, shape), head in zip(self.shapes.items(), self.heads, strict=True)
        }
