"""Low rank: a shared network plus a change of few directions, written from z."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from hypernet.generators.starts import constant, shared_network
from hypernet.init import linear, mlp
from hypernet.spec import check, number, sizes
from hypernet.target import TargetNetwork
from hypernet.types import Params


@dataclass(frozen=True)
class LowRankOptions:
    """Rank of the change, and widths of the layers between z and the heads."""

    rank: int = number(4, 1, 32, help="Rank r of the change of each weight matrix.")
    hidden: tuple[int, ...] = sizes((64, 64), 4, 256, most=4, help="Units of each hidden layer.")

    def __post_init__(self) -> None:
        check(self)

    def build(self, n_z: int, target: TargetNetwork, rng: torch.Generator) -> LowRankGenerator:
        """The generator of this target's weights."""
        return LowRankGenerator(n_z, target, self, rng)


class LowRankGenerator(nn.Module):
    """W(z) = W + A(z) B(z)ᵀ with r columns in A and B; b(z) = b + c(z).

    W and b are shared by all tasks. B and c begin at 0, so an untrained generator writes the shared
    network for every task; the change of no weight matrix ever has a rank above r, or above the
    smaller side of the matrix.

    Source: the start with one factor 0 is that of Hu et al. 2022 (LoRA).
    """

    def __init__(
        self, n_z: int, target: TargetNetwork, options: LowRankOptions, rng: torch.Generator
    ) -> None:
        super().__init__()
        n_hidden = options.hidden[-1]
        self.rank = options.rank
        self.shapes = target.shapes
        self.shared = shared_network(target, rng)
        self.trunk = mlp((n_z, *options.hidden), rng)
        self.heads = nn.ModuleList()
        for shape in target.shapes.values():
            if len(shape) == 1:
                self.heads.append(constant(n_hidden, torch.zeros(shape)))
                continue
            rank = min(options.rank, *shape)
            head = linear(n_hidden, rank * sum(shape), rng)
            with torch.no_grad():
                for rows in (head.weight, head.bias):
                    rows[rank * shape[0] :].zero_()
            self.heads.append(head)

    def forward(self, z: Float[Tensor, "*task z"]) -> Params:
        """The named weights of each task."""
        hidden = torch.relu(self.trunk(z))
        params: Params = self.shared(z.shape[:-1])
        for (name, shape), head in zip(self.shapes.items(), self.heads, strict=True):
            params[name] = params[name] + _change(head(hidden), shape)
        return params


def _change(written: Tensor, shape: tuple[int, ...]) -> Tensor:
    """A Bᵀ from the numbers of A (out, r), then of B (in, r), row by row; a bias as it is."""
    if len(shape) == 1:
        return written
    rank = written.shape[-1] // sum(shape)
    parts = written.split([rank * rows for rows in shape], dim=-1)
    left, right = (part.unflatten(-1, (-1, rank)) for part in parts)
    change: Tensor = left @ right.mT
    return change
