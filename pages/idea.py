"""The idea: a description goes in, a network comes out."""

import streamlit as st

from hypernet import card
from hypernet.figures.fit import fit_figure, fit_sentence
from hypernet.figures.weights import weights_figure, weights_sentence
from hypernet.one_task import Wave, generate, weight_range
from ui.code import code_behind, generate_snippet
from ui.forms import slider
from ui.links import number_check, warn_of_bad_link
from ui.shell import open_page
from ui.words import formulas, outside_training

PRESET = "sinusoid-description"

open_page()
warn_of_bad_link({name: number_check(Wave, name) for name in ("amplitude", "phase")})
st.title("A network that writes networks")
st.markdown(
    "Describe a wave. A **hypernetwork** reads the two numbers and writes every weight of a small "
    "network; that network draws the curve. Nothing is trained while you move."
)

describe, write, draw = st.columns([2, 4, 4], gap="medium")
with describe:
    st.header("1 · Describe")
    wave = Wave(
        slider(Wave, "amplitude", "Amplitude A", "stretch"),
        slider(Wave, "phase", "Phase φ (rad)", "stretch"),
    )
made = generate(PRESET, wave)
count = sum(value.size for value in made.weights.values())
with describe:
    st.metric("Error of the curve (MSE)", f"{made.query_loss:.2g}")
    for sentence in outside_training(PRESET, wave):
        st.info(sentence)
with write:
    st.header(f"2 · {count:,} weights are written".replace(",", "\u202f"))
    st.plotly_chart(
        weights_figure(made.weights, weight_range(PRESET)),
        key="weights",
        alt=weights_sentence(made.weights),
        config={"displayModeBar": False},
    )
with draw:
    st.header("3 · They draw the curve")
    st.plotly_chart(
        fit_figure(made.grid, made.truth, made.prediction, y_high=8.5),
        key="fit",
        alt=fit_sentence(wave.amplitude, wave.phase, made.query_loss),
        config={"displayModeBar": False},
    )

for column, formula in zip(st.columns([2, 4, 4], gap="medium"), formulas(wave, made), strict=True):
    column.latex(formula)

numbers = card(PRESET)["numbers"][0]
st.caption(
    f"Measured on {numbers['tasks']} unseen waves of the training range: mean squared error "
    f"{numbers['mean'][0]:.2g} ± {numbers['ci95'][0]:.1g} (95 % interval, seed {numbers['seed']}; "
    f"{card(PRESET)['protocol']})."
)
code_behind(generate_snippet(PRESET, wave))
