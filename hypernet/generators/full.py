"""The full generator: every weight of the target network from one pass."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from hypernet.init import filled, linear_init, mlp
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
    """z → hidden layers → a linear head for each tensor of the target network, all in one layer.

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
        self.sizes = [math.prod(shape) for shape in target.shapes.values()]
        self.trunk = mlp((n_z, *options.hidden), rng)
        heads = [_head(options, start, rng) for start in target.init(rng).values()]
        weight, bias = (torch.cat(values) for values in zip(*heads, strict=True))
        layer = nn.Linear(options.hidden[-1], len(bias), device="meta")
        #: All heads below each other: one layer takes half the time of one for each tensor.
        self.heads = filled(layer, {"weight": weight, "bias": bias})
        self.register_state_dict_post_hook(_cut)  # type: ignore[no-untyped-call]
        self.register_load_state_dict_pre_hook(_join)  # type: ignore[no-untyped-call]

    def forward(self, z: Float[Tensor, "*task z"]) -> Params:
        """The named weights of each task."""
        written = self.heads(torch.relu(self.trunk(z))).split(self.sizes, dim=-1)
        return {
            name: values.unflatten(-1, shape)
            for (name, shape), values in zip(self.shapes.items(), written, strict=True)
        }

    def each_head(self) -> list[tuple[Tensor, Tensor]]:
        """Weight and bias of the head of each tensor."""
        weights, biases = (p.split(self.sizes) for p in (self.heads.weight, self.heads.bias))
        return list(zip(weights, biases, strict=True))


def _head(options: FullOptions, start: Tensor, rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """Weight and bias of the head of one tensor, which is `start` in an ordinary network."""
    weight, bias = linear_init(options.hidden[-1], start.numel(), rng)
    if options.heads == "default":
        return weight, bias
    if options.heads == "zero":
        return torch.zeros_like(weight), start.flatten()
    return weight.normal_(0, SMALL, generator=rng), start.flatten()


def _cut(generator: FullGenerator, state: dict[str, Tensor], prefix: str, *_: object) -> None:
    """Keep heads one by one, as in checkpoints: `heads.0.weight`, `heads.0.bias`, and so on."""
    del state[f"{prefix}heads.weight"], state[f"{prefix}heads.bias"]
    for head, (weight, bias) in enumerate(generator.each_head()):
        state[f"{prefix}heads.{head}.weight"] = weight.detach()
        state[f"{prefix}heads.{head}.bias"] = bias.detach()


def _join(generator: FullGenerator, state: dict[str, Tensor], prefix: str, *_: object) -> None:
    """Join what `_cut` has cut."""
    for name in ("weight", "bias"):
        keys = [f"{prefix}heads.{head}.{name}" for head in range(len(generator.sizes))]
        if keys[0] in state:
            state[f"{prefix}heads.{name}"] = torch.cat([state.pop(key) for key in keys])
