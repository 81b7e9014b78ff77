"""Widgets from specs: range, step, unit and help come from the options' declaration.

Every widget is bound to the URL under its name, so a link restores it. A default is part of the
link format, because values equal to it are left out: never change one silently.
"""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Callable, Sequence
from typing import Any, Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from hypernet.spec import Choice, Flag, Number, Whole, specs

#: Under this key the session keeps the default of each widget that was drawn.
DEFAULTS = "defaults of widgets"
#: Widths of controls in pixels: six narrow ones fill a row, two fill a phone.
NARROW = 166
WIDE = 300


def row() -> DeltaGenerator:
    """A row of controls that wraps where the window is narrow."""
    return st.container(horizontal=True, vertical_alignment="bottom")


def default_of(kind: type, name: str) -> Any:
    """The default value of an option."""
    return next(field.default for field in dataclasses.fields(kind) if field.name == name)


def _noted(name: str, default: Any) -> Any:
    """The default of a widget, kept in the session for whoever sets it back."""
    st.session_state.setdefault(DEFAULTS, {})[name] = default
    return default


def set_back(names: Sequence[str]) -> None:
    """Give widgets their defaults again; for a button's callback."""
    known = st.session_state.get(DEFAULTS, {})
    for name in names:
        if name in known:
            st.session_state[name] = known[name]


def slider(kind: type, name: str, label: str, width: int | Literal["stretch"] = NARROW) -> Any:
    """A slider for the number `name` declared in the options `kind`."""
    spec = specs(kind)[name]
    if not isinstance(spec, Number):
        raise TypeError(f"{name} is not a number")
    cast = int if isinstance(spec, Whole) else float
    return st.slider(
        label,
        cast(spec.low),
        cast(spec.high),
        _noted(name, cast(default_of(kind, name))),
        cast(spec.step or 1),
        key=name,
        help=spec.help,
        bind="query-params",
        width=width,
    )


def whole_number(kind: type, name: str, label: str) -> int:
    """A field to type the whole number `name` declared in the options `kind`."""
    spec = specs(kind)[name]
    if not isinstance(spec, Whole):
        raise TypeError(f"{name} is not a whole number")
    value = st.number_input(
        label,
        int(spec.low),
        int(spec.high),
        _noted(name, int(default_of(kind, name))),
        1,
        key=name,
        help=spec.help,
        bind="query-params",
        width=NARROW,
    )
    return int(value)


def stops(name: str, label: str, options: Sequence[str], default: str, help: str) -> str:
    """A slider over a few named stops."""
    value: str = st.select_slider(
        label,
        options,
        _noted(name, default),
        key=name,
        help=help,
        bind="query-params",
        width=NARROW,
    )
    return value


def pills(name: str, label: str, options: Sequence[str], default: Sequence[str]) -> list[str]:
    """Words to switch on and off; several may be on."""
    return st.pills(
        label,
        options,
        selection_mode="multi",
        default=_noted(name, list(default)),
        key=name,
        bind="query-params",
    )


def pills_menu(name: str, label: str, options: Sequence[str], default: Sequence[str]) -> list[str]:
    """Words to switch on and off, behind a button that says how many are on."""
    linked = st.query_params.get_all(name) or default
    count = len(st.session_state.get(name, linked))
    with st.popover(f"{label} · {count}", key=f"{name} menu"):
        return pills(name, label, options, default)


def pills_one(name: str, label: str, options: Sequence[str], default: str) -> str:
    """Words of which exactly one is on."""
    chosen: str = st.pills(
        label,
        options,
        default=_noted(name, default),
        required=True,
        key=name,
        bind="query-params",
    )
    return chosen


def toggle(kind: type, name: str, label: str) -> bool:
    """A switch for the flag `name` declared in the options `kind`."""
    spec = specs(kind)[name]
    if not isinstance(spec, Flag):
        raise TypeError(f"{name} is not a flag")
    first = _noted(name, default_of(kind, name))
    return st.toggle(label, first, key=name, help=spec.help, bind="query-params")


def word(kind: type, name: str, label: str) -> str:
    """One of the words of the choice `name` declared in the options `kind`."""
    spec = specs(kind)[name]
    if not isinstance(spec, Choice):
        raise TypeError(f"{name} is not a choice")
    index = spec.options.index(_noted(name, default_of(kind, name)))
    return st.selectbox(
        label,
        spec.options,
        index,
        key=name,
        help=spec.help,
        bind="query-params",
        width=NARROW,
    )


def choice(
    name: str,
    label: str,
    options: Sequence[str],
    default: str | None = None,
    width: int | Literal["stretch"] = "stretch",
) -> str:
    """One of a few words; the default, or the first, where the chosen one is not on offer."""
    index = options.index(_noted(name, options[0] if default is None else default))
    return st.selectbox(label, options, index, key=name, bind="query-params", width=width)


def examples(key: str, options: Sequence[str], take: Callable[[str], None]) -> None:
    """A menu of examples to start from; `take` is called with the name of the chosen one."""
    st.menu_button(
        "Examples",
        options,
        key=key,
        on_click=lambda: take(st.session_state[key]),
        help="Start from one of these.",
    )


def roll(kind: type, name: str) -> None:
    """Draw another whole number for the option `name`; for a button's callback."""
    spec = specs(kind)[name]
    if not isinstance(spec, Whole):
        raise TypeError(f"{name} is not a whole number")
    st.session_state[name] = secrets.randbelow(int(spec.high) + 1)
