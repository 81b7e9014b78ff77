"""The weight loom: drag a wave; the weights written for it and the curve they draw move along.

    Wave ── payload ──► loom.html + loom.css + loom*.js ── edit ──► take_in ──► address ──► Wave

Everything that moves is computed in the browser. Python hears of a wave once, when it is let go,
and keeps it in the page's address.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from hypernet.encoders import DescriptionOptions
from hypernet.experiment import Experiment
from hypernet.figures.theme import PREDICTION, WEIGHT_MAP
from hypernet.inspection.curve import Wave, weight_range
from hypernet.learners import HypernetworkOptions
from hypernet.presets import shared
from hypernet.spec import Number, from_plain, specs
from hypernet.tasks import Sinusoid
from ui.links import number_check
from ui.live.compose import script_of, text_of

NAMES = ("amplitude", "phase")
TITLES = {"amplitude": "Amplitude A", "phase": "Phase φ"}

#: Both ends of the curve's vertical axis: the tallest wave of the pad and some air.
Y_RANGE = (-8.5, 8.5)

#: No browser counts its edits further than this.
MOST_EDITS = 2**53


def loom(preset: str, wave: Wave, *, key: str) -> None:
    """Shows the loom of a description hypernetwork at `wave`; `models` must send it."""
    _component(
        key=key,
        data=payload(preset, wave, st.session_state.get(_counter(key), 0)),
        on_edit_change=lambda: take_in(st.session_state[key]["edit"], key),
    )


def unfit_for_loom(experiment: Experiment) -> str | None:
    """Why a learner cannot write the loom's weights, or None if it can."""
    learner, family = experiment.learner, experiment.family
    writes = isinstance(learner, HypernetworkOptions) and isinstance(
        learner.encoder, DescriptionOptions
    )
    if writes and isinstance(family, Sinusoid) and len(family.parameters) == len(NAMES):
        return None
    return "is no hypernetwork that writes from amplitude and phase"


def payload(preset: str, wave: Wave, revision: int) -> dict[str, Any]:
    """The wave, its ranges and what the pictures need, as JSON values."""
    trained = {p.name: p for p in shared(preset).experiment.family.parameters}
    entries = [_entry(name, trained[name].low, trained[name].high) for name in NAMES]
    return {
        "model": preset,
        "revision": revision,
        "entries": entries,
        "values": [getattr(wave, name) for name in NAMES],
        "weightMap": WEIGHT_MAP,
        "weightRange": weight_range(preset),
        "colour": PREDICTION,
        "xRange": Sinusoid.x_range,
        "yRange": Y_RANGE,
    }


def _entry(name: str, low: float, high: float) -> dict[str, Any]:
    spec = _spec(name)
    return {
        "key": name,
        "name": TITLES[name],
        "unit": spec.unit,
        "low": spec.low,
        "high": spec.high,
        "step": spec.step,
        "training": [low, high],
        "trained": f"{low:g} to {high:.3g}",
    }


def _spec(name: str) -> Number:
    spec = specs(Wave)[name]
    if not isinstance(spec, Number):
        raise TypeError(f"{name} is not a number")
    return spec


# From the browser and from links.


def take_in(edit: object, key: str) -> None:
    """Puts the wave that was let go into the address; anything but a wave is refused.

    The number of the edit is remembered in both cases, so that the browser stops waiting for it.
    """
    if not isinstance(edit, Mapping):
        return
    revision = edit.get("revision")
    if isinstance(revision, bool) or not isinstance(revision, int) or abs(revision) > MOST_EDITS:
        return
    st.session_state[_counter(key)] = revision
    try:
        wave = from_plain(Wave, {name: edit.get(name) for name in NAMES})
    except (ValueError, OverflowError):
        return
    _note(wave)


def linked_wave() -> Wave:
    """The wave of the address; what no wave can have is taken out of the address."""
    values = {}
    for name in NAMES:
        text = st.query_params.get(name)
        if text is not None and number_check(Wave, name)(text) is None:
            values[name] = _on_step(name, float(text))
        elif text is not None:
            del st.query_params[name]
    return Wave(**values)


def _note(wave: Wave) -> None:
    """Writes a wave into the address; a default value is left out, as by bound widgets."""
    texts = {name: f"{_on_step(name, getattr(wave, name)):g}" for name in NAMES}
    usual = {name: f"{getattr(Wave(), name):g}" for name in NAMES}
    told = {name: text for name, text in texts.items() if text != usual[name]}
    st.query_params.update(told)
    for name in set(NAMES) - set(told):
        if name in st.query_params:
            del st.query_params[name]


def _on_step(name: str, value: float) -> float:
    step = _spec(name).step or 1
    return round(round(value / step) * step, 6)


def _counter(key: str) -> str:
    return f"{key} edits"


# Registered once, when this module is imported.

STYLES = (
    "parts/picture.css",
    "parts/pad.css",
    "parts/weight_maps.css",
    "loom/loom.css",
    "parts/cell_story.css",
)

_component = st.components.v2.component(
    "weight_loom",
    html=text_of("loom/loom.html"),
    css=text_of(*STYLES),
    js=script_of("loom/loom.js"),
)
