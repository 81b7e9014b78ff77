"""What all comparisons of recorded runs share: the weights' view and the replay button's count."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st

from hypernet.figures.weights import columns, symbols
from hypernet.inspection.curve import Array
from ui.live.player.view import Tensor, Weights
from ui.placed import draw_points


def weights_view(label: str, weights: Mapping[str, Array]) -> Weights:
    """All tensors of one learner along its steps, vectors upright."""
    names = symbols(weights)
    tensors = []
    for name, values in weights.items():
        rows, width = columns(values[0]).shape
        flat = values.reshape(len(values), -1).astype(np.float32)
        tensors.append(Tensor(names[name], (rows, width), flat))
    return Weights(label, tuple(tensors))


def points_buttons(kind: type) -> None:
    """Other points from another seed of the options `kind`, and the same ones from step 0."""
    st.button("New points", on_click=draw_points, args=(kind,), help="Draw other points.")
    st.button("Replay", on_click=count_replay, help="The same points again, from step 0.")


def count_replay() -> None:
    """Ask the player to play from step 0; for a button's callback."""
    st.session_state["replays"] = replays() + 1


def replays() -> int:
    """How often this visitor asked for a replay."""
    return int(st.session_state.get("replays", 0))
