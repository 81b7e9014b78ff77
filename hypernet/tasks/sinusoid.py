"""Sinusoids: the few-shot regression family of MAML, with phase range, frequency and noise open."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor

from hypernet.init import uniform
from hypernet.sets import set_mean
from hypernet.spec import check, number, span
from hypernet.tasks.counts import check_counts
from hypernet.types import Batch, Parameter, Task

AMPLITUDE = (0.1, 5.0)
GRID_POINTS = 100


@dataclass(frozen=True)
class Sinusoid:
    """y = A sin(ω x − φ) with A ~ U[0.1, 5], φ ~ U[0, phase_high], x ~ U[−5, 5].

    theta is (A, φ), or (A, φ, ω) where the frequency varies. The defaults are the MAML protocol.
    Noise is added to the support targets only: query targets are exact, so that a query loss
    measures the distance to the truth.

    Source: Finn et al. 2017 (MAML), section 5.1; ω as in Li et al. 2017 (Meta-SGD).
    """

    phase_high: float = number(
        math.pi, 0.1, 2 * math.pi, unit="rad", help="Upper end of the phase range."
    )
    frequency: tuple[float, float] = span(
        (1.0, 1.0), 0.1, 3.0, help="Angular frequency range; one value where both ends agree."
    )
    noise: float = number(0.0, 0.0, 2.0, help="Standard deviation of the support targets' noise.")

    n_in: ClassVar[int] = 1
    n_out: ClassVar[int] = 1
    x_range: ClassVar[tuple[float, float]] = (-5.0, 5.0)
    y_scale: ClassVar[float] = 2.0

    def __post_init__(self) -> None:
        check(self)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Amplitude, phase and, where it varies, frequency."""
        fixed = (
            Parameter("amplitude", "A", "", *AMPLITUDE),
            Parameter("phase", "φ", "rad", 0.0, self.phase_high),
        )
        if self.frequency[0] == self.frequency[1]:
            return fixed
        return (*fixed, Parameter("frequency", "ω", "rad", *self.frequency))

    @property
    def entries(self) -> tuple[Parameter, ...]:
        """The same as `parameters`: the description is theta."""
        return self.parameters

    def held_out(self) -> Sinusoid:
        """Fresh tasks of the same distribution: theta is continuous."""
        return self

    @property
    def protocol(self) -> str:
        """The protocol in one line."""
        low, high = self.frequency
        varies = f", ω in [{low:g}, {high:g}]" if low < high else ""
        omega = "ω" if varies else "" if low == 1 else f"{low:g}"
        return (
            f"y = A sin({omega}x − φ), A in [0.1, 5], φ in [0, {self.phase_high:.4g}]{varies}, "
            f"x in [−5, 5], support noise σ = {self.noise:g}"
        )

    def sample(self, n_tasks: int, rng: torch.Generator) -> Float[Tensor, "task entry"]:
        """theta of n_tasks tasks, each entry uniform in its range."""
        low = torch.tensor([p.low for p in self.parameters])
        high = torch.tensor([p.high for p in self.parameters])
        return low + (high - low) * torch.rand(n_tasks, len(self.parameters), generator=rng)

    def make(
        self,
        theta: Float[Tensor, "*task entry"],
        rng: torch.Generator,
        shots: int,
        queries: int | None = None,
    ) -> Task:
        """`shots` random support points and `queries` random query points.

        With `queries` None the query is the even grid of 100 points over the x range.

        Raises:
            ValueError: where shots or queries are below 1.
        """
        check_counts(shots, GRID_POINTS if queries is None else queries)
        tasks = theta.shape[:-1]
        x = uniform((*tasks, shots, 1), *self.x_range, rng)
        y = self.truth(theta, x)
        if self.noise > 0:
            y = y + self.noise * torch.randn(y.shape, generator=rng)
        if queries is None:
            grid = torch.linspace(*self.x_range, GRID_POINTS).unsqueeze(-1)
            query_x = grid.expand(*tasks, GRID_POINTS, 1)
        else:
            query_x = uniform((*tasks, queries, 1), *self.x_range, rng)
        return Task(theta, Batch(x, y), Batch(query_x, self.truth(theta, query_x)))

    def truth(
        self, theta: Float[Tensor, "*task entry"], x: Float[Tensor, "*task point 1"]
    ) -> Float[Tensor, "*task point 1"]:
        """A sin(ω x − φ)."""
        entries = theta[..., None, None, :].unbind(-1)
        amplitude, phase = entries[0], entries[1]
        frequency = entries[2] if len(entries) == 3 else self.frequency[0]
        return amplitude * torch.sin(frequency * x - phase)

    def loss(
        self, prediction: Float[Tensor, "*task point 1"], batch: Batch
    ) -> Float[Tensor, "*task"]:
        """Mean squared error of each task, 0 without points."""
        return set_mean((prediction - batch.y).square(), dim=(-2, -1))
