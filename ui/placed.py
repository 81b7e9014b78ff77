"""Support points placed by hand: their text in the link, and edits that arrive from the browser.

`points=-1.25_0.5~2.3_-1` holds two points (x and y), `points=0.5_1_2` one of class 2 (x₁, x₂ and
class), `points=none` an empty set. Without the parameter the points are drawn from the seed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from hypernet.inspection.curve import MAX_POINTS
from ui.forms import roll
from ui.links import plain

NAME = "points"
EMPTY = "none"
#: Places are kept to two decimals, in the link and in the browser.
DECIMALS = 2

Range = tuple[float, float]


@dataclass(frozen=True)
class Area:
    """Where points may lie, and how many classes they have; ways 0 means no classes."""

    x_range: Range
    y_range: Range
    ways: int = 0

    def read(self, rows: object) -> tuple[tuple[Any, ...], ...]:
        """Points as tuples, rounded.

        Raises:
            ValueError: one sentence where `rows` is not a list of at most 200 points in the area.
        """
        if not isinstance(rows, Sequence) or isinstance(rows, str):
            raise ValueError(f"points must be a list, got {rows!r:.40}")
        if len(rows) > MAX_POINTS:
            raise ValueError(f"points must be 0..{MAX_POINTS}, got {len(rows)}")
        return tuple(self._point(row) for row in rows)

    def parse(self, text: str) -> tuple[tuple[Any, ...], ...]:
        """The points that a link's text stands for; ValueError as in `read`."""
        if text == EMPTY:
            return ()
        return self.read([[_number(part) for part in row.split("_")] for row in text.split("~")])

    def _point(self, row: object) -> tuple[Any, ...]:
        width = 3 if self.ways else 2
        if not isinstance(row, Sequence) or isinstance(row, str) or len(row) != width:
            raise ValueError(f"a point must be {width} numbers, got {row!r:.40}")
        place = _within("x", row[0], self.x_range), _within("y", row[1], self.y_range)
        return (*place, self._label(row[2])) if self.ways else place

    def _label(self, value: object) -> int:
        number = _finite("class", value)
        if number != int(number) or not 0 <= number < self.ways:
            raise ValueError(f"class must be 0..{self.ways - 1}, got {number:g}")
        return int(number)


def points_text(points: Sequence[Sequence[float]]) -> str:
    """The points as they stand in the address."""
    return "~".join("_".join(map(_short, point)) for point in points) or EMPTY


def linked_points(area: Area, name: str = NAME) -> tuple[tuple[Any, ...], ...] | None:
    """The points that the address gives, or None; one sentence is shown where they are bad."""
    text = st.query_params.get(name)
    try:
        return None if text is None else area.parse(text)
    except ValueError as error:
        st.warning(f"The points of the link are not used: {plain(str(error), 120)}.")
        return None


def place_points(area: Area, rows: object, name: str = NAME) -> None:
    """Put edited points into the address; None: draw them again; anything else changes nothing."""
    if rows is None:
        return forget_points(name)
    try:
        st.query_params[name] = points_text(area.read(rows))
    except ValueError:
        return None


def forget_points(name: str = NAME) -> None:
    """Go back to drawn points; for a button's callback."""
    st.query_params.pop(name, None)


def draw_points(kind: type) -> None:
    """Other points, drawn from another seed of the options `kind`; for a button's callback."""
    forget_points()
    roll(kind, "seed")


def received(key: str) -> Mapping[str, Any] | None:
    """The edit that the component `key` just sent, its revision noted; None if it is no edit."""
    edit = st.session_state[key].get("edit")
    if not isinstance(edit, Mapping) or not isinstance(edit.get("revision"), int):
        return None
    st.session_state[f"{key}-revision"] = max(0, edit["revision"])
    return edit


def revision(key: str) -> int:
    """The number of the last edit that the component `key` sent in this session; 0 before any."""
    return int(st.session_state.get(f"{key}-revision", 0))


def _within(name: str, value: object, limits: Range) -> float:
    number = round(_finite(name, value), DECIMALS) + 0.0
    low, high = limits
    if not low <= number <= high:
        raise ValueError(f"{name} must be {low:g}..{high:g}, got {number:g}")
    return number


def _finite(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{name} must be a number, got {value!r:.40}")
    return float(value)


def _short(value: float) -> str:
    return f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"a number is needed, got {text!r:.40}") from None
