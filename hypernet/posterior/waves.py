"""Waves: the posterior of amplitude and phase on a grid, quick enough to follow a drag.

The browser computes the same (ui/live/model/wave_posterior.js).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from hypernet.tasks import Sinusoid
from hypernet.tasks.sinusoid import AMPLITUDE

#: Cells along amplitude and phase, each told by its middle; waves that are picked.
AMPLITUDES, PHASES, PICKED = 128, 256, 10
#: What stands for noise below it: a wave of the grid passes so near to points of one between.
SMALLEST_SIGMA = 0.05
#: The golden ratio's part: multiples of it spread evenly, however many there are.
GOLDEN = (math.sqrt(5) - 1) / 2


class Waves(NamedTuple):
    """The waves A sin(x − φ) that fit some points.

    Args:
        moments: means of A cos φ, A sin φ, A² cos² φ, A² cos φ sin φ and A² sin² φ.
        picked: amplitude and phase of some waves that stand for all, phases rising.
    """

    moments: Float[Tensor, " moment"]
    picked: Float[Tensor, "wave 2"]

    def mean(self, x: Float[Tensor, " place"]) -> Float[Tensor, " place"]:
        """The mean of all waves at x: the best guess."""
        cosine, sine, *_ = self.moments
        guess: Tensor = cosine * x.double().sin() - sine * x.double().cos()
        return guess

    def deviation(self, x: Float[Tensor, " place"]) -> Float[Tensor, " place"]:
        """The standard deviation of all waves at x."""
        *_, both_cosine, mixed, both_sine = self.moments
        sine, cosine = x.double().sin(), x.double().cos()
        square = both_cosine * sine**2 - 2 * mixed * sine * cosine + both_sine * cosine**2
        variance: Tensor = square - self.mean(x).square()
        return variance.clamp(min=0).sqrt()


def wave_posterior(
    x: Float[Tensor, " point"], y: Float[Tensor, " point"], noise: float, family: Sinusoid
) -> Waves:
    """The posterior of amplitude and phase, uniform in the ranges of a family of frequency 1.

    Args:
        x: where the points are.
        y: their values.
        noise: standard deviation of their noise; at least `SMALLEST_SIGMA` is taken.
        family: whose phases are allowed.
    """
    sigma = max(noise, SMALLEST_SIGMA)
    x, y = x.double(), y.double()
    amplitude = _middles(*AMPLITUDE, AMPLITUDES)
    phase = _middles(0.0, family.phase_high, PHASES)
    basis = torch.stack([phase.cos(), -phase.sin()], dim=-1)  # sin(x − φ) = basis · (sin x, cos x)
    seen = torch.stack([x.sin(), x.cos()], dim=-1)
    along = basis @ (seen * y.unsqueeze(-1)).sum(dim=0)
    square = ((basis @ (seen.mT @ seen)) * basis).sum(dim=-1)
    gain = 2 * amplitude * along.unsqueeze(-1) - amplitude.square() * square.unsqueeze(-1)
    weight = (gain / (2 * sigma**2)).flatten().softmax(dim=0).view(PHASES, AMPLITUDES)
    first, second = weight @ amplitude, weight @ amplitude.square()
    products = (phase.cos(), phase.sin())
    moments = [(first * part).sum() for part in products]
    pairs = ((0, 0), (0, 1), (1, 1))
    moments += [(second * products[one] * products[two]).sum() for one, two in pairs]
    return Waves(torch.stack(moments), _picked(weight, amplitude, phase))


def _middles(low: float, high: float, count: int) -> Float[Tensor, " cell"]:
    return low + (high - low) * (torch.arange(count, dtype=torch.double) + 0.5) / count


def _picked(
    weight: Float[Tensor, "phase amplitude"],
    amplitude: Float[Tensor, " amplitude"],
    phase: Float[Tensor, " phase"],
) -> Float[Tensor, "wave 2"]:
    """Phases at even shares of their weight, each with an amplitude at a share of its own."""
    turn = torch.arange(PICKED, dtype=torch.double) + 0.5
    rows = weight.sum(dim=-1).cumsum(dim=0)
    row = torch.searchsorted(rows, turn / PICKED * rows[-1]).clamp(max=PHASES - 1)
    columns = weight[row].cumsum(dim=-1)
    share = (turn * GOLDEN).remainder(1.0) * columns[:, -1]
    column = torch.searchsorted(columns, share.unsqueeze(-1)).squeeze(-1).clamp(max=AMPLITUDES - 1)
    return torch.stack([amplitude[column], phase[row]], dim=-1)
