"""What all comparisons of recorded runs share: the weights' view and the replay button's count."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st

from hypernet.figures.weights import columns, symbols
from hypernet.inspection.curve import Array
from ui.live.player.view import Tensor, Weights


def weights_view(label: str, weights: Mapping[str, Array]) -> Weights:
    """All tensors of one learner along its steps, vectors upright."""
    names = symbols(weights)
    tensors = []
    for name, values in weights.items():
        rows, width = columns(values[0]).shape
        flat = values.reshape(len(values), -1).astype(np.float32)
        tensors.append(Tensor(names[name], (rows, width), flat))
    return Weights(label, tuple(tensors))


def count_replay() -> None:
    """Ask the player to play from step 0; for a button's callback."""
    st.session_state["replays"] = replays() + 1


def replays() -> int:
    """How often this visitor asked for a replay."""
    return int(st.session_state.get("replays", 0))
