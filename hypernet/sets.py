"""Means and maxima over sets of points, which may be empty."""

from __future__ import annotations

from torch import Tensor


def set_mean(values: Tensor, dim: int | tuple[int, ...]) -> Tensor:
    """The mean along `dim`; 0 where there is nothing to average."""
    return values.mean(dim=dim) if values.numel() else values.sum(dim=dim)


def set_max(values: Tensor, dim: int) -> Tensor:
    """The largest along `dim`; 0 where there is nothing to compare."""
    return values.amax(dim=dim) if values.numel() else values.sum(dim=dim)
