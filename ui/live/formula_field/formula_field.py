"""A field for a formula: what is wrong is marked at its character while it is typed.

    text, problem ── data ──► formula_field.html + .css + .js ── edit ──► on_edit

Every pause in typing sends the text; Python answers with what is wrong with it, or nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import streamlit as st

from ui.live.compose import script_of, text_of


class Problem(NamedTuple):
    """What is wrong with a text: a sentence, and which characters it is about."""

    sentence: str
    at: int
    length: int


def formula_field(
    label: str,
    text: str,
    problem: Problem | None,
    *,
    key: str,
    hint: str,
    most: int,
    revision: int,
    on_edit: Callable[[], None],
) -> None:
    """Shows the field with `text`; `hint` is what it says while nothing is wrong.

    `on_edit` is called before the script runs again; `ui.placed.received(key)` then gives the
    edit with `revision` and `text`. It comes from a browser: nothing in it has been checked.
    """
    data = payload(label, text, problem, hint=hint, most=most, revision=revision)
    _component(key=key, data=data, on_edit_change=on_edit)


def payload(
    label: str, text: str, problem: Problem | None, *, hint: str, most: int, revision: int
) -> dict[str, Any]:
    """All that the field shows, as JSON values."""
    return {
        "label": label,
        "hint": hint,
        "text": text,
        "most": most,
        "revision": revision,
        "problem": problem and problem._asdict(),
    }


_component = st.components.v2.component(
    "formula_field",
    html=text_of("formula_field/formula_field.html"),
    css=text_of("formula_field/formula_field.css"),
    js=script_of("formula_field/formula_field.js"),
)
