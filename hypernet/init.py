"""Layers whose first weights come from an explicit generator, never from the global one."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

import torch
from jaxtyping import Float
from torch import Tensor, nn

Layer = TypeVar("Layer", bound=nn.Module)


def stream(seed: int, purpose: str) -> torch.Generator:
    """An independent random stream per seed and purpose, so that tests never see training tasks."""
    digest = hashlib.sha256(f"{purpose}/{seed}".encode()).digest()
    rng = torch.Generator()
    rng.manual_seed(int.from_bytes(digest[:7], "big"))
    return rng


def uniform(
    shape: Sequence[int], low: float, high: float, rng: torch.Generator
) -> Float[Tensor, ...]:
    """Uniform draws in [low, high) of the given shape."""
    return low + (high - low) * torch.rand(*shape, generator=rng)


def linear_init(
    n_in: int, n_out: int, rng: torch.Generator
) -> tuple[Float[Tensor, "out in"], Float[Tensor, " out"]]:
    """Weight and bias, both U(−1/√n_in, 1/√n_in): the default of `torch.nn.Linear`."""
    bound = 1 / math.sqrt(n_in)
    return uniform((n_out, n_in), -bound, bound, rng), uniform((n_out,), -bound, bound, rng)


def linear(n_in: int, n_out: int, rng: torch.Generator) -> nn.Linear:
    """An `nn.Linear` with its usual initialisation, drawn from `rng`."""
    weight, bias = linear_init(n_in, n_out, rng)
    return filled(nn.Linear(n_in, n_out, device="meta"), {"weight": weight, "bias": bias})


def filled(layer: Layer, values: dict[str, Tensor]) -> Layer:
    """The layer, made on the device "meta" so that it drew nothing, with these as its parameters.

    Not by `to_empty`, which imports PyTorch's tracing and SymPy: half a second and 30 MB.
    """
    layer.load_state_dict(values, assign=True)
    return layer


def mlp(widths: Sequence[int], rng: torch.Generator) -> nn.Sequential:
    """Linear layers of the given widths with a ReLU after each but the last."""
    layers: list[nn.Module] = []
    for n_in, n_out in pairwise(widths):
        layers += [linear(n_in, n_out, rng), nn.ReLU()]
    return nn.Sequential(*layers[:-1])
