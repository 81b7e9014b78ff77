"""Chunked: one small head writes the weights piece by piece."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from hypernet.init import linear, mlp
from hypernet.spec import check, number, sizes
from hypernet.target import TargetNetwork
from hypernet.types import Params


@dataclass(frozen=True)
class ChunkedOptions:
    """Size of a chunk and of its code, and widths of the layers before the head."""

    chunk: int = number(32, 1, 4096, help="Weights that the head writes at once.")
    code: int = number(16, 1, 64, help="Numbers of a chunk's learned code.")
    hidden: tuple[int, ...] = sizes((64, 64), 4, 256, most=4, help="Units of each hidden layer.")

    def __post_init__(self) -> None:
        check(self)

    def build(self, n_z: int, target: TargetNetwork, rng: torch.Generator) -> ChunkedGenerator:
        """The generator of this target's weights."""
        return ChunkedGenerator(n_z, target, self, rng)


class ChunkedGenerator(nn.Module):
    """All weights in one row, cut into chunks: chunk i = scale ∘ head(trunk(z, cᵢ)).

    The same trunk and head write every chunk and know by the learned code cᵢ which one it is. The
    scale of a weight is fixed, 1/√(inputs of its layer), so the weights begin at the size of an
    ordinary network's, and with nothing that all chunks share; z has weight 0 at first, so every
    task gets the same ones. What the last chunk has too much is cut off.

    Source: Ha et al. 2016 (HyperNetworks), one head and a learned code for each piece; chunks of
    any size as in von Oswald et al. 2020.
    """

    def __init__(
        self, n_z: int, target: TargetNetwork, options: ChunkedOptions, rng: torch.Generator
    ) -> None:
        super().__init__()
        self.shapes = target.shapes
        self.n_weights = target.n_parameters
        count = math.ceil(self.n_weights / options.chunk)
        self.codes = nn.Parameter(torch.randn(count, options.code, generator=rng))
        self.trunk = mlp((n_z + options.code, *options.hidden), rng)
        self.head = linear(options.hidden[-1], options.chunk, rng)
        _keep_variance(self.trunk, n_z)
        self._tell_apart(n_z)
        self.scale: Tensor
        self.register_buffer("scale", _scale(target), persistent=False)

    @property
    def compression(self) -> float:
        """Weights of the target for each parameter of this generator."""
        return self.n_weights / sum(parameter.numel() for parameter in self.parameters())

    def forward(self, z: Float[Tensor, "*task z"]) -> Params:
        """The named weights of each task."""
        written = self.head(self._hidden(z)).flatten(-2)
        row = written[..., : self.n_weights] * self.scale
        pieces = row.split([math.prod(shape) for shape in self.shapes.values()], dim=-1)
        return {
            name: piece.unflatten(-1, shape)
            for (name, shape), piece in zip(self.shapes.items(), pieces, strict=True)
        }

    def _hidden(self, z: Float[Tensor, "*task z"]) -> Float[Tensor, "*task chunk unit"]:
        """What the head reads for each chunk."""
        tasks, chunks = z.shape[:-1], len(self.codes)
        codes = self.codes.expand(*tasks, *self.codes.shape)
        told = torch.cat([z.unsqueeze(-2).expand(*tasks, chunks, z.shape[-1]), codes], dim=-1)
        return torch.relu(self.trunk(told))

    def _tell_apart(self, n_z: int) -> None:
        """Take off what all chunks share at first; what is left gets the size of a usual start.

        What a head reads is positive, so chunks whose codes have nothing in common are still half
        the same; rows that share so much make units that are alike, with some seeds silent ones.
        """
        if len(self.codes) == 1:
            return
        with torch.no_grad():
            self.head.bias.zero_()
            written = self.head(self._hidden(torch.zeros(n_z)))
            shared = written.mean(dim=0)
            size = (written - shared).square().mean().sqrt() * math.sqrt(3)
            self.head.weight.div_(size)
            self.head.bias.copy_(-shared / size)


def _keep_variance(trunk: nn.Sequential, n_z: int) -> None:
    """He's uniform start in place of the usual one, and no influence of z.

    The first layer then reads the code alone, so that is what its start has to count, however many
    numbers z has.
    """
    with torch.no_grad():
        for layer in trunk:
            if isinstance(layer, nn.Linear):
                layer.weight.mul_(math.sqrt(6))
                layer.bias.zero_()
        first = next(trunk.parameters())
        n_told = first.shape[1]
        first[:, :n_z] = 0
        first[:, n_z:] *= math.sqrt(n_told / (n_told - n_z))


def _scale(target: TargetNetwork) -> Float[Tensor, " weight"]:
    """1/√(inputs of its layer) of every weight and bias, in one row."""
    return torch.cat([torch.full(((n_in + 1) * n_out,), n_in**-0.5) for n_in, n_out in target.fans])
