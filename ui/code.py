"""The code behind a picture: short programs that print the numbers the page shows."""

from __future__ import annotations

import streamlit as st

from hypernet.inspection.curve import MAX_SHOTS, Points, Wave
from hypernet.inspection.digits import Images
from hypernet.inspection.formula_curve import OwnSignal
from hypernet.inspection.plane_tasks import Labelled, Scene

#: Whether the code is shown, in the session's state.
SHOWN = "code behind"


def code_behind(snippet: str) -> None:
    """An expander with a program that runs as shown; coloured only once it is open.

    A browser spends a quarter of a second on the colours, each time that the program changes.
    """
    box = st.expander("Show the code behind this picture", key=SHOWN, on_change="rerun")
    if not box.open:
        return
    with box:
        st.code(snippet, language="python")
        st.caption("Runs as it stands from the project's folder.")


def generate_snippet(preset: str, wave: Wave) -> str:
    """A program that writes the weights of a wave and prints the error of their curve."""
    return f'''import torch

from hypernet import load_preset, stream

experiment, learner = load_preset("{preset}")
family = experiment.family
theta = torch.tensor([{wave.amplitude!r}, {wave.phase!r}])  # amplitude, phase
task = family.make(theta, stream(0, "support points"), shots=1)

params = learner.initial(task.description, task.support)  # the hypernetwork writes all weights
for name, value in params.items():
    print(name, tuple(value.shape))

prediction = learner.predict(params, task.query.x)
print("MSE", family.loss(prediction, task.query).item())
'''


def adapt_snippet(
    presets: list[str], wave: Wave, points: Points, steps: int, alpha: float | None
) -> str:
    """A program that runs the inner loops and prints the query loss after each step."""
    names = ", ".join(f'"{name}"' for name in presets)
    first = f"Batch(task.support.x[:{points.shots}], task.support.y[:{points.shots}])"
    support = first if points.placed is None else "Batch(placed[:, :1], placed[:, 1:])"
    placed = (
        "" if points.placed is None else f"placed = torch.tensor({points.placed!r}).view(-1, 2)\n"
    )
    return f"""import dataclasses

import torch

from hypernet import Batch, load_preset, loss_per_step, stream

theta = torch.tensor([{wave.amplitude!r}, {wave.phase!r}])  # amplitude, phase
{placed}for name in [{names}]:
    experiment, learner = load_preset(name)
    family = dataclasses.replace(experiment.family, noise={points.noise!r})
    task = family.make(theta, stream({points.seed}, "support points"), shots={MAX_SHOTS})
    support = {support}

    with torch.no_grad():
        trace = learner.adapt(task.description, support, steps={steps}, rate={alpha!r})
        losses = loss_per_step(learner, family, trace, task.query)
    print(name, losses.tolist())
"""


def own_snippet(
    presets: list[str], signal: OwnSignal, points: Points, steps: int, alpha: float | None
) -> str:
    """A program that runs the inner loops on a curve of one's own and prints its errors."""
    names = ", ".join(f'"{name}"' for name in presets)
    return f"""from hypernet.inspection.curve import Points, run
from hypernet.inspection.formula_curve import OwnSignal

signal = {signal!r}
points = {points!r}
for name in [{names}]:
    print(name, run(name, signal, points, steps={steps}, alpha={alpha!r}).query_loss.tolist())
"""


def boundary_snippet(
    presets: list[str], scene: Scene, labelled: Labelled, steps: int, alpha: float | None
) -> str:
    """A program that runs the inner loops of a planar task and prints accuracies."""
    names = ", ".join(f'"{name}"' for name in presets)
    return f"""from hypernet.inspection.plane import run_plane
from hypernet.inspection.plane_tasks import Groups, Labelled, Shape

scene = {scene!r}
labelled = {labelled!r}
for name in [{names}]:
    run = run_plane(name, scene, labelled, steps={steps}, alpha={alpha!r})
    print(name, run.accuracy.tolist())
"""


def digits_snippet(preset: str, images: Images, steps: int, done: int | None) -> str:
    """A program that runs a preset on the digits shown and prints its answers.

    And after so many rounds of reading, who speaks for whom; None where there are no rounds.
    """
    read = (
        ""
        if done is None
        else f"""
read = digits_rounds("{preset}", {images!r})
print("for each image and class, after round {done}")
print(read.voices[{done}].round(2))
"""
    )
    names = "Images, run_digits" if done is None else "Images, digits_rounds, run_digits"
    return f'''from hypernet.inspection.digits import {names}

run = run_digits("{preset}", {images!r}, steps={steps})
print("accuracy before and after", run.accuracy)
print(run.probability.round(2))
{read}'''
