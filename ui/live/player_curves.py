"""Panels of the inner-loop player that show curves: regression on a line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float32

from ui.live.player_view import LearnerFit, View, base64_floats, check_array, numbered, require


@dataclass(frozen=True, eq=False, kw_only=True)
class CurveFit(LearnerFit):
    """A learner whose panel shows its prediction on the grid after 0, 1, … steps."""

    curves: Float32[np.ndarray, "step grid"]

    def panel(self) -> dict[str, Any]:
        """The curves that are kept."""
        return {"curves64": base64_floats(self.curves[: self.kept])}


@dataclass(frozen=True, eq=False, kw_only=True)
class CurveView(View):
    """A view with one panel of curves per learner.

    Args:
        grid_x: where the curves are evaluated.
        truth_y: the true curve on the grid.
        support_x: the support points' x.
        support_y: the support points' y.
        fits: the learners, in the order of their panels.
    """

    kind: ClassVar[str] = "curves"

    grid_x: Float32[np.ndarray, " grid"]
    truth_y: Float32[np.ndarray, " grid"]
    support_x: Float32[np.ndarray, " point"]
    support_y: Float32[np.ndarray, " point"]
    fits: tuple[CurveFit, ...]

    @property
    def ways(self) -> int:
        """None: regression."""
        return 0

    def check_panels(self) -> None:
        """Raises ValueError unless every curve is given on the grid, every point by x and y."""
        grid, points = np.size(self.grid_x), np.size(self.support_x)
        require(grid > 1, f"grid_x must hold at least 2 numbers, got {grid}")
        check_array("grid_x", self.grid_x, (grid,))
        check_array("truth_y", self.truth_y, (grid,))
        check_array("support_x", self.support_x, (points,))
        check_array("support_y", self.support_y, (points,))
        for name, fit in numbered("fits", self.fits):
            check_array(f"{name}.curves", fit.curves, (self.steps + 1, grid), fit.kept)

    def panels(self) -> dict[str, Any]:
        """The true curve and the support points."""
        return {
            "grid": self.grid_x.size,
            "gridX64": base64_floats(self.grid_x),
            "truth64": base64_floats(self.truth_y),
            "points": self.support_x.size,
            "supportX64": base64_floats(self.support_x),
            "supportY64": base64_floats(self.support_y),
        }
