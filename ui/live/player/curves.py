"""Panels of the inner-loop player that show curves: regression on a line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float32

from ui.live.parts.arrays import base64_floats, check_array, numbered, require
from ui.live.player.allowed import Allowed
from ui.live.player.view import LearnerFit, View


@dataclass(frozen=True, eq=False, kw_only=True)
class CurveFit(LearnerFit):
    """A learner whose panel shows its prediction on the grid after 0, 1, … steps."""

    curves: Float32[np.ndarray, "step grid"]

    def panel(self) -> dict[str, Any]:
        """The curves that are kept."""
        return {"curves64": base64_floats(self.curves[: self.kept])}


def _no_numbers() -> Float32[np.ndarray, " none"]:
    return np.empty(0, dtype=np.float32)


@dataclass(frozen=True, eq=False, kw_only=True)
class CurveView(View):
    """A view with one panel of curves per learner.

    Args:
        grid_x: where the curves are evaluated.
        truth_y: the true curve on the grid, or None where nobody knows it.
        support_x: the support points' x.
        support_y: the support points' y.
        query_x: the held-out points' x; may be none.
        query_y: the held-out points' y.
        fits: the learners, in the order of their panels.
        allowed: which waves may be, to show those that fit the support points; None shows none.
    """

    kind: ClassVar[str] = "curves"

    grid_x: Float32[np.ndarray, " grid"]
    truth_y: Float32[np.ndarray, " grid"] | None
    support_x: Float32[np.ndarray, " point"]
    support_y: Float32[np.ndarray, " point"]
    fits: tuple[CurveFit, ...]
    query_x: Float32[np.ndarray, " query"] = field(default_factory=_no_numbers)
    query_y: Float32[np.ndarray, " query"] = field(default_factory=_no_numbers)
    allowed: Allowed | None = None

    @property
    def ways(self) -> int:
        """None: regression."""
        return 0

    def check_panels(self) -> None:
        """Raises ValueError unless every curve is given on the grid, every point by x and y."""
        grid = np.size(self.grid_x)
        require(grid > 1, f"grid_x must hold at least 2 numbers, got {grid}")
        check_array("grid_x", self.grid_x, (grid,))
        if self.truth_y is not None:
            check_array("truth_y", self.truth_y, (grid,))
        _check_points("support", self.support_x, self.support_y)
        _check_points("query", self.query_x, self.query_y)
        known = self.truth_y is not None or np.size(self.query_x) > 0
        given = "with" if known else "without"
        require(
            self.judged == known,
            f"judged must be {known} {given} a true curve or held-out points, got {self.judged}",
        )
        dials = self.live is not None and self.live.dials
        require(not dials or self.truth_y is not None, "truth_y must be given with live.dials")
        for name, fit in numbered("fits", self.fits):
            check_array(f"{name}.curves", fit.curves, (self.steps + 1, grid), fit.kept)

    def panels(self) -> dict[str, Any]:
        """The true curve, the support points and the held-out points."""
        truth = self.truth_y
        return {
            "grid": self.grid_x.size,
            "gridX64": base64_floats(self.grid_x),
            "truth64": None if truth is None else base64_floats(truth),
            "points": self.support_x.size,
            "supportX64": base64_floats(self.support_x),
            "supportY64": base64_floats(self.support_y),
            "queries": self.query_x.size,
            "queryX64": base64_floats(self.query_x),
            "queryY64": base64_floats(self.query_y),
            "allowed": None if self.allowed is None else self.allowed.payload(),
        }


def _check_points(role: str, x: np.ndarray, y: np.ndarray) -> None:
    check_array(f"{role}_x", x, (np.size(x),))
    check_array(f"{role}_y", y, (np.size(x),))
