"""Clusters: the posterior of each class in closed form, but for one integral over its width."""

from __future__ import annotations

import math

import torch
from jaxtyping import Float
from torch import Tensor

from hypernet.tasks.clusters import CENTRE, WIDTH
from hypernet.types import Batch, Params

#: Widths that the integral is made of, each in the middle of an equal part of the range.
WIDTHS = 32
COUNT, MEAN, SPREAD = "class.count", "class.mean", "class.spread"


class ClusterPosterior:
    """The posterior of round Gaussian classes, each told by its own points alone.

    A class's mean is integrated exactly, a Gaussian cut off at the ends of the range of means; its
    width by the midpoint rule. The density of a further point is the evidence of all points over
    that of those before. A class without a point may lie anywhere.

    Source: Murphy 2007 (conjugate Bayesian analysis of the Gaussian), section 2, with uniform
    priors.
    """

    def infer(self, support: Batch) -> Params:
        """Number, mean and summed squared distance to it of the points of each class."""
        x, y = (part.double() for part in support)
        count = y.sum(dim=-2).unsqueeze(-1)
        mean = y.mT @ x / count.clamp(min=1)
        gaps = (x.unsqueeze(-3) - mean.unsqueeze(-2)).square().sum(dim=-1)  # (*task, class, point)
        spread = (gaps * y.mT).sum(dim=-1, keepdim=True)
        return {COUNT: count.float(), MEAN: mean.float(), SPREAD: spread.float()}

    def predict(
        self, params: Params, x: Float[Tensor, "*task point 2"]
    ) -> Float[Tensor, "*task point ways"]:
        """The logarithm of the density of each class at x."""
        count, mean, spread = (params[name].double() for name in (COUNT, MEAN, SPREAD))
        count, mean, spread = count.unsqueeze(-3), mean.unsqueeze(-3), spread.unsqueeze(-3)
        gap = x.double().unsqueeze(-2) - mean  # (*task, point, class, 2)
        further = _log_evidence(
            count + 1,
            mean + gap / (count + 1),
            spread + gap.square().sum(dim=-1, keepdim=True) * count / (count + 1),
        )
        before = torch.where(
            count.squeeze(-1) > 0, _log_evidence(count.clamp(min=1), mean, spread), 0.0
        )
        return (further - before).float()


def _log_evidence(
    count: Float[Tensor, "*#class 1"],
    mean: Float[Tensor, "*#class 2"],
    spread: Float[Tensor, "*#class 1"],
) -> Float[Tensor, "*#class"]:
    """The logarithm of the density of all points of a class, over every mean and width."""
    low, high = WIDTH
    widths = low + (high - low) * (torch.arange(WIDTHS, dtype=torch.double) + 0.5) / WIDTHS
    total = torch.full(torch.broadcast_shapes(count.shape[:-1], mean.shape[:-1]), -math.inf)
    total = total.double()
    for width in widths:
        error = width / count.sqrt()
        inside = _log_share((CENTRE - mean.abs()) / error, (-CENTRE - mean.abs()) / error)
        axes = inside + (math.sqrt(2 * math.pi) * error / (2 * CENTRE)).log()
        each = -count * (2 * math.pi * width**2).log() - spread / (2 * width**2)
        total = torch.logaddexp(total, axes.sum(dim=-1) + each.squeeze(-1))
    return total - math.log(WIDTHS)


def _log_share(high: Float[Tensor, "*class 2"], low: Float[Tensor, "*class 2"]) -> Tensor:
    """log(Φ(high) − Φ(low)) for low below high and below 0."""
    below, above = torch.special.log_ndtr(low), torch.special.log_ndtr(high)
    share: Tensor = above + torch.log1p(-(below - above).exp())
    return share
