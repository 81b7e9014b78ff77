"""How much of a page is shown and how large, for a projector or a page of one's own: in the link.

show=picture         title, sentence, picture and what it shows
hide=controls&…      without these things
big=true             everything larger
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from hypernet.spec import check, flag
from ui.forms import pills, pills_one, toggle
from ui.links import Check, flag_check, word_check

EVERYTHING, PICTURE = "everything", "picture"
SHOWN = [EVERYTHING, PICTURE]
#: What may be hidden, by its name in the link. The switch of the options always stays.
THINGS = {
    "controls": ".st-key-front",
    "sentence": ".st-key-says",
    "machine": ":has(> .st-key-strip)",
    "more": ".stMainBlockContainer > .stVerticalBlock > :not(:has(.st-key-stage))",
}
#: What is left out beside the picture.
BESIDE = ("controls", "machine", "more")
#: The base of all sizes, in pixels, where 16 is usual: axes and captions are seven eighths of it.
BIG = 23
CHECKS: dict[str, Check] = {
    "show": word_check(SHOWN),
    "hide": word_check(list(THINGS)),
    "big": flag_check(),
}


@dataclass(frozen=True)
class View:
    """How a page is looked at."""

    big: bool = flag(False, help="Text, lines and marks for the last row of a room.")

    def __post_init__(self) -> None:
        check(self)


def view_controls() -> None:
    """What is shown, what is hidden, how large."""
    pills_one("show", "Show", SHOWN, EVERYTHING)
    pills("hide", "Hide", list(THINGS), [])
    toggle(View, "big", "Large")


def apply_view() -> None:
    """Hide what the link hides, enlarge what it enlarges; call before anything else is drawn."""
    hidden = [thing for thing in st.query_params.get_all("hide") if thing in THINGS]
    if st.query_params.get("show") == PICTURE:
        hidden += BESIDE
    rules = [f".stApp {THINGS[thing]} {{display: none}}" for thing in dict.fromkeys(hidden)]
    if st.query_params.get("big") == "true":
        rules.append(f":root {{font-size: {BIG}px}}")
    if rules:
        st.html(f"<style>{' '.join(rules)}</style>")
