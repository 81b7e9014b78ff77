"""Digits: real images of classes that meta-training never saw."""

import numpy as np
import streamlit as st

from hypernet.figures.digits import (
    answers,
    digits_sentence,
    gallery_figure,
    speaking_figure,
    speaking_sentence,
)
from hypernet.inspection.digits import (
    QUERIES,
    Images,
    digits_rounds,
    digits_task,
    reads,
    run_digits,
)
from hypernet.presets import DIGITS
from hypernet.tasks.digits import HELD_OUT
from ui.code import code_behind, digits_snippet
from ui.forms import WIDE, choice, roll, slider, stops, whole_number
from ui.links import number_check, warn_of_bad_link, word_check
from ui.machine import machine
from ui.measured import measured, measured_how
from ui.shell import open_page
from ui.stage import STAGE_CHECKS, open_stage

TITLES = {preset.title: name for name, preset in DIGITS.items()}
MEASURED = "Handwritten digits never seen before: accuracy"
STEPS = [str(step) for step in (0, 1, 2, 3, 5, 10, 20)]
ROUNDS = [str(done) for done in range((reads("digits-hypernetwork") or 0) + 1)]
OPTIONS = ("steps", "seed")

open_page()
warn_of_bad_link(
    {name: number_check(Images, name) for name in ("shots", "seed")}
    | {"steps": word_check(STEPS), "learner": word_check(list(TITLES))}
    | {"round": word_check(ROUNDS)}
    | STAGE_CHECKS
)
stage = open_stage(
    "Digits it has never seen",
    "[[Meta-training]] saw only the handwritten digits 0 to 6. Here a [[learner]] gets a few "
    "images of 7, 8 and 9 and must name new ones at once.",
    OPTIONS,
)
with stage.controls:
    first = DIGITS["digits-hypernetwork"].title
    learner = choice("learner", "Learner", list(TITLES), first, WIDE)
    shots = slider(Images, "shots", "Images of each digit K")
    done = None
    if reads(TITLES[learner]) is not None:
        done = int(stops("round", "Round of reading", ROUNDS, ROUNDS[-1], "0 is class means."))
with stage.options:
    st.button("New images", on_click=roll, args=(Images, "seed"), help="Draw other images.")
    steps = int(stops("steps", "Inner steps", STEPS, "5", "Gradient steps on the given images."))
    seed = whole_number(Images, "seed", "Seed of the images")

images, preset = Images(shots, seed), TITLES[learner]
task, run = digits_task(images), run_digits(preset, images, steps)
names = [str(digit) for digit in HELD_OUT]
labels = [name for name in names for _ in range(shots)]
sentence = digits_sentence(learner, shots, *run.accuracy, steps, run.kept)
support = np.reshape(task.support.x.numpy(), (len(names), shots, -1))
given = np.concatenate([support.mean(axis=1, keepdims=True), support], axis=1)
query = np.reshape(task.query.x.numpy(), (len(names), QUERIES, -1))
probability = np.reshape(run.probability, (len(names), QUERIES, -1))
left, right = stage.picture.columns(2, gap="large")
with left:
    if done is None:
        st.header("Given: their mean, then each image")
        st.plotly_chart(
            gallery_figure(given, [["mean", *[name] * shots] for name in names]),
            key="given",
            alt=f"For each of the digits {', '.join(names)} the mean of the {shots} given, "
            "and each.",
            config={"displayModeBar": False},
        )
    else:
        st.header("Given: which image speaks for which digit")
        read = digits_rounds(preset, images)
        told = speaking_sentence(labels, names, read, done)
        st.plotly_chart(
            speaking_figure(
                np.reshape(support, (len(labels), -1)),
                labels,
                names,
                read.voices[done],
                read.voices[done - 1] if done else None,
            ),
            key="speaking",
            alt=told,
            config={"displayModeBar": False},
        )
        stage.says.markdown(told)
with right:
    st.header("New: the answer and its probability")
    st.plotly_chart(
        gallery_figure(query, answers(names, probability)),
        key="answers",
        alt=sentence,
        config={"displayModeBar": False},
    )
stage.says.markdown(f"{sentence} {DIGITS[preset].summary}")
with stage.strip:
    machine(preset, "generator", shots=shots, steps=steps)
st.header("Measured on 1000 such tasks")
st.table(measured(MEASURED, "5 support points of each class"))
st.caption(
    f"Accuracy with 5 images of each digit; CPU s of meta-training. {measured_how(MEASURED)}"
)
code_behind(digits_snippet(preset, images, steps, done))
