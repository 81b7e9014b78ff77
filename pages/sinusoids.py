"""Sinusoids: the same points for every learner, before and after each inner step."""

import streamlit as st

from hypernet.inspection.curve import Points, Wave, run
from hypernet.inspection.formula_curve import OwnSignal
from hypernet.learners.bayes import TITLE as LIMIT
from hypernet.presets import SINUSOID, VISITOR_TITLE, is_visitors
from ui.ahead import numbers_behind
from ui.allowed import Shown
from ui.code import adapt_snippet, code_behind, own_snippet
from ui.compare import points_buttons, replays
from ui.curves import curve_figure
from ui.forms import choice, pills_menu, row, slider, stops, toggle, whole_number
from ui.formula_input import FORMULA
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
from ui.placed import NAME, linked_points, revision
from ui.shell import open_page
from ui.stage import STAGE_CHECKS, open_stage
from ui.visitor import NAME as RUN
from ui.visitor import linked_run
from ui.waves import (
    AREA,
    linked_signal,
    live_wave,
    take_in,
    unfit_for_waves,
    wave_options,
    wave_sentence,
    wave_view,
    waves_ahead,
    y_range,
)
from ui.words import diverged_sentences, outside_training

SHIPPED = {entry.title: name for name, entry in SINUSOID.items()}
DEFAULT = ["sinusoid-set-attention", "sinusoid-points-inner", "sinusoid-maml", "sinusoid-joint"]
ALL = [*SHIPPED, VISITOR_TITLE]
STEPS = [str(step) for step in (0, 1, 2, 3, 5, 10, 20)]
ALPHAS = ["own", "0.0001", "0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "1"]
OPTIONS = ("amplitude", "phase", "noise", "alpha", "seed", "weights", "allowed")

open_page()
warn_of_bad_link(
    {name: number_check(Wave, name) for name in ("amplitude", "phase")}
    | {name: number_check(Points, name) for name in ("shots", "noise", "seed")}
    | {"steps": word_check(STEPS), "alpha": word_check(ALPHAS)}
    | {"at": up_to_check(int(STEPS[-1])), NAME: anything, RUN: anything, FORMULA: anything}
    | {"learners": word_check(ALL), "weights": word_check(ALL), "allowed": flag_check()}
    | STAGE_CHECKS
)
at = linked_number("at", int(STEPS[-1]))
stage = open_stage(
    "Where to start, or where to land?",
    "All get the same few [[points|support points]] of a new wave. [[MAML]] learned where to "
    "*start*, a [[hypernetwork]] where to *land*; then all take [[inner steps|inner step]].",
    OPTIONS,
)
visitors = linked_run(unfit_for_waves)
titles = SHIPPED | visitors
first = [title for title, name in titles.items() if name in DEFAULT or title in visitors]
with stage.controls:
    chosen = pills_menu("learners", "Learners", list(titles), first)
    shots = slider(Points, "shots", "Support points K")
    steps = int(stops("steps", "Inner steps", STEPS, "5", "Gradient steps on the points."))
with stage.options:
    with row():
        points_buttons(Points)
    wave = wave_options()
    noise = slider(Points, "noise", "Noise σ", "stretch")
    seed = whole_number(Points, "seed", "Seed of the points")
    alpha = stops("alpha", "Step size α", ALPHAS, "own", "Own: what each learner was made for.")
    weights = st.container()
    allowed = toggle(Shown, "allowed", LIMIT)

points = Points(shots, noise, seed, linked_points(AREA))
if not chosen:
    stage.picture.info("Switch on at least one learner above.")
    st.stop()
with weights:
    shown = choice("weights", "Weights of", chosen)
signal = linked_signal(wave)
presets = [name for title, name in titles.items() if title in chosen]
rate = None if alpha == "own" else float(alpha)
runs = [run(name, signal, points, steps, rate) for name in presets]

live = live_wave(signal, points, presets, rate, revision("player"))
view = wave_view(signal, points, runs, titles[shown], replays(), at, live, allowed=allowed)
with stage.picture:
    player(view, key="player", on_edit=lambda: take_in("player"))
with stage.says:
    st.markdown(waves_ahead(signal, points, runs, allowed=allowed))
    remarks = outside_training(DEFAULT[0], wave) + diverged_sentences(runs, alpha)
    if remarks:
        st.info(" ".join(remarks))
with stage.strip:
    given = shots if points.placed is None else None
    machine(titles[shown], "inner step", shots=given, steps=steps, rate=rate)
numbers_behind(runs)
with st.expander("The same as a still figure", key="server", on_change="rerun") as drawn:
    if drawn.open:
        st.plotly_chart(
            curve_figure(signal, points, runs, y_range(signal)[1]),
            key="fits",
            alt=wave_sentence(signal, points, runs),
            config={"displayModeBar": False},
        )
shipped = [name for name in presets if not is_visitors(name)]
if shipped:
    if isinstance(signal, OwnSignal):
        code_behind(own_snippet(shipped, signal, points, steps, rate))
    else:
        code_behind(adapt_snippet(shipped, signal, points, steps, rate))
models(presets)
