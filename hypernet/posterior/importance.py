"""Importance sampling: tasks drawn from the family, weighted by how well the points fit them."""

from __future__ import annotations

import math

import torch
from jaxtyping import Float
from torch import Tensor

from hypernet.posterior.method import TaskSamples, chosen, effective, normalised
from hypernet.protocols import KnownCurves

#: Tasks whose curves are computed at once.
CHUNK = 50_000
#: Points that all draws are weighed by, and the leading draws whose weight by all points is looked
#: at first; a draw that is behind these by this power of e adds nothing that a double could hold.
FEW, LEADING, LOST = 2, 1000, 40.0


class CurvePosterior(TaskSamples):
    """The posterior of a family of curves, from its own `sample` and nothing more.

    The weight of a drawn theta is exp(−Σ (y − truth(theta, x))² / 2σ²). All tasks are given the
    same draws, so that the same points always have the same answer, and their order does not
    matter. Where the family has no noise no drawn curve goes through the points exactly, so σ is
    then `tolerance` times the family's `y_scale`.

    Args:
        family: its `sample`, `truth` and `noise` are all that is known.
        samples: how many tasks are drawn from the family.
        kept: how many of them stand for the posterior.
        tolerance: what stands for noise where there is none, as a share of `y_scale`.
        rng: where the tasks are drawn from, here and now.
    """

    def __init__(
        self,
        family: KnownCurves,
        *,
        samples: int,
        kept: int,
        tolerance: float,
        rng: torch.Generator,
    ) -> None:
        self.family = family
        self.kept = kept
        self.sigma = family.noise if family.noise > 0 else tolerance * family.y_scale
        self.drawn = family.sample(samples, rng)

    def of_one(
        self, x: Float[Tensor, "point 1"], y: Float[Tensor, "point 1"]
    ) -> tuple[Float[Tensor, "kept entry"], Float[Tensor, ""]]:
        """`kept` curves, each as often as the points make it likely."""
        weight = normalised(self._log_weight(x, y))
        return self.drawn[chosen(weight, self.kept)], effective(weight).float()

    def average(
        self, theta: Float[Tensor, "kept entry"], x: Float[Tensor, "point 1"]
    ) -> Float[Tensor, "point 1"]:
        """The posterior mean: the mean curve of the tasks that fit."""
        return self._curves(theta, x).mean(dim=0)

    def _log_weight(
        self, x: Float[Tensor, "point 1"], y: Float[Tensor, "point 1"]
    ) -> Float[Tensor, " sample"]:
        """Of each draw; points only take away, so that who has lost after a few is left out."""
        few = self._fit(self.drawn, x[:FEW], y[:FEW])
        if len(x) <= FEW:
            return few
        leading = few.topk(min(LEADING, len(few))).indices
        best = (few[leading] + self._fit(self.drawn[leading], x[FEW:], y[FEW:])).max()
        hopeful = (few >= best - LOST).nonzero()[:, 0]
        whole = few[hopeful] + self._fit(self.drawn[hopeful], x[FEW:], y[FEW:])
        return torch.full_like(few, -math.inf).index_copy(0, hopeful, whole)

    def _fit(
        self,
        theta: Float[Tensor, "sample entry"],
        x: Float[Tensor, "point 1"],
        y: Float[Tensor, "point 1"],
    ) -> Float[Tensor, " sample"]:
        """The logarithm of how likely the points are under each theta, up to a constant."""
        errors = [(self._curves(some, x) - y).double() for some in theta.split(CHUNK)]
        return -torch.cat(errors).square().sum(dim=(-2, -1)) / (2 * self.sigma**2)

    def _curves(
        self, theta: Float[Tensor, "sample entry"], x: Float[Tensor, "point 1"]
    ) -> Float[Tensor, "sample point 1"]:
        return self.family.truth(theta, x.expand(len(theta), *x.shape))
