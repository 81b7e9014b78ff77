"""Noisy: the description as someone misread it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from hypernet.encoders.description import DescriptionEncoder
from hypernet.protocols import TaskFamily
from hypernet.spec import check, number
from hypernet.types import Batch

#: Descriptions that agree on this grid are misread alike.
GRID = 1024
_MASK = 0xFFFFFFFF
#: 2³² divided by the golden ratio: far-apart seeds for the entries.
_GOLDEN = 0x9E3779B9


@dataclass(frozen=True)
class NoisyOptions:
    """How much the description is misread."""

    noise: float = number(
        0.3, 0.0, 5.0, help="σ in standard deviations of each entry over its range."
    )

    def __post_init__(self) -> None:
        check(self)

    def build(self, family: TaskFamily, rng: torch.Generator) -> NoisyEncoder:
        """The encoder for this family's description."""
        return NoisyEncoder(family, self)


class NoisyEncoder(nn.Module):
    """z = standardised description + σ ε, where ε is normal and a function of the description.

    ε comes from a hash of the entries, rounded to 1/1024, not from a random stream: the same task
    is always misread in the same way, alone or in a batch, here or in the browser. Neighbouring
    tasks are misread independently, so nothing can be learned of ε.

    Source: the hash's mixing step is the finaliser of MurmurHash3; normal numbers by Box and Muller
    1958.
    """

    def __init__(self, family: TaskFamily, options: NoisyOptions) -> None:
        super().__init__()
        self.noise = options.noise
        self.exact = DescriptionEncoder(family)
        self.n_out = self.exact.n_out

    def forward(
        self, description: Float[Tensor, "*task entry"], support: Batch
    ) -> Float[Tensor, "*task entry"]:
        """The misread description; the support is not looked at."""
        z: Tensor = self.exact(description, support)
        return z + self.noise * misreading(description).to(z.dtype)


def misreading(description: Float[Tensor, "*task entry"]) -> Float[Tensor, "*task entry"]:
    """Normal numbers that depend on the rounded description alone."""
    rounded = (description.float().double() * GRID + 0.5).floor().long()
    task = torch.zeros_like(rounded[..., 0])
    for entry in rounded.unbind(-1):
        task = _mixed(task * 31 + entry)
    number = torch.arange(2 * rounded.shape[-1]) + 1
    uniform = _mixed(task.unsqueeze(-1) + number * _GOLDEN).double()
    radius, angle = ((uniform + 0.5) / 2**32).chunk(2, dim=-1)
    return (-2 * radius.log()).sqrt() * (2 * math.pi * angle).cos()


def _mixed(value: Int[Tensor, "*any"]) -> Int[Tensor, "*any"]:
    """32 bits in which every bit depends on every bit of the lowest 32 of `value`."""
    value = value & _MASK
    value = (value ^ (value >> 16)) * 0x85EBCA6B & _MASK
    value = (value ^ (value >> 13)) * 0xC2B2AE35 & _MASK
    return value ^ (value >> 16)
