"""The inner-loop player: a recorded inner loop, scrubbed in the browser without a round trip.

    PlayerView ── payload ──► player.html + player.css + shared.js + player*.js

Python sends every step once; which step is shown, played or pointed at never comes back.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from jaxtyping import Float32

from hypernet.figures.theme import WEIGHT_MAP

Range = tuple[float, float]

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_DASH = re.compile(r"[0-9., ]*")


@dataclass(frozen=True, eq=False)
class Fit:
    """One learner's way through the inner loop.

    Args:
        label: the learner's name, unique in the view.
        colour: its colour, as #rrggbb.
        dash: its SVG dash array; "" is a solid line.
        curves: the prediction on the grid after 0, 1, … steps.
        support_loss: what the steps lower.
        query_loss: what counts.
        kept: usable entries of the three arrays; fewer than steps + 1 if the learner left the
            chart, at step `kept`. The others are not sent.
        note: one short line below the panel, or "".
    """

    label: str
    colour: str
    dash: str
    curves: Float32[np.ndarray, "step grid"]
    support_loss: Float32[np.ndarray, " step"]
    query_loss: Float32[np.ndarray, " step"]
    kept: int
    note: str = ""


@dataclass(frozen=True, eq=False)
class Tensor:
    """One tensor of the target network after 0, 1, … steps, each flattened row by row."""

    label: str
    shape: tuple[int, int]
    values: Float32[np.ndarray, "step cell"]


@dataclass(frozen=True, eq=False)
class Weights:
    """All tensors of the learner whose `Fit` has this label."""

    label: str
    tensors: tuple[Tensor, ...]


@dataclass(frozen=True, eq=False)
class PlayerView:
    """All that the player draws.

    Args:
        grid_x: where the curves are evaluated.
        truth_y: the true curve on the grid.
        support_x: the support points' x.
        support_y: the support points' y.
        x_range: both ends of every panel's x axis.
        y_range: both ends of every panel's y axis; curves are cut off there.
        fits: the learners, in the order of their panels.
        weights: of one of them, or None for no weights.
        step: the inner step that is shown first.
        alt: one sentence that says what is to be seen; the picture's accessible name.
        replay: play from step 0 whenever this number differs from the one sent before.

    Raises:
        ValueError: where a shape, range, number or name does not fit; the sentence names it.
    """

    grid_x: Float32[np.ndarray, " grid"]
    truth_y: Float32[np.ndarray, " grid"]
    support_x: Float32[np.ndarray, " point"]
    support_y: Float32[np.ndarray, " point"]
    x_range: Range
    y_range: Range
    fits: tuple[Fit, ...]
    weights: Weights | None
    step: int
    alt: str
    replay: int = 0

    def __post_init__(self) -> None:
        _require(len(self.fits) > 0, "fits must hold at least one learner")
        _check_names(self)
        _check_ranges(self)
        _check_points(self)
        for name, fit in _numbered("fits", self.fits):
            _check_fit(name, fit, self.steps, self.grid_x.size)
        if self.weights is not None:
            _check_weights(self.weights, self.steps, self.kept(self.weights.label))

    @property
    def steps(self) -> int:
        """Recorded gradient steps: one fewer than the entries of the first learner's curves."""
        return int(np.shape(self.fits[0].curves)[0]) - 1

    def kept(self, label: str) -> int:
        """Usable entries of the learner called `label`."""
        return next(fit.kept for fit in self.fits if fit.label == label)


def player(view: PlayerView, *, key: str) -> None:
    """Shows the recorded inner loop `view`.

    The step on show is noted in the page's address as `at`, except the last one. It survives new
    data under the same `key`: it is clamped, and whoever looked at the last step stays at the last
    step. A new key starts at `view.step`.
    """
    _component(key=key, data=payload(view))


def payload(view: PlayerView) -> dict[str, Any]:
    """The view as JSON values; arrays as base64 of little-endian float32, named …64."""
    return {
        "steps": view.steps,
        "step": view.step,
        "alt": view.alt,
        "replay": view.replay,
        "weightMap": WEIGHT_MAP,
        "xRange": [float(end) for end in view.x_range],
        "yRange": [float(end) for end in view.y_range],
        "grid": view.grid_x.size,
        "gridX64": _base64(view.grid_x),
        "truth64": _base64(view.truth_y),
        "points": view.support_x.size,
        "supportX64": _base64(view.support_x),
        "supportY64": _base64(view.support_y),
        "fits": [_fit_payload(fit) for fit in view.fits],
        "weights": view.weights and _weights_payload(view.weights, view.kept(view.weights.label)),
    }


def _fit_payload(fit: Fit) -> dict[str, Any]:
    return {
        "label": fit.label,
        "colour": fit.colour,
        "dash": fit.dash,
        "note": fit.note,
        "kept": fit.kept,
        "curves64": _base64(fit.curves[: fit.kept]),
        "supportLoss64": _base64(fit.support_loss[: fit.kept]),
        "queryLoss64": _base64(fit.query_loss[: fit.kept]),
    }


def _weights_payload(weights: Weights, kept: int) -> dict[str, Any]:
    tensors = [
        {
            "label": tensor.label,
            "rows": tensor.shape[0],
            "cols": tensor.shape[1],
            "values64": _base64(tensor.values[:kept]),
        }
        for tensor in weights.tensors
    ]
    return {"label": weights.label, "kept": kept, "tensors": tensors}


def _base64(array: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(array, dtype="<f4").tobytes()).decode("ascii")


# What a view must be.


def _require(holds: bool, sentence: str) -> None:
    if not holds:
        raise ValueError(sentence)


def _numbered(name: str, parts: tuple[Any, ...]) -> Iterator[tuple[str, Any]]:
    return ((f"{name}[{i}]", part) for i, part in enumerate(parts))


def _check_array(name: str, array: np.ndarray, shape: tuple[int, ...], usable: int) -> None:
    """`array` has this shape and its first `usable` rows are finite."""
    got = np.shape(array)
    _require(got == shape, f"{name} must have shape {shape}, got {got}")
    _require(bool(np.isfinite(array[:usable]).all()), f"{name} must be finite")


def _check_names(view: PlayerView) -> None:
    labels = [fit.label for fit in view.fits]
    _require(len(set(labels)) == len(labels), f"fits must have different labels, got {labels}")
    _require(bool(view.alt.strip()), "alt must be a sentence, got none")
    if view.weights is not None:
        label = view.weights.label
        _require(label in labels, f"weights.label must be one of {labels}, got {label!r}")


def _check_ranges(view: PlayerView) -> None:
    for name, (low, high) in {"x_range": view.x_range, "y_range": view.y_range}.items():
        _require(low < high, f"{name} must be low, high with low < high, got {low}, {high}")
    _require(0 <= view.step <= view.steps, f"step must be 0..{view.steps}, got {view.step}")


def _check_points(view: PlayerView) -> None:
    grid, points = np.size(view.grid_x), np.size(view.support_x)
    _require(grid > 1, f"grid_x must hold at least 2 numbers, got {grid}")
    for name, count in {"grid_x": grid, "truth_y": grid}.items():
        _check_array(name, getattr(view, name), (count,), count)
    for name, count in {"support_x": points, "support_y": points}.items():
        _check_array(name, getattr(view, name), (count,), count)


def _check_fit(name: str, fit: Fit, steps: int, grid: int) -> None:
    _require(1 <= fit.kept <= steps + 1, f"{name}.kept must be 1..{steps + 1}, got {fit.kept}")
    colour, dash = _COLOUR.fullmatch(fit.colour), _DASH.fullmatch(fit.dash)
    _require(colour is not None, f"{name}.colour must be #rrggbb, got {fit.colour!r}")
    _require(dash is not None, f"{name}.dash must be an SVG dash array, got {fit.dash!r}")
    _check_array(f"{name}.curves", fit.curves, (steps + 1, grid), fit.kept)
    _check_array(f"{name}.support_loss", fit.support_loss, (steps + 1,), fit.kept)
    _check_array(f"{name}.query_loss", fit.query_loss, (steps + 1,), fit.kept)


def _check_weights(weights: Weights, steps: int, kept: int) -> None:
    _require(len(weights.tensors) > 0, "weights.tensors must hold at least one tensor")
    for name, tensor in _numbered("weights.tensors", weights.tensors):
        rows, cols = tensor.shape
        _require(rows > 0 and cols > 0, f"{name}.shape must be positive, got {tensor.shape}")
        _check_array(f"{name}.values", tensor.values, (steps + 1, rows * cols), kept)


# Registered once, when this module is imported. A component's JavaScript is loaded from memory,
# where imports between files do not resolve: the shared part is put in front of its text.


def _text(*names: str) -> str:
    folder = Path(__file__).parent
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in names)


_component = st.components.v2.component(
    "inner_loop_player",
    html=_text("player.html"),
    css=_text("player.css"),
    js=_text("shared.js", "player_fits.js", "player_losses.js", "player_weights.js", "player.js"),
)
