"""The shape that all pages share: title, one sentence, a few controls, the picture, what it says.

    title
    sentence
    controls              at most four, the last one opens the options
    picture   | options   beside it where there is room, else below
    says                  what the picture shows now, and why
    strip                 the machine of one learner (ui/machine.py)

What does not belong to the page's idea is an option. Options are hidden, never left out: a link
sets them whether they are shown or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui.forms import set_back
from ui.links import Check, flag_check
from ui.terms import said
from ui.view import CHECKS, apply_view, view_controls

#: Under this name the address says that the options are open.
OPEN = "options"
#: What a link may say of any page with a stage.
STAGE_CHECKS: dict[str, Check] = {OPEN: flag_check()} | CHECKS


class Stage(NamedTuple):
    """Places to draw into, in any order."""

    controls: DeltaGenerator
    picture: DeltaGenerator
    options: DeltaGenerator
    says: DeltaGenerator
    strip: DeltaGenerator


def open_stage(title: str, sentence: str, options: Sequence[str] = ()) -> Stage:
    """The places of a page, with its sentence, whose terms are marked as `said` explains.

    `options` are the names of the widgets that will stand in the panel.
    """
    apply_view()
    with st.container(key="stage"):
        with st.container(key="heading"):
            st.title(title, anchor=False)
            said(sentence)
        controls = st.container(key="controls", horizontal=True, vertical_alignment="bottom")
        body = st.container(key="body")
        says, strip = st.container(key="says"), st.container(key="strip")
    picture, panel = body.container(key="picture"), body.container(key="panel")
    front = controls.container(key="front", horizontal=True, vertical_alignment="bottom")
    places = Stage(front, picture, panel.container(key="all options"), says, strip)
    if options:
        _open_and_reset(controls, panel, options)
    return places


def _open_and_reset(
    controls: DeltaGenerator, panel: DeltaGenerator, options: Sequence[str]
) -> None:
    """The switch that opens the options and counts what they changed, and a button below them."""
    changed = sum(name in st.query_params for name in options)
    label = f"Options · {changed} changed" if changed else "Options"
    controls.toggle(label, key=OPEN, bind="query-params", help="All that can be set here.")
    panel.button(
        "Reset",
        key="reset",
        on_click=set_back,
        args=(options,),
        disabled=not changed,
        width="stretch",
    )
    with panel.container(key="view"):
        view_controls()
