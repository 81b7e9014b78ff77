"""Three polynomials on intervals of their own, to be learned one after another."""

from __future__ import annotations

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from hypernet.init import uniform
from hypernet.types import Batch

TRAINING_POINTS = 100
TEST_POINTS = 50
NOISE = 0.05


class Polynomial(NamedTuple):
    """A polynomial of x − centre on an interval; its coefficients begin with the constant's."""

    formula: str
    centre: float
    coefficients: tuple[float, ...]
    interval: tuple[float, float]

    def truth(self, x: Float[Tensor, "point 1"]) -> Float[Tensor, "point 1"]:
        """The polynomial at x."""
        powers = [c * (x - self.centre) ** i for i, c in enumerate(self.coefficients)]
        return torch.stack(powers).sum(dim=0)

    def training_points(self, rng: torch.Generator) -> Batch:
        """100 points anywhere on the interval, with noise of σ = 0.05."""
        x = uniform((TRAINING_POINTS, 1), *self.interval, rng)
        return Batch(x, self.truth(x) + NOISE * torch.randn(x.shape, generator=rng))

    def test_points(self) -> Batch:
        """50 even points over the interval, without noise."""
        x = torch.linspace(*self.interval, TEST_POINTS).unsqueeze(-1)
        return Batch(x, self.truth(x))


#: Source: von Oswald et al. 2020 (continual learning with hypernetworks), the toy regression of
#: its code: intervals, noise and numbers of points.
POLYNOMIALS = (
    Polynomial("x + 3", -3.0, (0.0, 1.0), (-4.0, -2.0)),
    Polynomial("2 x² − 1", 0.0, (-1.0, 0.0, 2.0), (-1.0, 1.0)),
    Polynomial("(x − 3)³", 3.0, (0.0, 0.0, 0.0, 1.0), (2.0, 4.0)),
)
