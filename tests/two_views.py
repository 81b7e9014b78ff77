"""Four live pictures on one page, for test_two_views.py: two players of curves, one of fields, the
loom.

Two of the right player's models cannot be read: one is of another version, one holds a NaN.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

from hypernet.export import export
from hypernet.inspection.curve import Points, Wave, run
from hypernet.inspection.plane import run_plane
from hypernet.inspection.plane_tasks import Labelled, Shape
from hypernet.presets import preset, shared
from ui.live.loom.loom import linked_wave, loom
from ui.live.model import models as sender
from ui.live.parts.arrays import base64_floats
from ui.live.player.player import player
from ui.placed import Area, received, revision
from ui.plane import live_plane, plane_area, plane_view
from ui.waves import AREA, live_wave, wave_view

STEPS = 5
LEFT = ["sinusoid-description", "sinusoid-maml"]
RIGHT = ["sinusoid-points", "sinusoid-maml", "sinusoid-joint"]
FIELD = ["planar-points"]
UNREADABLE = {"sinusoid-maml": "another-version", "sinusoid-joint": "not-a-number"}


def take_in(key: str, area: Area) -> None:
    """Each picture's edits are kept by themselves."""
    edit = received(key)
    if edit is not None and "points" in edit:
        st.session_state[f"{key}-points"] = area.read(edit["points"])
    if edit is not None and "task" in edit:
        st.session_state[f"{key}-wave"] = Wave(**edit["task"])


def of_another_version(exported: dict[str, Any]) -> None:
    exported["version"] = 2


def with_a_nan(exported: dict[str, Any]) -> None:
    rows, columns = exported["target"]["widths"][1::-1]
    broken = np.full(rows * columns, np.nan)
    exported["generator"]["tensors64"][0] = base64_floats(broken)


def send_broken(name: str, break_it: Callable[[dict[str, Any]], None]) -> None:
    """A preset's export, broken, under the name that the right player asks for."""
    exported = export(shared(name).learner)
    break_it(exported)
    data = json.dumps({"name": UNREADABLE[name], "exported": exported}).encode()
    sender._component(key=f"model-{UNREADABLE[name]}", data=data)


def curves(key: str, presets: list[str], unreadable: dict[str, str]) -> None:
    wave = st.session_state.get(f"{key}-wave", Wave())
    points = Points(placed=st.session_state.get(f"{key}-points"))
    runs = [run(name, wave, points, STEPS, None) for name in presets]
    live = live_wave(wave, points, presets, None, revision(key))
    names = {preset(name).title: unreadable.get(name, name) for name in presets}
    view = wave_view(wave, points, runs, presets[0], 0, STEPS, replace(live, models=names))
    with st.container(key=f"view-{key}"):
        player(view, key=key, on_edit=lambda: take_in(key, AREA))


def field() -> None:
    scene, labelled = Shape("xor"), Labelled(placed=st.session_state.get("field-points"))
    runs = [run_plane(name, scene, labelled, STEPS, None) for name in FIELD]
    live = live_plane(scene, labelled, FIELD, None, revision("field"))
    view = plane_view(scene, labelled, runs, FIELD[0], 0, STEPS, live)
    with st.container(key="view-field"):
        player(view, key="field", on_edit=lambda: take_in("field", plane_area(scene)))


st.set_page_config(page_title="Two views", layout="wide")
st.title("Two views")
st.button("Run again")
curves("left", LEFT, {})
curves("right", RIGHT, UNREADABLE)
field()
loom(LEFT[0], linked_wave(), key="loom")
send_broken("sinusoid-maml", of_another_version)
send_broken("sinusoid-joint", with_a_nan)
sender.models([*LEFT, RIGHT[0], *FIELD])
