"""Sinusoids: the few-shot regression family of MAML, with phase range, frequency and noise open."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor

from hypernet.spec import check, number, span
from hypernet.tasks.curves import Curves
from hypernet.types import Parameter

AMPLITUDE = (0.1, 5.0)


@dataclass(frozen=True)
class Sinusoid(Curves):
    """y = A sin(ω x − φ) with A ~ U[0.1, 5], φ ~ U[0, phase_high], x ~ U[−5, 5].

    theta is (A, φ), or (A, φ, ω) where the frequency varies. The defaults are the MAML protocol.

    Source: Finn et al. 2017 (MAML), section 5.1; ω as in Li et al. 2017 (Meta-SGD).
    """

    phase_high: float = number(
        math.pi, 0.1, 2 * math.pi, unit="rad", help="Upper end of the phase range."
    )
    frequency: tuple[float, float] = span(
        (1.0, 1.0), 0.1, 3.0, help="Angular frequency range; one value where both ends agree."
    )
    noise: float = number(0.0, 0.0, 2.0, help="Standard deviation of the support targets' noise.")

    x_range: ClassVar[tuple[float, float]] = (-5.0, 5.0)

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
    def y_scale(self) -> float:
        """About the standard deviation of the targets over tasks and inputs."""
        return 2.0

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

    def truth(
        self, theta: Float[Tensor, "*task entry"], x: Float[Tensor, "*task point 1"]
    ) -> Float[Tensor, "*task point 1"]:
        """A sin(ω x − φ)."""
        entries = theta[..., None, None, :].unbind(-1)
        amplitude, phase = entries[0], entries[1]
        frequency = entries[2] if len(entries) == 3 else self.frequency[0]
        return amplitude * torch.sin(frequency * x - phase)
