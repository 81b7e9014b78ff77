"""The idea: a description goes in, a network comes out."""

import streamlit as st

from hypernet import card
from hypernet.figures.fit import fit_figure, fit_sentence
from hypernet.figures.numbers import brief
from hypernet.figures.weights import weights_figure, weights_sentence
from hypernet.inspection.curve import Wave, generate, weight_range
from ui.code import code_behind, generate_snippet
from ui.links import anything, number_check, warn_of_bad_link
from ui.live.loom.loom import Y_RANGE, linked_wave, loom, unfit_for_loom
from ui.live.model.models import models
from ui.machine import machine
from ui.shell import open_page
from ui.stage import STAGE_CHECKS, open_stage
from ui.visitor import NAME as RUN
from ui.visitor import linked_run
from ui.words import formulas

SHIPPED = "sinusoid-description"

open_page()
warn_of_bad_link(
    {name: number_check(Wave, name) for name in ("amplitude", "phase")}
    | {RUN: anything}
    | STAGE_CHECKS
)
wave = linked_wave()
stage = open_stage(
    "A network that writes networks",
    "Drag the wave: a [[hypernetwork]] reads its [[amplitude]] and [[phase]] and writes all "
    "[[weights]] of the small network that draws it. Nothing is trained while you move.",
)
own = list(linked_run(unfit_for_loom).values())
preset = own[0] if own else SHIPPED
models([preset])
with stage.picture:
    loom(preset, wave, key="loom")
with stage.strip:
    machine(preset, "generator")

made = generate(preset, wave)
for column, formula in zip(st.columns([2, 4, 4], gap="medium"), formulas(wave, made), strict=True):
    column.latex(f"\\small {formula}")

if own:
    stage.says.markdown("These weights are written by your own run.")
else:
    numbers = card(SHIPPED)["numbers"][0]
    stage.says.markdown(
        f"Measured on {numbers['tasks']} unseen waves of the training range: mean squared error "
        f"{brief(numbers['mean'][0])} ± {brief(numbers['ci95'][0], 1)} (95 % interval, seed "
        f"{numbers['seed']}; {card(SHIPPED)['protocol']})."
    )
    code_behind(generate_snippet(SHIPPED, wave))
with st.expander("The same as a still figure", key="server", on_change="rerun") as drawn:
    if drawn.open:
        write, draw = st.columns(2, gap="medium")
        write.plotly_chart(
            weights_figure(made.weights, weight_range(preset)),
            key="weights",
            alt=weights_sentence(made.weights),
            config={"displayModeBar": False},
        )
        draw.plotly_chart(
            fit_figure(made.grid, made.truth, made.prediction, y_high=Y_RANGE[1]),
            key="fit",
            alt=fit_sentence(wave.amplitude, wave.phase, made.query_loss),
            config={"displayModeBar": False},
        )
