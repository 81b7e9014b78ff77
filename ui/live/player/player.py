"""The inner-loop player: inner loops, scrubbed in the browser without a round trip.

    View ── payload ──► player.html + player.css + player.js + …
                                        └── edit ──► on_edit ──► address ──► View

Python sends every step once; which step is shown, played or pointed at never comes back. Where the
view is `live`, points and task are edited in the browser, which runs the loops itself until Python
has heard of the edit, once it is over.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from hypernet.figures.theme import WEIGHT_MAP
from ui.live.compose import script_of, text_of
from ui.live.parts.arrays import base64_floats
from ui.live.player.live import live_payload
from ui.live.player.view import LearnerFit, View, Weights


def player(view: View, *, key: str, on_edit: Callable[[], None] | None = None) -> None:
    """Shows the inner loops of `view`.

    The step on show is noted in the page's address as `at`, except the last one. It survives new
    data under the same `key`: it is clamped, and whoever looked at the last step stays at the last
    step. A new key starts at `view.step`.

    `on_edit` is called before the script runs again, when a visitor has edited a live view;
    `ui.placed.received(key)` then gives `revision` and what was edited: `points`, a list of [x, y]
    or [x, y, class], or None for drawn points again; `task`, a mapping with `amplitude` and
    `phase`, or with the dials' names. It comes from a browser: nothing in it has been checked.
    """
    _component(key=key, data=payload(view), on_edit_change=on_edit or _ignore)


def _ignore() -> None:
    """Nothing to do: the view cannot be edited."""


def payload(view: View) -> dict[str, Any]:
    """The view as JSON values; arrays as base64, named …64."""
    return {
        "kind": view.kind,
        "steps": view.steps,
        "step": view.step,
        "alt": view.alt,
        "replay": view.replay,
        "judged": view.judged,
        "weightMap": WEIGHT_MAP,
        "xRange": [float(end) for end in view.x_range],
        "yRange": [float(end) for end in view.y_range],
        **view.panels(),
        "fits": [_fit_payload(fit) for fit in view.fits],
        "live": view.live and live_payload(view.live),
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


# Registered once, when this module is imported.

_component = st.components.v2.component(
    "inner_loop_player",
    html=text_of("player/player.html"),
    css=text_of(
        "parts/picture.css",
        "player/player.css",
        "parts/weight_maps.css",
        "parts/pad.css",
        "parts/dials.css",
        "parts/cell_story.css",
    ),
    js=script_of("player/player.js"),
)
