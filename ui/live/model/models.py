"""Models for the live pictures: sent to the browser once, evaluated there (network.js).

    preset ── payload ──► models.js ──► window.hypernetModels

A page that is run again sends only the hash of what the browser already has.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence

import streamlit as st

from hypernet.export import export, exportable
from hypernet.presets import PRESETS, shared
from ui.live.compose import script_of


def models(presets: Sequence[str]) -> None:
    """Sends those presets that the browser can evaluate; on the page they take no room."""
    with st.container(key="models", gap=None):
        for name in presets:
            if (data := payload(name)) is not None:
                _component(key=f"model-{name}", data=data)


@functools.lru_cache(maxsize=len(PRESETS))
def payload(preset: str) -> bytes | None:
    """The preset's name and export as JSON text, or None if the browser cannot evaluate it.

    Text that is ready costs a rerun less than values that are written as JSON each time.
    """
    learner = shared(preset).learner
    if not exportable(learner):
        return None
    return json.dumps({"name": preset, "exported": export(learner)}).encode()


def sent(preset: str) -> str | None:
    """The preset's name where the browser can evaluate it, else None."""
    return preset if payload(preset) is not None else None


_component = st.components.v2.component(
    "models",
    js=script_of("model/models.js"),
)
