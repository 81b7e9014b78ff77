"""Widgets from specs: range, step, unit and help come from the options' declaration.

Every widget is bound to the URL under its name, so a link restores it. A default is part of the
link format, because values equal to it are left out: never change one silently.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import streamlit as st

from hypernet.spec import Number, Whole, specs


def default_of(kind: type, name: str) -> Any:
    """The default value of an option."""
    return next(field.default for field in dataclasses.fields(kind) if field.name == name)


def slider(kind: type, name: str, label: str) -> Any:
    """A slider for the number `name` declared in the options `kind`."""
    spec = specs(kind)[name]
    if not isinstance(spec, Number):
        raise TypeError(f"{name} is not a number")
    cast = int if isinstance(spec, Whole) else float
    return st.slider(
        label,
        cast(spec.low),
        cast(spec.high),
        cast(default_of(kind, name)),
        cast(spec.step or 1),
        key=name,
        help=spec.help,
        bind="query-params",
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
        int(default_of(kind, name)),
        1,
        key=name,
        help=spec.help,
        bind="query-params",
    )
    return int(value)


def stops(name: str, label: str, options: Sequence[str], default: str, help: str) -> str:
    """A slider over a few named stops."""
    value: str = st.select_slider(
        label, options, default, key=name, help=help, bind="query-params"
    )
    return value


def pills(name: str, label: str, options: Sequence[str], default: Sequence[str]) -> list[str]:
    """Words to switch on and off; several may be on."""
    return st.pills(
        label,
        options,
        selection_mode="multi",
        default=list(default),
        key=name,
        bind="query-params",
    )
