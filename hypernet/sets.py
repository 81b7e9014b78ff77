"""Means and maxima over sets of points, which may be empty, and classes that none of them has."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor

#: Bias of a class without a support point: it is never the answer where another class has one.
ABSENT = -1e6


def set_mean(values: Tensor, dim: int | tuple[int, ...]) -> Tensor:
    """The mean along `dim`; 0 where there is nothing to average."""
    return values.mean(dim=dim) if values.numel() else values.sum(dim=dim)


def set_max(values: Tensor, dim: int) -> Tensor:
    """The largest along `dim`; 0 where there is nothing to compare."""
    return values.amax(dim=dim) if values.numel() else values.sum(dim=dim)


def absence(labels: Float[Tensor, "*task point ways"]) -> Float[Tensor, "*task ways"]:
    """What is added to each class's logit: 0, or for a class without points `ABSENT`."""
    return torch.where(labels.sum(dim=-2) > 0, 0.0, ABSENT)
