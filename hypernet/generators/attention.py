"""Attention: every unit of the target is a token; the units agree before they are written."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from hypernet.attention import AttentionBlock
from hypernet.generators.starts import constant, shared_network
from hypernet.init import linear
from hypernet.spec import check, number
from hypernet.target import TargetNetwork
from hypernet.types import Params


@dataclass(frozen=True)
class AttentionOptions:
    """Size of a token, and how often the tokens look at each other."""

    width: int = number(32, 4, 128, step=4, help="Numbers of a token; four attention heads.")
    depth: int = number(1, 1, 2, help="Transformer encoder layers.")

    def __post_init__(self) -> None:
        check(self)
        if self.width % HEADS:
            raise ValueError(f"width must be a multiple of {HEADS}, got {self.width}")

    def build(self, n_z: int, target: TargetNetwork, rng: torch.Generator) -> AttentionGenerator:
        """The generator of this target's weights."""
        return AttentionGenerator(n_z, target, self, rng)


HEADS = 4


class AttentionGenerator(nn.Module):
    """token of unit i = placeᵢ + P z → encoder layers → its row of W and its entry of b.

    A unit's place is learned, and each layer of the target has two heads of its own. What they
    write is added to a shared network and is 0 at first. Where two units of a layer exchange their
    places, what is written for them is exchanged, and nothing else changes.

    Source: tokens for slices of weights as in Zhmoginov et al. 2022 (HyperTransformer) and Chen and
    Wang 2022 (Transformers as meta-learners for implicit neural representations).
    """

    def __init__(
        self, n_z: int, target: TargetNetwork, options: AttentionOptions, rng: torch.Generator
    ) -> None:
        super().__init__()
        self.layers = target.layers
        self.units = list(target.widths[1:])
        self.shared = shared_network(target, rng)
        self.places = nn.Parameter(torch.randn(sum(self.units), options.width, generator=rng))
        self.project = linear(n_z, options.width, rng)
        self.encoder = nn.Sequential(
            *(AttentionBlock(options.width, HEADS, rng) for _ in range(options.depth))
        )
        self.norm = nn.LayerNorm(options.width)
        self.rows = nn.ModuleList(
            constant(options.width, torch.zeros(n_in)) for n_in, _ in target.fans
        )
        self.biases = nn.ModuleList(constant(options.width, torch.zeros(1)) for _ in self.units)

    def forward(self, z: Float[Tensor, "*task z"]) -> Params:
        """The named weights of each task."""
        tokens = self.norm(self.encoder(self.places + self.project(z).unsqueeze(-2)))
        params: Params = self.shared(z.shape[:-1])
        for layer, own, row, bias in zip(
            self.layers, tokens.split(self.units, dim=-2), self.rows, self.biases, strict=True
        ):
            params[f"{layer}.weight"] = params[f"{layer}.weight"] + row(own)
            params[f"{layer}.bias"] = params[f"{layer}.bias"] + bias(own).squeeze(-1)
        return params
