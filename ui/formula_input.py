"""A formula in the address: typed, checked, drawn as far as it was right last."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NamedTuple

import streamlit as st
import torch

from hypernet.formula import MOST_CHARACTERS, Formula, FormulaError, finite_on, parse
from hypernet.inspection.curve import X_RANGE
from ui.live.formula_field.formula_field import Problem, formula_field
from ui.placed import received, revision

#: Under this name the formula of a curve stands in the address.
FORMULA = "y"
#: Places at which a typed formula must have finite values.
CHECKED_POINTS = 1001
HINT = "sin cos exp log sqrt abs tanh step(x) where(c, a, b) … pi e ^"


class Typed(NamedTuple):
    """What stands in a formula's field: its text, what is wrong with it, and the last right one."""

    text: str
    problem: Problem | None
    formula: Formula


def checked(text: str, names: Collection[str] | None = ()) -> Formula:
    """The formula, finite wherever curves are drawn where it has no parameters.

    Raises:
        FormulaError: with one sentence and the place of what is wrong.
    """
    formula = parse(text, names)
    if not formula.names:
        finite_on(formula, {"x": torch.linspace(*X_RANGE, CHECKED_POINTS).unsqueeze(-1)})
    return formula


def typed_formula(name: str, default: str, check: Callable[[str], Formula] = checked) -> Typed:
    """The formula that the address gives under `name`, or the default.

    Where it is wrong, the one that was right last in this session stays in use.
    """
    text = st.query_params.get(name, default)
    try:
        formula = check(text)
    except FormulaError as error:
        problem = Problem(_upper(str(error)), error.at, error.length)
        good = st.session_state.get(_good(name), default)
        return Typed(text[:MOST_CHARACTERS], problem, check(good))
    st.session_state[_good(name)] = text
    return Typed(text, None, formula)


def field(name: str, label: str, typed: Typed, default: str, hint: str = HINT) -> None:
    """The field for a formula; what is typed stands in the address under `name`."""
    formula_field(
        label,
        typed.text,
        typed.problem,
        key=f"{name} field",
        hint=hint,
        most=MOST_CHARACTERS,
        revision=revision(f"{name} field"),
        on_edit=lambda: _take_in(name, default),
    )


def put_formula(name: str, text: str, default: str) -> None:
    """Write a formula into the address; the default is left out, as by bound widgets."""
    if text.strip() == default:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = text[: MOST_CHARACTERS + 1]


def _take_in(name: str, default: str) -> None:
    edit = received(f"{name} field")
    if edit is not None and isinstance(edit.get("text"), str):
        put_formula(name, edit["text"], default)


def _good(name: str) -> str:
    return f"{name} good"


def _upper(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:] + ("" if sentence[-1] in ".?" else ".")
