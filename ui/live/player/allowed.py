"""Which waves may be, so that the browser can draw those that fit the points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ui.live.parts.arrays import Range, require


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """The waves A sin(x − φ) that may be, each as likely.

    Args:
        amplitude: ends of A.
        phase: ends of φ in radians.
        sigma: standard deviation of the points around their wave, above 0.
    """

    amplitude: Range
    phase: Range
    sigma: float

    def payload(self) -> dict[str, Any]:
        """What ui/live/model/wave_posterior.js reads; ValueError unless it can."""
        for name, (low, high) in (("amplitude", self.amplitude), ("phase", self.phase)):
            require(low < high, f"{name} must have its low end first, got {low:g}, {high:g}")
        require(self.sigma > 0, f"sigma must be above 0, got {self.sigma:g}")
        return {
            "amplitude": list(self.amplitude),
            "phase": list(self.phase),
            "sigma": self.sigma,
        }
