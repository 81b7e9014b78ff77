"""A set encoder whose points look at each other."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from hypernet.attention import AttentionBlock
from hypernet.init import linear
from hypernet.protocols import Classification, TaskFamily
from hypernet.sets import set_max, set_mean
from hypernet.spec import check, number
from hypernet.types import Batch


@dataclass(frozen=True)
class SetAttentionOptions:
    """Width and depth of the blocks, and the waves by which a point's place is told."""

    width: int = number(64, 4, 256, help="Numbers that stand for a point; half the size of z.")
    blocks: int = number(2, 1, 4, help="How often every point looks at all others.")
    heads: int = number(4, 1, 16, help="Attention heads of a block; they share its width.")
    frequencies: int = number(4, 0, 8, help="Waves over x, each twice as fast as the one before.")
    slowest: float = number(0.5, 0.01, 10.0, help="Radians for each unit of x of the first wave.")

    def __post_init__(self) -> None:
        check(self)
        if self.width % self.heads:
            raise ValueError(f"heads must divide width {self.width}, got {self.heads}")

    def build(self, family: TaskFamily, rng: torch.Generator) -> SetAttentionEncoder:
        """The encoder for this family's points."""
        return SetAttentionEncoder(family, self, rng)


class SetAttentionEncoder(nn.Module):
    """z = LayerNorm of the mean and the maximum over points that have looked at each other.

    A point is told by x, y and sin and cos of ω x for each frequency ω, on curves also by y times
    each of these: what a regression onto waves sums over the points. The result does not depend on
    the order of the support points, and any number of them is read; from none, z is the same for
    every task.

    Source: Lee et al. 2019 (Set Transformer), section 3.1, in the pre-norm form of Xiong et al.
    2020; waves as in Mildenhall et al. 2020 (NeRF), equation 4.
    """

    def __init__(
        self, family: TaskFamily, options: SetAttentionOptions, rng: torch.Generator
    ) -> None:
        super().__init__()
        low, high = family.x_range
        self.x_centre, self.x_scale = (low + high) / 2, (high - low) / 2
        self.y_scale = family.y_scale
        self.omegas = [options.slowest * 2.0**k for k in range(options.frequencies)]
        #: Whether y is told beside each wave only, as a class is, or also times each wave.
        self.products = not isinstance(family, Classification)
        self.n_out = 2 * options.width
        waves = 2 * len(self.omegas) * family.n_in * (1 + family.n_out * self.products)
        self.embed = linear(family.n_in + family.n_out + waves, options.width, rng)
        self.blocks = nn.ModuleList(
            AttentionBlock(options.width, options.heads, rng) for _ in range(options.blocks)
        )
        self.norm = nn.LayerNorm(self.n_out)

    def forward(
        self, description: Float[Tensor, "*task entry"], support: Batch
    ) -> Float[Tensor, "*task z"]:
        """The pooled points of each support set; the description is not looked at."""
        points: Tensor = self.embed(self.told(support))
        for block in self.blocks:
            points = block(points)
        pooled = torch.cat([set_mean(points, dim=-2), set_max(points, dim=-2)], dim=-1)
        z: Tensor = self.norm(pooled)
        return z

    def told(self, support: Batch) -> Float[Tensor, "*task point feature"]:
        """What is told of each point: x and y scaled, waves of x, waves times y."""
        y = support.y / self.y_scale
        angles = [omega * support.x for omega in self.omegas]
        waves = [wave for angle in angles for wave in (angle.sin(), angle.cos())]
        parts = [(support.x - self.x_centre) / self.x_scale, y, *waves]
        if self.products:
            parts += [(wave.unsqueeze(-1) * y.unsqueeze(-2)).flatten(-2) for wave in waves]
        return torch.cat(parts, dim=-1)
