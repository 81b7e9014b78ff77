"""What the inner-loop player is given, whatever its panels show.

View ◄── CurveView (curves.py), FieldView (fields.py)
  ├─ live: Live (live.py)
  ├─ fits: LearnerFit ◄── CurveFit, FieldFit
  └─ weights: Weights ── tensors: Tensor
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float32

from ui.live.parts.arrays import Range, check_array, check_colour, numbered, require
from ui.live.player.live import Live

_DASH = re.compile(r"[0-9., ]*")


@dataclass(frozen=True, eq=False, kw_only=True)
class LearnerFit(ABC):
    """One learner's way through the inner loop.

    Args:
        label: the learner's name, unique in the view.
        colour: its colour, as #rrggbb.
        dash: its SVG dash array; "" is a solid line.
        support_loss: what the steps lower.
        query_loss: what counts.
        kept: usable entries of every array; fewer than steps + 1 if the learner left the chart,
            at step `kept`. The others are neither checked nor sent.
        note: one short line below the panel, or "".
    """

    label: str
    colour: str
    dash: str
    support_loss: Float32[np.ndarray, " step"]
    query_loss: Float32[np.ndarray, " step"]
    kept: int
    note: str = ""

    @abstractmethod
    def panel(self) -> dict[str, Any]:
        """What only this learner's panel shows, as JSON values."""


@dataclass(frozen=True, eq=False)
class Tensor:
    """One tensor of the target network after 0, 1, … steps, each flattened row by row."""

    label: str
    shape: tuple[int, int]
    values: Float32[np.ndarray, "step cell"]


@dataclass(frozen=True, eq=False)
class Weights:
    """All tensors of the learner whose fit has this label."""

    label: str
    tensors: tuple[Tensor, ...]


@dataclass(frozen=True, eq=False, kw_only=True)
class View(ABC):
    """All that the player draws.

    Args:
        x_range: both ends of every panel's horizontal axis.
        y_range: both ends of every panel's vertical axis; what lies beyond is cut off.
        fits: the learners, in the order of their panels.
        weights: of one of them, or None for no weights.
        step: the inner step that is shown first.
        alt: one sentence that says what is to be seen; the picture's accessible name.
        replay: play from step 0 whenever this number differs from the one sent before.
        live: how the view follows edits in the browser, or None where nothing can be edited.
        judged: whether there is anything to judge by: a truth, or held-out points. If not, the
            query losses are the support losses, and the picture speaks of support losses alone.

    Raises:
        ValueError: where a shape, range, number or name does not fit; the sentence names it.
    """

    kind: ClassVar[str]

    x_range: Range
    y_range: Range
    fits: Sequence[LearnerFit]
    weights: Weights | None
    step: int
    alt: str
    replay: int = 0
    live: Live | None = None
    judged: bool = True

    def __post_init__(self) -> None:
        require(len(self.fits) > 0, "fits must hold at least one learner")
        _check_names(self)
        _check_ranges(self)
        for name, fit in numbered("fits", self.fits):
            _check_fit(name, fit, self.steps)
            _check_judge(name, fit, self.judged)
        self.check_panels()
        if self.live is not None:
            self.live.check([fit.label for fit in self.fits], self.ways)
        if self.weights is not None:
            _check_weights(self.weights, self.steps, self.kept(self.weights.label))

    @abstractmethod
    def check_panels(self) -> None:
        """Raises ValueError where what the panels show does not fit."""

    @abstractmethod
    def panels(self) -> dict[str, Any]:
        """What all panels show, as JSON values."""

    @property
    @abstractmethod
    def ways(self) -> int:
        """How many classes there are; 0 for regression."""

    @property
    def steps(self) -> int:
        """Recorded gradient steps: one fewer than the losses of the first learner."""
        return int(np.size(self.fits[0].support_loss)) - 1

    def kept(self, label: str) -> int:
        """Usable entries of the learner called `label`."""
        return next(fit.kept for fit in self.fits if fit.label == label)


# What a view must be.


def _check_names(view: View) -> None:
    labels = [fit.label for fit in view.fits]
    require(len(set(labels)) == len(labels), f"fits must have different labels, got {labels}")
    require(bool(view.alt.strip()), "alt must be a sentence, got none")
    if view.weights is not None:
        label = view.weights.label
        require(label in labels, f"weights.label must be one of {labels}, got {label!r}")


def _check_ranges(view: View) -> None:
    for name, (low, high) in {"x_range": view.x_range, "y_range": view.y_range}.items():
        require(low < high, f"{name} must be low, high with low < high, got {low}, {high}")
    require(0 <= view.step <= view.steps, f"step must be 0..{view.steps}, got {view.step}")


def _check_fit(name: str, fit: LearnerFit, steps: int) -> None:
    require(1 <= fit.kept <= steps + 1, f"{name}.kept must be 1..{steps + 1}, got {fit.kept}")
    check_colour(f"{name}.colour", fit.colour)
    dash = _DASH.fullmatch(fit.dash)
    require(dash is not None, f"{name}.dash must be an SVG dash array, got {fit.dash!r}")
    check_array(f"{name}.support_loss", fit.support_loss, (steps + 1,), fit.kept)
    check_array(f"{name}.query_loss", fit.query_loss, (steps + 1,), fit.kept)


def _check_judge(name: str, fit: LearnerFit, judged: bool) -> None:
    same = np.array_equal(fit.query_loss[: fit.kept], fit.support_loss[: fit.kept])
    require(judged or same, f"{name}.query_loss must be support_loss where judged is False")


def _check_weights(weights: Weights, steps: int, kept: int) -> None:
    require(len(weights.tensors) > 0, "weights.tensors must hold at least one tensor")
    for name, tensor in numbered("weights.tensors", weights.tensors):
        rows, cols = tensor.shape
        require(rows > 0 and cols > 0, f"{name}.shape must be positive, got {tensor.shape}")
        check_array(f"{name}.values", tensor.values, (steps + 1, rows * cols), kept)
