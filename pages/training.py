"""Meta-training: a learner is trained before your eyes, alone or beside another one."""

from typing import Literal

import streamlit as st

from ui.code import code_behind
from ui.links import warn_of_bad_link
from ui.live.training.training import training
from ui.machine import machine
from ui.shell import open_page
from ui.stage import STAGE_CHECKS, open_stage
from ui.training.controls import OPTIONS, RATE_NAMES, controls, link_checks, set_rate
from ui.training.keep import keep, uploader
from ui.training.runs import (
    ask_for_run,
    asked_for_run,
    can_go_on,
    go_on,
    open_runs,
    pace,
    pause,
    prepare,
    show_complaint,
    start,
    stop,
)
from ui.training.view import (
    divergence,
    example_views,
    left_at,
    run_names,
    run_views,
    standing,
    tasks_sentence,
    train_snippet,
)

open_page()
warn_of_bad_link(link_checks() | STAGE_CHECKS)
stage = open_stage(
    "Train it yourself",
    "Nobody tells the [[learner]] how to solve a [[task]]. It meets many, and what it gets "
    "wrong on [[new points|query points]] of each changes it: the [[outer loop]].",
    OPTIONS,
)
runs = open_runs()
setup, difference, buttons = controls(stage)
jobs = [run.job for run in runs if run.job is not None]
stands = [job.progress() for job in jobs]
with buttons:
    if any(view.active for view in stands):
        st.button("Pause", on_click=pause, args=(jobs,))
        st.button("Stop", on_click=stop, args=(jobs,))
    else:
        resting = [view for view in stands if can_go_on(view)]
        if resting:
            label = f"Go on from step {resting[0].step}"
            st.button(label, type="primary", on_click=go_on, args=(jobs,))
        kind: Literal["secondary", "primary"] = "secondary" if resting else "primary"
        st.button("Train", type=kind, width=120, on_click=ask_for_run)
if asked_for_run():
    start(setup, difference)
    st.rerun()
with stage.says:
    show_complaint()

gone = next((view for view in stands if left_at(view) is not None), None)
if gone is not None:
    sentence, name, value = divergence(gone)
    stage.says.info(sentence)
    label = f"Set {RATE_NAMES[name]} to {value:g}"
    stage.says.button(label, on_click=set_rate, args=(name, value))

before = standing(jobs)


@st.fragment(run_every=pace() if any(view.active for view in stands) else None)
def picture() -> None:
    """The live picture; the whole page runs again only when a run's status has changed."""
    if not runs:
        views, x_range = example_views(setup), setup.experiment().family.x_range
    else:
        progress = [None if run.job is None else run.job.progress() for run in runs]
        try:
            views, x_range = run_views(runs, progress), runs[0].experiment.family.x_range
        except ValueError as error:
            st.info(str(error))
            return
    training(views, x_range, tasks_sentence(views), key="training")
    if standing(jobs) != before:
        st.rerun()


with stage.picture:
    picture()

with stage.strip:
    machine(setup.experiment(), "loss")
if runs and not any(view.active for view in stands):
    for run, name in zip(runs, run_names([run.experiment for run in runs]), strict=True):
        keep(run, name, alone=len(runs) == 1)
with st.expander("Bring back a checkpoint"):
    uploader()
code_behind(train_snippet(setup))
prepare()
