"""FiLM: z scales and shifts every hidden unit of a shared network."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from hypernet.generators.starts import constant, shared_network
from hypernet.init import mlp
from hypernet.spec import check, sizes
from hypernet.target import TargetNetwork
from hypernet.types import Params


@dataclass(frozen=True)
class FilmOptions:
    """Widths of the layers between z and the heads."""

    hidden: tuple[int, ...] = sizes((64, 64), 4, 256, most=4, help="Units of each hidden layer.")

    def __post_init__(self) -> None:
        check(self)

    def build(self, n_z: int, target: TargetNetwork, rng: torch.Generator) -> FilmGenerator:
        """The generator of this target's weights."""
        return FilmGenerator(n_z, target, self, rng)


class FilmGenerator(nn.Module):
    """A hidden layer says act(γ ∘ (W x + b) + β): W(z) = γ(z) W by rows, b(z) = γ(z) b + β(z).

    W and b are shared by all tasks, the last layer too; γ and β of each hidden layer come from z
    and begin at 1 and 0, so an untrained generator writes the shared network for every task.

    Source: Perez et al. 2018 (FiLM), here before the activation of a multilayer perceptron.
    """

    def __init__(
        self, n_z: int, target: TargetNetwork, options: FilmOptions, rng: torch.Generator
    ) -> None:
        super().__init__()
        self.layers = target.layers[:-1]
        self.shared = shared_network(target, rng)
        self.trunk = mlp((n_z, *options.hidden), rng)
        ones_and_zeros = torch.tensor([[1.0], [0.0]])
        self.heads = nn.ModuleList(
            constant(options.hidden[-1], ones_and_zeros.expand(2, width))
            for width in target.widths[1:-1]
        )

    def forward(self, z: Float[Tensor, "*task z"]) -> Params:
        """The named weights of each task."""
        hidden = torch.relu(self.trunk(z))
        params: Params = self.shared(z.shape[:-1])
        for layer, head in zip(self.layers, self.heads, strict=True):
            scale, shift = head(hidden).chunk(2, dim=-1)
            weight, bias = f"{layer}.weight", f"{layer}.bias"
            params[weight] = scale.unsqueeze(-1) * params[weight]
            params[bias] = scale * params[bias] + shift
        return params
