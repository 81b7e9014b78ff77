"""Panels of the inner-loop player that show fields: classification of points in the plane."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float32, Int, UInt8

from ui.live.parts.arrays import (
    base64_bytes,
    base64_floats,
    check_array,
    check_colour,
    numbered,
    require,
)
from ui.live.player.view import LearnerFit, View

#: Each class has a marker of its own in the browser; there are five.
MAX_WAYS = 5


@dataclass(frozen=True, eq=False, kw_only=True)
class FieldFit(LearnerFit):
    """A learner whose panel shows which class it sees where after 0, 1, … steps.

    Cell [i, j] is the centre of the i-th of R equal parts of `y_range` and the j-th of `x_range`,
    both counted from the low end.

    Args:
        winner: the most probable class of each cell.
        certainty: its probability: 0 is 1/ways (a guess), 255 is 1, linear between.
        accuracy: the share of query points in their own class; of support points in a view that
            is not judged.
    """

    winner: UInt8[np.ndarray, "step R R"]
    certainty: UInt8[np.ndarray, "step R R"]
    accuracy: Float32[np.ndarray, " step"]

    def panel(self) -> dict[str, Any]:
        """The fields that are kept, and their accuracy."""
        return {
            "winner64": base64_bytes(self.winner[: self.kept]),
            "certainty64": base64_bytes(self.certainty[: self.kept]),
            "accuracy64": base64_floats(self.accuracy[: self.kept]),
        }


@dataclass(frozen=True, eq=False, kw_only=True)
class FieldView(View):
    """A view with one square field of classes per learner; both axes have the same scale.

    Args:
        support_x: the support points, as x1, x2.
        support_label: their classes, 0..ways-1.
        query_x: the query points, as x1, x2; may be none.
        query_label: their classes, or None to draw them without.
        class_colours: one colour per class, as #rrggbb; as many as there are ways, 2..5.
        fits: the learners, in the order of their panels.
    """

    kind: ClassVar[str] = "fields"

    support_x: Float32[np.ndarray, "support 2"]
    support_label: Int[np.ndarray, " support"]
    query_x: Float32[np.ndarray, "query 2"]
    query_label: Int[np.ndarray, " query"] | None
    class_colours: tuple[str, ...]
    fits: tuple[FieldFit, ...]

    @property
    def ways(self) -> int:
        """How many classes there are."""
        return len(self.class_colours)

    @property
    def resolution(self) -> int:
        """Cells along each axis."""
        return int(np.shape(self.fits[0].winner)[-1])

    def check_panels(self) -> None:
        """Raises ValueError unless every field is square and every class has a colour."""
        require(2 <= self.ways <= MAX_WAYS, f"class_colours must be 2..5, got {self.ways}")
        for name, colour in numbered("class_colours", self.class_colours):
            check_colour(name, colour)
        wide, high = (end - start for start, end in (self.x_range, self.y_range))
        require(math.isclose(wide, high), f"y_range must be as long as x_range, got {high}, {wide}")
        _check_points("support", self.support_x, self.support_label, self.ways)
        _check_points("query", self.query_x, self.query_label, self.ways)
        for name, fit in numbered("fits", self.fits):
            self._check_field(name, fit)
        self._check_judge()

    def _check_judge(self) -> None:
        count = len(self.query_x)
        require(self.judged or count == 0, f"query_x must be empty if not judged, got {count}")
        if self.live is not None and self.judged:
            require(self.query_label is not None, "query_label must be given in a live view")
            require(count > 0, "query_x must hold at least one point in a live view")

    def _check_field(self, name: str, fit: FieldFit) -> None:
        cells = self.resolution
        require(cells > 1, f"{name}.winner must hold at least 2 x 2 cells, got {cells}")
        shape = (self.steps + 1, cells, cells)
        for part, array in {"winner": fit.winner, "certainty": fit.certainty}.items():
            require(array.dtype == np.uint8, f"{name}.{part} must be uint8, got {array.dtype}")
            check_array(f"{name}.{part}", array, shape, fit.kept)
        _check_classes(f"{name}.winner", fit.winner[: fit.kept], self.ways)
        check_array(f"{name}.accuracy", fit.accuracy, (self.steps + 1,), fit.kept)

    def panels(self) -> dict[str, Any]:
        """The points, their classes and the classes' colours."""
        labels = self.query_label
        return {
            "resolution": self.resolution,
            "classColours": list(self.class_colours),
            "points": len(self.support_x),
            "support64": base64_floats(self.support_x),
            "supportLabel64": base64_bytes(self.support_label),
            "queries": len(self.query_x),
            "query64": base64_floats(self.query_x),
            "queryLabel64": None if labels is None else base64_bytes(labels),
        }


def _check_points(role: str, x: np.ndarray, label: np.ndarray | None, ways: int) -> None:
    check_array(f"{role}_x", x, (len(x), 2))
    if label is not None:
        check_array(f"{role}_label", label, (len(x),))
        _check_classes(f"{role}_label", label, ways)


def _check_classes(name: str, classes: np.ndarray, ways: int) -> None:
    unknown = np.setdiff1d(classes, np.arange(ways)).tolist()
    require(not unknown, f"{name} must be 0..{ways - 1}, got {unknown}")
