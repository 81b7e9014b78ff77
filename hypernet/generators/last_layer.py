"""Last layer: the layers below are shared, only the last one is written from z."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from hypernet.generators.starts import SharedTensors, constant
from hypernet.init import mlp
from hypernet.spec import check, sizes
from hypernet.target import TargetNetwork
from hypernet.types import Params


@dataclass(frozen=True)
class LastLayerOptions:
    """Widths of the layers between z and the heads."""

    hidden: tuple[int, ...] = sizes((64, 64), 4, 256, most=4, help="Units of each hidden layer.")

    def __post_init__(self) -> None:
        check(self)

    def build(self, n_z: int, target: TargetNetwork, rng: torch.Generator) -> LastLayerGenerator:
        """The generator of this target's weights."""
        return LastLayerGenerator(n_z, target, self, rng)


class LastLayerGenerator(nn.Module):
    """f(x) = W(z) h(x) + b(z) with hidden units h that are the same for every task.

    All tasks are read from one set of features, so a target network of n hidden units reaches at
    most n independent functions. W and b begin as an ordinary last layer.

    Source: Qiao et al. 2018 (Few-shot image recognition by predicting parameters from activations)
    predicts the last layer; heads as in the full generator.
    """

    def __init__(
        self, n_z: int, target: TargetNetwork, options: LastLayerOptions, rng: torch.Generator
    ) -> None:
        super().__init__()
        start = target.init(rng)
        self.written = tuple(f"{target.layers[-1]}.{name}" for name in ("weight", "bias"))
        self.shapes = {name: target.shapes[name] for name in self.written}
        self.trunk = mlp((n_z, *options.hidden), rng)
        self.heads = nn.ModuleList(
            constant(options.hidden[-1], start.pop(name)) for name in self.written
        )
        self.shared = SharedTensors(start)

    def forward(self, z: Float[Tensor, "*task z"]) -> Params:
        """The named weights of each task."""
        hidden = torch.relu(self.trunk(z))
        params: Params = self.shared(z.shape[:-1])
        for (name, shape), head in zip(self.shapes.items(), self.heads, strict=True):
            params[name] = head(hidden).unflatten(-1, shape)
        return params
