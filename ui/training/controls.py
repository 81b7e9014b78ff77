"""The controls of the page Meta-training, their links, and what they are set to."""

from __future__ import annotations

import dataclasses
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from hypernet.spec import Choice, Number, specs
from ui.forms import NARROW, choice, slider, stops, toggle, whole_number, word
from ui.links import Check, anything, flag_check, number_check, word_check
from ui.stage import Stage
from ui.training.offers import family_titles, learner_titles, learners
from ui.training.setup import DIFFERENCES, HEADS, RATES, Setup, recipe

ALPHAS = [f"{rate:g}" for rate in RATES]
OUTER_RATES = [f"{rate:g}" for rate in RATES if rate <= 1]
#: The two rates that may be too large, as sentences name them.
RATE_NAMES = {"alpha": "α", "rate": "the outer learning rate"}
COMPARE = "compare"
#: With this the row of controls is as wide as the page.
LEARNER_WIDTH = 210
#: The parameters of the address that name the run, and the one beside it.
RUN, BESIDE = "run", "beside"
#: The family and learner that the controls were last set to, in the session.
PAIR = "training pair"
OPTIONS = (
    *("inner", "alpha", "tasks", "outer", COMPARE, "learned", "first"),
    *("width", "weighting", "heads", "rate", "seconds", "seed"),
)


def link_checks() -> dict[str, Check]:
    """What the address may say."""
    ranges = {n: number_check(Setup, n) for n in ("inner", "tasks", "outer", "width", "seconds")}
    flags = {name: flag_check() for name in ("learned", "first")}
    words = {
        "family": list(family_titles()),
        "learner": list(learner_titles()),
        "alpha": ALPHAS,
        "rate": OUTER_RATES,
        "weighting": list(_choice("weighting").options),
        "heads": list(_choice("heads").options),
        COMPARE: list(DIFFERENCES),
    }
    return (
        ranges
        | flags
        | {name: word_check(options) for name, options in words.items()}
        | {"seed": number_check(Setup, "seed"), RUN: anything, BESIDE: anything}
    )


def controls(stage: Stage) -> tuple[Setup, str, DeltaGenerator]:
    """The run that is set up, how one beside it is to differ, and a place for buttons."""
    with stage.controls:
        known = family_titles()
        family = known[choice("family", "Family", list(known), width=NARROW)]
        offered = learners(family)
        titles = {title: name for title, name in learner_titles().items() if name in offered}
        learner = titles[choice("learner", "Learner", list(titles), width=LEARNER_WIDTH)]
        buttons = st.container(horizontal=True, width="content")
    _follow_recipe(family, learner)
    setup = Setup(family, learner)
    with stage.options:
        if setup.can_have_inner:
            setup = dataclasses.replace(
                setup, inner=slider(Setup, "inner", "Inner steps", "stretch")
            )
        if setup.has_inner:
            alpha = stops("alpha", "Step size α", ALPHAS, f"{Setup.alpha:g}", _help("alpha"))
            setup = dataclasses.replace(setup, alpha=float(alpha))
        tasks = slider(Setup, "tasks", "Tasks per batch", "stretch")
        outer = slider(Setup, "outer", "Outer steps", "stretch")
        differences = list(setup.differences())
        difference = choice(COMPARE, "Compare with another", differences)
        if setup.has_inner:
            learned = toggle(Setup, "learned", "Learned α")
            first = toggle(Setup, "first", "First order")
            setup = dataclasses.replace(setup, learned=learned, first=first)
        setup = _more(setup)
    _rest(setup)
    return dataclasses.replace(setup, tasks=tasks, outer=outer), difference, buttons


def _more(setup: Setup) -> Setup:
    """The options that are rarely used."""
    if setup.learner not in HEADS:
        setup = dataclasses.replace(setup, width=slider(Setup, "width", "Target width", "stretch"))
    if setup.has_inner:
        setup = dataclasses.replace(setup, weighting=word(Setup, "weighting", "Meta-loss"))
    if setup.has_heads:
        setup = dataclasses.replace(setup, heads=word(Setup, "heads", "Heads begin"))
    rate = stops("rate", "Outer learning rate", OUTER_RATES, f"{Setup.rate:g}", _help("rate"))
    return dataclasses.replace(
        setup,
        rate=float(rate),
        seconds=slider(Setup, "seconds", "Budget (s)", "stretch"),
        seed=whole_number(Setup, "seed", "Seed"),
    )


def set_controls(setup: Setup) -> None:
    """Bring the controls in line with a setup; call before they are drawn, or in a callback."""
    families = {name: title for title, name in family_titles().items()}
    titles = {name: title for title, name in learner_titles().items()}
    values: dict[str, Any] = dataclasses.asdict(setup)
    values |= {"family": families[setup.family], "learner": titles[setup.learner]}
    for name, offered in (("alpha", ALPHAS), ("rate", OUTER_RATES)):
        text = f"{values[name]:g}"
        values[name] = text if text in offered else f"{getattr(Setup, name):g}"
    for name, value in values.items():
        st.session_state[name] = value
    st.session_state[PAIR] = (setup.family, setup.learner)


def _rest(setup: Setup) -> None:
    """Keep what the hidden controls say for when they are seen again, but not in the address."""
    hidden = set() if setup.has_inner else {"alpha", "learned", "first", "weighting"}
    if not setup.can_have_inner:
        hidden.add("inner")
    if setup.learner in HEADS:
        hidden.add("width")
    if not setup.has_heads:
        hidden.add("heads")
    for name in hidden:
        if name in st.session_state:
            st.session_state[name] = st.session_state[name]
        else:
            st.query_params.pop(name, None)


def _follow_recipe(family: str, learner: str) -> None:
    """Another family or learner begins with numbers that suit it."""
    before = st.session_state.get(PAIR)
    st.session_state[PAIR] = (family, learner)
    if before not in (None, (family, learner)):
        values = dataclasses.asdict(recipe(family, learner))
        values |= {name: f"{values[name]:g}" for name in ("alpha", "rate")}
        for name in set(values) - {"family", "learner"}:
            st.session_state[name] = values[name]


def _choice(name: str) -> Choice:
    spec = specs(Setup)[name]
    if not isinstance(spec, Choice):
        raise TypeError(f"{name} is not a choice")
    return spec


def _help(name: str) -> str:
    spec = specs(Setup)[name]
    if not isinstance(spec, Number):
        raise TypeError(f"{name} is not a number")
    return spec.help


def set_rate(name: str, value: float) -> None:
    """Set one of the two rates; for a button's callback."""
    st.session_state[name] = f"{value:g}"
