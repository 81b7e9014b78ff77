"""Where do the weights come from? Every answer on the same task, against what it costs."""

import streamlit as st

from hypernet.figures.race import race_figure, race_sentence
from hypernet.inspection.curve import Points, Wave, run
from ui.code import adapt_snippet, code_behind
from ui.curves import curve_figure
from ui.forms import NARROW, choice, pills_menu, roll, slider, stops, whole_number
from ui.links import number_check, warn_of_bad_link, word_check
from ui.machine import machine
from ui.measured import measured, measured_how
from ui.race import (
    AXES,
    COUNTED,
    DEFAULT,
    EFFICIENCY,
    GOAL,
    MEASURED,
    PLAIN,
    PLAIN_CASES,
    STORAGE,
    TITLES,
    answers_table,
    lanes,
    network_weights,
    plain_sentence,
    plain_table,
    published_table,
    task_words,
)
from ui.shell import open_page
from ui.stage import STAGE_CHECKS, open_stage
from ui.waves import Y_RANGE, wave_options, wave_sentence
from ui.words import diverged_sentences, outside_training

STEPS = [str(step) for step in (0, 1, 2, 3, 5, 10, 20)]
OPTIONS = ("amplitude", "phase", "noise", "steps", "seed")

open_page()
warn_of_bad_link(
    {name: number_check(Wave, name) for name in ("amplitude", "phase")}
    | {name: number_check(Points, name) for name in ("shots", "noise", "seed")}
    | {"steps": word_check(STEPS), "against": word_check(list(AXES))}
    | {"learners": word_check(list(TITLES))}
    | STAGE_CHECKS
)
stage = open_stage(
    "Where do the weights come from?",
    "Every [[learner]] has its own answer. On the same wave and the same [[points|support "
    "points]]: who is good at once, who gets there, and what does it cost?",
    OPTIONS,
)
with stage.controls:
    chosen = pills_menu("learners", "Learners", list(TITLES), DEFAULT)
    against = choice("against", "Error against", list(AXES), "gradient steps", NARROW)
    shots = slider(Points, "shots", "Support points K")
with stage.options:
    st.button("New points", on_click=roll, args=(Points, "seed"), help="Draw other points.")
    wave = wave_options()
    noise = slider(Points, "noise", "Noise σ", "stretch")
    steps = int(stops("steps", "Inner steps", STEPS, "10", "Gradient steps on the points."))
    seed = whole_number(Points, "seed", "Seed of the points")
if not chosen:
    stage.picture.info("Switch on at least one learner above.")
    st.stop()

points = Points(shots, noise, seed)
presets = [name for title, name in TITLES.items() if title in chosen]
runs = [run(name, wave, points, steps) for name in presets]
raced = lanes(runs, shots, against)
sentence = race_sentence(task_words(wave, points), raced, AXES[against], GOAL)
with stage.picture:
    st.plotly_chart(
        race_figure(raced, AXES[against]),
        key="race",
        alt=sentence,
        config={"displayModeBar": False},
    )
with stage.says:
    st.markdown(f"{sentence} {COUNTED[against]}")
    remarks = outside_training(presets[0], wave) + diverged_sentences(runs, "own")
    if remarks:
        st.info(" ".join(remarks))
with stage.strip:
    machine(presets[-1], "weights", shots=shots, steps=steps)
with st.expander("What each of them draws", key="fits", on_change="rerun") as drawn:
    if drawn.open:
        st.plotly_chart(
            curve_figure(wave, points, runs, Y_RANGE[1]),
            key="curves",
            alt=wave_sentence(wave, points, runs),
            config={"displayModeBar": False},
        )

st.header("What each of them has learned, and what is left to do")
st.table(answers_table(presets))
st.caption(
    "Numbers stored: all that the learner keeps. Weights that depend on the task: how many of the "
    f"network's {network_weights()} differ between two tasks before any gradient step. A "
    "hypernetwork writes all; those of units that never fire stay as they were."
)
st.header("Beside the published numbers")
st.table(published_table())
st.caption(
    "Mean squared error with 5 points. Published: Finn et al. 2017 (MAML), appendix C, the same "
    "tasks and network, meta-trained with 10 points. From a description none are published. What "
    "the points allow is the mean of all waves that fit them: nobody does better on average. Ours: "
    f"{measured_how(MEASURED)}"
)
st.header("When it pays")
st.markdown(
    "A learner that writes weights has to meet many tasks before it can; then it replaces as many "
    "stored networks as one likes."
)
with st.expander("How many training tasks does it take?"):
    st.table(measured(*EFFICIENCY))
    st.caption(measured_how(EFFICIENCY[0]))
with st.expander("Store the networks, or generate them?"):
    st.table(measured(*STORAGE))
    st.caption(measured_how(STORAGE[0]))
st.header("When plain training wins")
st.markdown(
    "Meta-learning pays where tasks are many and points are few. One task with many points needs "
    "none of it: an ordinary network and an ordinary optimiser can end lower."
)
for column, case in zip(st.columns(2), PLAIN_CASES, strict=True):
    table = plain_table(case)
    column.markdown(plain_sentence(case, table))
    column.table(table)
st.caption(measured_how(PLAIN))
code_behind(adapt_snippet(presets, wave, points, steps, None))
