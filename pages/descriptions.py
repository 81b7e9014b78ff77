"""Which description?: the same tasks, told in several ways, before and after each inner step."""

import streamlit as st

from hypernet.figures.descriptions import told_figure, told_sentence
from hypernet.inspection.curve import Points, Wave
from hypernet.inspection.plane_tasks import Labelled, Shape
from hypernet.tasks.planar import KINDS
from ui.code import adapt_snippet, boundary_snippet, code_behind
from ui.compare import count_replay
from ui.descriptions import (
    PRESETS,
    SECTION,
    SHAPES,
    STEPS,
    WAVES,
    WORDS,
    Given,
    curves,
    family_choice,
    on_plane,
    on_wave,
    setups,
    told_table,
)
from ui.forms import NARROW, WIDE, choice, pills, row, slider, whole_number
from ui.links import (
    anything,
    linked_number,
    number_check,
    up_to_check,
    warn_of_bad_link,
    word_check,
)
from ui.live.model.models import models
from ui.live.player.player import player
from ui.measured import measured_how
from ui.placed import NAME, draw_points, linked_points
from ui.plane import plane_area, take_in_points
from ui.shell import open_page
from ui.waves import AREA, take_in
from ui.words import outside_training

open_page()
warn_of_bad_link(
    {name: number_check(Wave, name) for name in ("amplitude", "phase")}
    | {name: number_check(Shape, name) for name in ("angle", "shift", "scale")}
    | {name: number_check(Given, name) for name in ("shots", "seed")}
    | {"family": word_check(list(PRESETS)), "kind": word_check(KINDS)}
    | {"told": word_check(WORDS), "weights": word_check(WORDS)}
    | {"at": up_to_check(STEPS), NAME: anything}
)
at = linked_number("at", STEPS)
st.title("Which description?")
st.markdown(
    "A task can be told exactly, roughly, by a few points, or not at all; then all take the same "
    "number of gradient steps."
)
with row():
    family = family_choice()
    if family == WAVES:
        wave = Wave(
            slider(Wave, "amplitude", "Amplitude A"), slider(Wave, "phase", "Phase φ (rad)")
        )
    else:
        kind = choice("kind", "Kind", KINDS, "xor", NARROW)
        angle, shift = slider(Shape, "angle", "Angle (rad)"), slider(Shape, "shift", "Shift")
        shape = Shape(kind, angle, shift, slider(Shape, "scale", "Scale"))
    shots = slider(Given, "shots", "Support points K")
names = PRESETS[family]
told = pills("told", "The hypernetwork is told", list(names), list(names))
if not told:
    st.info("Switch on at least one thing to tell above.")
    st.stop()
names = {word: name for word, name in names.items() if word in told}

steps, lines = curves(family, list(names))
answer = told_sentence(steps, lines, accuracy=family == SHAPES)
st.markdown(answer)
left, right = st.columns([4, 3], gap="medium")
with left:
    st.plotly_chart(
        told_figure(steps, lines, accuracy=family == SHAPES),
        key="measured",
        alt=answer,
        config={"displayModeBar": False},
    )
table = right.container()
st.caption(f"{measured_how(SECTION)} {setups(names)}")

st.header("On your task")
with row():
    st.button("New points", on_click=draw_points, args=(Given,), help="Draw other points.")
    st.button("Replay", on_click=count_replay, help="The same points again, from step 0.")
    seed = whole_number(Given, "seed", "Seed of the points")
    with st.container(width=WIDE):
        shown = choice("weights", "Weights of", list(names), list(names)[-1])
remarks = st.container()
presets = list(names.values())
if family == WAVES:
    points = Points(shots, Points.noise, seed, linked_points(AREA))
    one = on_wave(wave, points, names, shown, at)
    for remark in outside_training(presets[0], wave):
        remarks.info(remark)
    player(one.view, key="told-wave", on_edit=lambda: take_in("told-wave"))
    snippet = adapt_snippet(presets, wave, points, STEPS, None)
else:
    labelled = Labelled(shots, seed=seed, placed=linked_points(plane_area(shape)))
    one = on_plane(shape, labelled, names, shown, at)
    player(
        one.view,
        key="told-plane",
        on_edit=lambda: take_in_points("told-plane", shape, swapped=False),
    )
    snippet = boundary_snippet(presets, shape, labelled, STEPS, None)
with table:
    score = f"{'error' if family == WAVES else 'right'}, 0 → {STEPS} steps"
    st.table(told_table(names, one, score))
code_behind(snippet)
models(presets)
