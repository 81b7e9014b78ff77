"""The machine on a page: one row of stations from the description to the inner step.

An ordered list with a sentence for each station, which is shown where the pointer or the keyboard
is, and read out by screen readers. Drawn without a script (machine.css).
"""

from __future__ import annotations

import functools
from html import escape
from pathlib import Path

import streamlit as st

from hypernet.experiment import Experiment
from hypernet.inspection.machine import PLACES, Station, stations
from hypernet.names import unknown
from hypernet.presets import preset

#: The page that a place is the subject of; "./" is the first page.
PAGES = {
    "description": "descriptions",
    "generator": "./",
    "weights": "weights",
    "loss": "training",
    "inner step": "sinusoids",
}
#: Okabe and Ito's colours, each in a shade that keeps 3:1 to the ground of its theme.
COLOURS = {
    "vermilion": ("#D55E00", "#E69F00"),
    "blue": ("#0072B2", "#56B4E9"),
    "green": ("#00805D", "#009E73"),
    "quiet": ("#5F6B76", "#A3AEB9"),
}


def machine(
    of: str | Experiment,
    lit: str,
    *,
    shots: int | None = None,
    steps: int | None = None,
    rate: float | None = None,
) -> None:
    """Draw the stations of a learner; the one that the page is about is lit.

    Args:
        of: a preset's name, a visitor's too, or an experiment.
        lit: the place that is lit, one of `PLACES`; none is where the learner has none there.
        shots: support points on this page, of each class where there are classes.
        steps: inner steps that are taken on this page.
        rate: α of these steps; None for the learner's own.

    Raises:
        ValueError: for an unknown preset or place.
    """
    if lit not in PLACES:
        raise unknown("lit", lit, PLACES)
    title = f": {preset(of).title}" if isinstance(of, str) else ""
    experiment = preset(of).experiment if isinstance(of, str) else of
    st.html(drawn(stations(experiment, shots=shots, steps=steps, rate=rate), lit, title))


def drawn(row: tuple[Station, ...], lit: str, title: str = "") -> str:
    """The stations as HTML, in which every text is escaped."""
    items = "".join(_item(station, lit) for station in row)
    return (
        f'<div class="machine" role="group" aria-label="{escape("The machine" + title)}">'
        f'<div class="row"><ol>{items}</ol>{_back(row)}</div></div>'
    )


def _item(station: Station, lit: str) -> str:
    """One station; a link where another page is about its place."""
    here = station.place == lit
    page = None if here else PAGES.get(station.place)
    opened = f'a href="{page}"' if page else 'span tabindex="0"'
    if here:
        opened += ' aria-current="true"'
    classes = [station.origin.rpartition(" ")[2]]
    classes += ["lit"] * here + ["beside"] * station.beside
    return (
        f'<li class="{" ".join(classes)}"><{opened} class="station">'
        f'<span class="name">{escape(station.name)}</span> '
        f'<span class="size">{escape(station.size)}</span> '
        f'<span class="said"><b>{escape(station.origin.capitalize())}.</b> '
        f"{escape(station.sentence)}</span></{opened.partition(' ')[0]}></li>"
    )


def _back(row: tuple[Station, ...]) -> str:
    """The line from the inner step to the place that it leads back to."""
    places = [station.place for station in row]
    for column, station in enumerate(row, start=1):
        if station.back in places:
            first = places.index(station.back) + 1
            columns = f"grid-column: {first} / {column + 1}"
            return f'<span class="back" aria-hidden="true" style="{columns}"></span>'
    return ""


@functools.lru_cache(maxsize=1)
def style() -> str:
    """The stylesheet, with the colours of the app's theme and those of the origins."""
    themed = {
        "ink": tuple(st.get_option(f"theme.{theme}.textColor") for theme in ("light", "dark")),
        "paper": tuple(
            st.get_option(f"theme.{theme}.backgroundColor") for theme in ("light", "dark")
        ),
    }
    variables = " ".join(
        f"--{name}: light-dark({light}, {dark});"
        for name, (light, dark) in (themed | COLOURS).items()
    )
    rules = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
    return f".machine {{{variables}}}\n{rules}"
