"""Which description?: the same tasks, told in several ways, before and after each inner step."""

import streamlit as st

from hypernet.figures.descriptions import told_figure, told_sentence
from hypernet.inspection.curve import Points, Wave
from hypernet.inspection.plane_tasks import Labelled, Shape
from hypernet.tasks.planar import KINDS
from ui.code import adapt_snippet, boundary_snippet, code_behind
from ui.compare import points_buttons
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
from ui.forms import NARROW, choice, pills_menu, row, slider, whole_number
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
from ui.machine import machine
from ui.measured import measured_how
from ui.placed import NAME, linked_points
from ui.plane import plane_area, shape_options, take_in_points
from ui.shell import open_page
from ui.stage import STAGE_CHECKS, open_stage
from ui.waves import AREA, take_in, wave_options
from ui.words import outside_training

OPTIONS = ("amplitude", "phase", "kind", "angle", "shift", "scale", "seed", "weights")

open_page()
warn_of_bad_link(
    {name: number_check(Wave, name) for name in ("amplitude", "phase")}
    | {name: number_check(Shape, name) for name in ("angle", "shift", "scale")}
    | {name: number_check(Given, name) for name in ("shots", "seed")}
    | {"family": word_check(list(PRESETS)), "kind": word_check(KINDS)}
    | {"told": word_check(WORDS), "weights": word_check(WORDS)}
    | {"at": up_to_check(STEPS), NAME: anything}
    | STAGE_CHECKS
)
at = linked_number("at", STEPS)
stage = open_stage(
    "Which description?",
    "A [[hypernetwork]] is told a [[task]] exactly, roughly, by a few [[points|support "
    "points]], or not at all. How good is what it writes, before and after [[inner "
    "steps|inner step]]?",
    OPTIONS,
)
with stage.controls:
    family = family_choice()
    told = pills_menu("told", "Told", list(PRESETS[family]), list(PRESETS[family]))
    shots = slider(Given, "shots", "Support points K")
with stage.options:
    with row():
        points_buttons(Given)
    if family == WAVES:
        wave = wave_options()
    else:
        kind = choice("kind", "Kind", KINDS, "xor", NARROW)
        shape = shape_options(kind)
    seed = whole_number(Given, "seed", "Seed of the points")
    weights = st.container()
if not told:
    stage.picture.info("Switch on at least one thing to tell above.")
    st.stop()
names = {word: name for word, name in PRESETS[family].items() if word in told}

steps, lines = curves(family, list(names))
answer = told_sentence(steps, lines, accuracy=family == SHAPES)
with stage.picture:
    st.plotly_chart(
        told_figure(steps, lines, accuracy=family == SHAPES),
        key="measured",
        alt=answer,
        config={"displayModeBar": False},
    )
with stage.says:
    st.markdown(answer)
    st.caption(f"{measured_how(SECTION)} {setups(names)}")
with weights:
    shown = choice("weights", "Weights of", list(names), list(names)[-1])

with stage.strip:
    machine(names[shown], "description", shots=shots, steps=STEPS)

st.header("On your task")
remarks = st.container()
table = st.container()
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
