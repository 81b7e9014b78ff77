"""The inner-loop player: a recorded inner loop, scrubbed in the browser without a round trip.

    View ── payload ──► player.html + player.css + shared.js + player*.js

Python sends every step once; which step is shown, played or pointed at never comes back.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from hypernet.figures.theme import WEIGHT_MAP
from ui.live.player_view import LearnerFit, View, Weights, base64_floats


def player(view: View, *, key: str) -> None:
    """Shows the recorded inner loop `view`.

    The step on show is noted in the page's address as `at`, except the last one. It survives new
    data under the same `key`: it is clamped, and whoever looked at the last step stays at the last
    step. A new key starts at `view.step`.
    """
    _component(key=key, data=payload(view))


def payload(view: View) -> dict[str, Any]:
    """The view as JSON values; arrays as base64, named …64."""
    return {
        "kind": view.kind,
        "steps": view.steps,
        "step": view.step,
        "alt": view.alt,
        "replay": view.replay,
        "weightMap": WEIGHT_MAP,
        "xRange": [float(end) for end in view.x_range],
        "yRange": [float(end) for end in view.y_range],
        **view.panels(),
        "fits": [_fit_payload(fit) for fit in view.fits],
        "weights": view.weights and _weights_payload(view.weights, view.kept(view.weights.label)),
    }


def _fit_payload(fit: LearnerFit) -> dict[str, Any]:
    return {
        "label": fit.label,
        "colour": fit.colour,
        "dash": fit.dash,
        "note": fit.note,
        "kept": fit.kept,
        "supportLoss64": base64_floats(fit.support_loss[: fit.kept]),
        "queryLoss64": base64_floats(fit.query_loss[: fit.kept]),
        **fit.panel(),
    }


def _weights_payload(weights: Weights, kept: int) -> dict[str, Any]:
    tensors = [
        {
            "label": tensor.label,
            "rows": tensor.shape[0],
            "cols": tensor.shape[1],
            "values64": base64_floats(tensor.values[:kept]),
        }
        for tensor in weights.tensors
    ]
    return {"label": weights.label, "kept": kept, "tensors": tensors}


# Registered once, when this module is imported. A component's JavaScript is loaded from memory,
# where imports between files do not resolve: all its files make one text, shared parts first.

SCRIPTS = (
    "shared.js",
    "player_curves.js",
    "player_fields.js",
    "player_panels.js",
    "player_losses.js",
    "player_weights.js",
    "player.js",
)


def _text(*names: str) -> str:
    folder = Path(__file__).parent
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in names)


_component = st.components.v2.component(
    "inner_loop_player",
    html=_text("player.html"),
    css=_text("player.css"),
    js=_text(*SCRIPTS),
)
