"""What every way to a posterior has in common, and how weighted tasks become equal ones."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Float, Int
from torch import Tensor

from hypernet.types import Batch, Params

#: Names in what `infer` returns: tasks that fit, and how many equal ones they are worth.
THETA, EFFECTIVE = "posterior.theta", "posterior.effective"


@runtime_checkable
class Method(Protocol):
    """From support points to what they say, and from there to predictions."""

    def infer(self, support: Batch) -> Params:
        """What the support points of each task say, as named tensors."""

    def predict(
        self, params: Params, x: Float[Tensor, "*task point x_dim"]
    ) -> Float[Tensor, "*task point y_dim"]:
        """The mean target at x, or the logarithm of each class's probability up to a constant."""


def one_by_one(
    values: Float[Tensor, "*task row column"],
) -> Float[Tensor, "tasks row column"]:
    """The tables of all tasks in one row, of which there may be no task axes, or no points."""
    return values.flatten(0, -3) if values.ndim > 2 else values.unsqueeze(0)


class TaskSamples(ABC):
    """A posterior that is a number of equal tasks, which are found for each task by itself."""

    def infer(self, support: Batch) -> Params:
        """Tasks that fit the points of each task, and their effective sample size."""
        tasks = support.x.shape[:-2]
        found = [self.of_one(x, y) for x, y in zip(*map(one_by_one, support), strict=True)]
        theta, size = (torch.stack(part) for part in zip(*found, strict=True))
        return {THETA: theta.view(*tasks, *theta.shape[1:]), EFFECTIVE: size.view(tasks)}

    def predict(
        self, params: Params, x: Float[Tensor, "*task point x_dim"]
    ) -> Float[Tensor, "*task point y_dim"]:
        """What the tasks that fit say at x, averaged."""
        each = zip(one_by_one(params[THETA]), one_by_one(x), strict=True)
        averages = torch.stack([self.average(theta, at) for theta, at in each])
        return averages.view(*x.shape[:-1], averages.shape[-1])

    @abstractmethod
    def of_one(
        self, x: Float[Tensor, "point x_dim"], y: Float[Tensor, "point y_dim"]
    ) -> tuple[Float[Tensor, "kept entry"], Float[Tensor, ""]]:
        """Tasks that fit the points of one task, and how many equal draws they are worth."""

    @abstractmethod
    def average(
        self, theta: Float[Tensor, "kept entry"], x: Float[Tensor, "point x_dim"]
    ) -> Float[Tensor, "point y_dim"]:
        """The mean target, or the logarithm of each class's density, over tasks that fit."""


def normalised(log_weight: Float[Tensor, " sample"]) -> Float[Tensor, " sample"]:
    """Weights that add up to 1, from their logarithms up to a constant."""
    return log_weight.softmax(dim=0)


def effective(weight: Float[Tensor, " sample"]) -> Float[Tensor, ""]:
    """How many equal samples weighted ones are worth: 1 / Σ w², from 1 to their number.

    Source: Kong 1992; Liu 2001 (Monte Carlo Strategies in Scientific Computing), section 2.5.3.
    """
    return 1 / weight.square().sum()


def chosen(weight: Float[Tensor, " sample"], count: int) -> Int[Tensor, " chosen"]:
    """`count` samples that stand for the weighted ones, each as often as its weight says.

    The middles of `count` equal parts of the sum of weights: nothing is drawn, so that the same
    weights choose the same samples.

    Source: systematic resampling, Kitagawa 1996, with its offset at ½.
    """
    middles = (torch.arange(count, dtype=weight.dtype) + 0.5) / count
    return torch.searchsorted(weight.cumsum(dim=0), middles).clamp(max=len(weight) - 1)
