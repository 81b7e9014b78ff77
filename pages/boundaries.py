"""Decision boundaries: few-shot classification in the plane, from a description or from points."""

import functools

import streamlit as st

from hypernet.inspection.plane import run_plane
from hypernet.inspection.plane_tasks import Groups, Labelled, Scene, Shape
from hypernet.presets import PLANAR, VISITOR_TITLE, is_visitors
from hypernet.tasks.planar import KINDS
from ui.ahead import numbers_behind
from ui.code import boundary_snippet, code_behind
from ui.compare import points_buttons, replays
from ui.forms import NARROW, choice, pills_menu, roll, row, slider, stops, toggle, whole_number
from ui.links import (
    anything,
    flag_check,
    linked_number,
    number_check,
    up_to_check,
    warn_of_bad_link,
    word_check,
)
from ui.live.model.models import models
from ui.live.player.player import player
from ui.machine import machine
from ui.measured import measured, measured_how
from ui.placed import NAME, linked_points, revision
from ui.plane import (
    live_plane,
    plane_ahead,
    plane_area,
    plane_figure,
    plane_sentence,
    plane_view,
    shape_options,
    take_in_points,
    unfit_for,
)
from ui.shell import open_page
from ui.stage import STAGE_CHECKS, open_stage
from ui.visitor import NAME as RUN
from ui.visitor import linked_run
from ui.words import diverged_sentences, plane_remarks

CLUSTERS = "clusters"
TASKS = [*KINDS, CLUSTERS]
SHIPPED = [entry.title for entry in PLANAR.values()]
ALL = [*SHIPPED, VISITOR_TITLE]
DEFAULT = ["description", "set-attention", "maml", "ridge"]
STEPS = [str(step) for step in (0, 1, 2, 3, 5, 10, 20)]
ALPHAS = ["own", "0.01", "0.03", "0.1", "0.3", "1", "3", "10"]
MEASURED = {
    "shapes": (
        "Planar shapes: accuracy",
        "10 support points of each class",
        "5 support points of each class",
    ),
    CLUSTERS: (
        "Clusters: accuracy",
        "5 support points of each class, by the number of classes N",
    ),
}
BOUND = (
    "Who reads the description knows the task exactly and bounds the others: what is missing to it "
    "is what the points leave open, most of all on stripes."
)

OPTIONS = (
    *("angle", "shift", "scale", "noise", "classes", "place", "steps", "alpha"),
    *("swapped", "foreign", "seed", "weights"),
)

open_page()
warn_of_bad_link(
    {name: number_check(Shape, name) for name in ("angle", "shift", "scale")}
    | {name: number_check(Groups, name) for name in ("classes", "place")}
    | {name: number_check(Labelled, name) for name in ("shots", "noise", "seed")}
    | {name: flag_check() for name in ("swapped", "foreign")}
    | {"kind": word_check(TASKS), "steps": word_check(STEPS), "alpha": word_check(ALPHAS)}
    | {"at": up_to_check(int(STEPS[-1]))}
    | {NAME: anything, RUN: anything}
    | {"learners": word_check(ALL), "weights": word_check(ALL)}
    | STAGE_CHECKS
)
at = linked_number("at", int(STEPS[-1]))
stage = open_stage(
    "Where does one class end?",
    "A few points of known class, one boundary: one [[hypernetwork]] reads only a "
    "[[description]] of the [[task]], all other [[learners|learner]] see only the "
    "[[points|support points]].",
    OPTIONS,
)
scene: Scene
with stage.controls:
    kind = choice("kind", "Task", TASKS, "xor", NARROW)
    learners = st.container(width="content")
    shots = slider(Labelled, "shots", "Points per class K")
with stage.options:
    with row():
        points_buttons(Labelled)
        if kind == CLUSTERS:
            st.button("New clusters", on_click=roll, args=(Groups, "place"))
    if kind == CLUSTERS:
        classes = slider(Groups, "classes", "Classes N", "stretch")
        scene = Groups(classes, whole_number(Groups, "place", "Seed of the clusters"))
        noise = Labelled.noise
    else:
        scene = shape_options(kind)
        noise = slider(Labelled, "noise", "Noise σ", "stretch")
    steps = int(stops("steps", "Inner steps", STEPS, "5", "Gradient steps on the points."))
    alpha = stops("alpha", "Step size α", ALPHAS, "own", "Own: what each learner was made for.")
    swapped = toggle(Labelled, "swapped", "Swap the labels")
    foreign = toggle(Labelled, "foreign", "Wrong task's weights")
    seed = whole_number(Labelled, "seed", "Seed of the points")
    weights = st.container()
visitors = linked_run(functools.partial(unfit_for, scene))
titles = {entry.title: name for name, entry in scene.presets.items()} | visitors
first = [PLANAR[f"planar-{name}"].title for name in DEFAULT] + list(visitors)
with learners:
    chosen = pills_menu("learners", "Learners", list(titles), first)

with stage.says:
    placed = linked_points(plane_area(scene))
labelled = Labelled(shots, noise, seed, swapped, foreign, placed)
if not chosen:
    stage.picture.info("Switch on at least one learner above.")
    st.stop()
with weights:
    shown = choice("weights", "Weights of", chosen)
presets = {title: name for title, name in titles.items() if title in chosen}
rate = None if alpha == "own" else float(alpha)
runs = [run_plane(name, scene, labelled, steps, rate) for name in presets.values()]

with stage.picture:
    live = live_plane(scene, labelled, list(presets.values()), rate, revision("plane"))
    view = plane_view(scene, labelled, runs, presets[shown], replays(), at, live)
    player(view, key="plane", on_edit=lambda: take_in_points("plane", scene, swapped=swapped))
with stage.says:
    st.markdown(plane_ahead(scene, labelled, runs))
    remarks = plane_remarks(scene, labelled) + diverged_sentences(runs, alpha)
    if remarks:
        st.info(" ".join(remarks))
with stage.strip:
    given = shots if placed is None else None
    machine(scene.preset(presets[shown]), "target", shots=given, steps=steps, rate=rate)
numbers_behind(runs)
with st.expander("The same as a still figure", key="server", on_change="rerun") as drawn:
    if drawn.open:
        st.plotly_chart(
            plane_figure(scene, labelled, runs),
            key="fields",
            alt=plane_sentence(scene, labelled, runs),
            config={"displayModeBar": False},
        )
with st.expander("Measured on 1000 such tasks"):
    section, *tables = MEASURED[CLUSTERS if kind == CLUSTERS else "shapes"]
    for table in tables:
        st.caption(table)
        st.table(measured(section, table))
    st.caption(f"{BOUND} {measured_how(section)}")
shipped = [name for name in presets.values() if not is_visitors(name)]
if shipped:
    code_behind(boundary_snippet(shipped, scene, labelled, steps, rate))
models([scene.preset(name) for name in presets.values()])
