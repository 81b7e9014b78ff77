"""Decision boundaries: few-shot classification in the plane, from a description or from points."""

import streamlit as st

from hypernet.one_plane import Labelled, Shape, run_plane
from hypernet.presets import PLANAR
from hypernet.tasks.planar import KINDS
from ui.code import boundary_snippet, code_behind
from ui.compare import count_replay, replays
from ui.forms import WIDE, choice, pills, roll, row, slider, stops, toggle, whole_number, word
from ui.links import (
    flag_check,
    linked_number,
    number_check,
    up_to_check,
    warn_of_bad_link,
    word_check,
)
from ui.live.player import player
from ui.plane import plane_sentence, plane_view
from ui.shell import open_page
from ui.words import diverged_sentences, plane_remarks

TITLES = {preset.title: name for name, preset in PLANAR.items()}
DEFAULT = ["planar-description", "planar-points", "planar-maml", "planar-ridge"]
STEPS = [str(step) for step in (0, 1, 2, 3, 5, 10, 20)]
ALPHAS = ["own", "0.01", "0.03", "0.1", "0.3", "1", "3", "10"]

open_page()
warn_of_bad_link(
    {name: number_check(Shape, name) for name in ("angle", "shift", "scale")}
    | {name: number_check(Labelled, name) for name in ("shots", "noise", "seed")}
    | {name: flag_check() for name in ("swapped", "foreign")}
    | {"kind": word_check(KINDS), "steps": word_check(STEPS), "alpha": word_check(ALPHAS)}
    | {"at": up_to_check(int(STEPS[-1]))}
    | {"learners": word_check(list(TITLES)), "weights": word_check(list(TITLES))}
)
at = linked_number("at", int(STEPS[-1]))
st.title("Where does one class end?")
st.markdown(
    "A few labelled points, two classes, one boundary. The description hypernetwork reads *what* "
    "the shape is and never looks at a point; all others see only the points."
)
with row():
    kind = word(Shape, "kind", "Kind of shape")
    angle = slider(Shape, "angle", "Angle (rad)")
    shift = slider(Shape, "shift", "Shift")
    scale = slider(Shape, "scale", "Scale")
    shots = slider(Labelled, "shots", "Points per class K")
    noise = slider(Labelled, "noise", "Noise σ")
chosen = pills("learners", "Learners", list(TITLES), [PLANAR[name].title for name in DEFAULT])
with row():
    steps = int(stops("steps", "Inner steps", STEPS, "5", "Gradient steps on the points."))
    alpha = stops("alpha", "Step size α", ALPHAS, "own", "Own: what each learner was made for.")
    st.button("New points", on_click=roll, args=(Labelled, "seed"), help="Draw other points.")
    st.button("Replay", on_click=count_replay, help="The same points again, from step 0.")
    swapped = toggle(Labelled, "swapped", "Swap the two labels")
    foreign = toggle(Labelled, "foreign", "Wrong task's weights")
stage = st.container()
with row():
    seed = whole_number(Labelled, "seed", "Seed of the points")
    weights = st.container(width=WIDE)

shape = Shape(kind, angle, shift, scale)
labelled = Labelled(shots, noise, seed, swapped, foreign)
if not chosen:
    st.info("Switch on at least one learner above.")
    st.stop()
with weights:
    shown = choice("weights", "Weights of", chosen)
presets = [name for title, name in TITLES.items() if title in chosen]
rate = None if alpha == "own" else float(alpha)
runs = [run_plane(name, shape, labelled, steps, rate) for name in presets]

remarks = plane_remarks(labelled) + diverged_sentences(runs, alpha)
with stage:
    if remarks:
        st.info(" ".join(remarks))
    player(plane_view(shape, labelled, runs, TITLES[shown], replays(), at), key="plane")
    st.caption(plane_sentence(shape, labelled, runs))
code_behind(boundary_snippet(presets, shape, labelled, steps, rate))
