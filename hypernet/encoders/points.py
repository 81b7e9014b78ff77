"""A set encoder over the support points."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from hypernet.init import mlp
from hypernet.protocols import TaskFamily
from hypernet.sets import set_mean
from hypernet.spec import check, number
from hypernet.types import Batch


@dataclass(frozen=True)
class PointsOptions:
    """Width and depth of the network that reads each point."""

    width: int = number(128, 4, 256, help="Units of each layer that reads a point, and size of z.")
    depth: int = number(3, 1, 5, help="Layers that read a point.")
    stages: int = number(1, 1, 2, help="2: each point is read again beside the first pooled mean.")

    def __post_init__(self) -> None:
        check(self)

    def build(self, family: TaskFamily, rng: torch.Generator) -> PointsEncoder:
        """The encoder for this family's points."""
        return PointsEncoder(family, self, rng)


class PointsEncoder(nn.Module):
    """z = mean over the support of phi(x, y).

    With two stages h_i = phi(x_i, y_i) is read again in the light of all points:
    z = mean over i of psi(h_i, mean h). The result does not depend on the order of the support
    points, and any number of them is read; from none, z = 0.

    Source: Zaheer et al. 2017 (Deep Sets), theorem 2, with a mean in place of the sum.
    """

    def __init__(self, family: TaskFamily, options: PointsOptions, rng: torch.Generator) -> None:
        super().__init__()
        low, high = family.x_range
        self.x_centre, self.x_scale = (low + high) / 2, (high - low) / 2
        self.y_scale = family.y_scale
        self.n_out = options.width
        widths = (family.n_in + family.n_out, *[options.width] * options.depth)
        self.phi = mlp(widths, rng)
        self.psi: nn.Module | None = None
        if options.stages == 2:
            self.psi = mlp((2 * options.width, *[options.width] * options.depth), rng)

    def forward(
        self, description: Float[Tensor, "*task entry"], support: Batch
    ) -> Float[Tensor, "*task z"]:
        """The pooled embedding of each support set; the description is not looked at."""
        x = (support.x - self.x_centre) / self.x_scale
        points = torch.cat([x, support.y / self.y_scale], dim=-1)
        embedded: Tensor = self.phi(points)
        pooled = set_mean(embedded, dim=-2)
        if self.psi is None:
            return pooled
        beside = pooled.unsqueeze(-2).expand_as(embedded)
        again: Tensor = self.psi(torch.cat([embedded, beside], dim=-1))
        return set_mean(again, dim=-2)
