"""A run of the visitor's own beside the shipped learners: `run=` in the address of a page."""

from __future__ import annotations

import functools
from collections.abc import Callable

import streamlit as st

from hypernet.experiment import Experiment
from hypernet.presets import VISITOR_TITLE, admit, shared
from hypernet.runs import Store, default_folder
from ui.links import plain

NAME = "run"

#: Why an experiment's learner cannot be used on a page, as the end of a sentence that is safe as
#: Markdown; or None.
Unfit = Callable[[Experiment], str | None]


def linked_run(unfit: Unfit) -> dict[str, str]:
    """The run that the address names: its title, and its name as `shared` knows it.

    Empty where there is none, or where it cannot be used here, which one sentence then says.
    """
    token = st.query_params.get(NAME)
    if token is None:
        return {}
    try:
        name = admit(store().download(token))
    except ValueError as error:
        st.warning(f"The run of the link is not used: {plain(str(error), 120)}.")
        return {}
    problem = unfit(shared(name).experiment)
    if problem is not None:
        st.warning(f"The run of the link is not used: it {problem}.")
        return {}
    return {VISITOR_TITLE: name}


@functools.cache
def store() -> Store:
    """Where runs and tasks of visitors are kept."""
    return Store(default_folder())
