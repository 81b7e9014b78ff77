"""The parameters of a family as dials: how far each one reaches, and where it stands."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence

import streamlit as st
import torch

from hypernet.custom.task import LARGEST_THETA, FamilyTask
from hypernet.init import stream
from hypernet.inspection.curve import curve_grid
from hypernet.tasks import FormulaFamily
from ui.curves import tall
from ui.links import plain
from ui.live.parts.arrays import Range
from ui.live.player.live import Dial

#: A dial leaves the training range by this share of its width, on both sides.
BEYOND = 0.25
#: A training range has at least so many steps.
STEPS = 100
#: The vertical axis holds this share of a family's curves, whichever of them is shown.
SHARE = 0.95
SAMPLE = 200

Linked = Mapping[str, Sequence[float]]


def family_dials(family: FormulaFamily, linked: Linked) -> tuple[Dial, ...]:
    """A dial for each parameter, at the number that the link gives, or in the middle.

    Where the formula is no number at those of the link, one sentence is shown.
    """
    dials = _dials(family, linked)
    try:
        _check(family, [dial.value for dial in dials])
    except ValueError as error:
        st.warning(f"The theta of the link are not used: {plain(str(error), 200)}.")
        return _dials(family, {name: (low,) for name, low, _ in family.ranges})
    return dials


def moved(family: FormulaFamily, dials: Sequence[Dial], task: object) -> dict[str, tuple[float]]:
    """Where a browser says that the dials stand, rounded to their steps.

    Raises:
        ValueError: for anything but a number of each dial, and where the formula is no number.
    """
    if not isinstance(task, Mapping) or set(task) != {dial.name for dial in dials}:
        raise ValueError(f"a task must be a number of each parameter, got {task!r:.80}")
    theta = [_number(dial, task[dial.name]) for dial in dials]
    _check(family, theta)
    return {dial.name: (value,) for dial, value in zip(dials, theta, strict=True)}


@functools.lru_cache(maxsize=256)
def family_height(family: FormulaFamily) -> float:
    """The end of a vertical axis on which nearly all curves of the family find room."""
    theta = family.sample(SAMPLE, stream(0, "family height"))
    largest = family.truth(theta, curve_grid().expand(SAMPLE, -1, 1)).abs().amax(dim=(-2, -1))
    return tall(torch.quantile(largest, SHARE).item())


def _dials(family: FormulaFamily, linked: Linked) -> tuple[Dial, ...]:
    rows = zip(family.ranges, _reach(family), strict=True)
    return tuple(_dial(row, ends, linked.get(row[0])) for row, ends in rows)


def _dial(row: tuple[str, float, float], ends: Range, given: Sequence[float] | None) -> Dial:
    name, low, high = row
    places = _places(low, high)
    value = round((low + high) / 2 if given is None else given[0], places)
    return Dial(
        name=name,
        unit="",
        value=min(max(value, ends[0]), ends[1]),
        low=ends[0],
        high=ends[1],
        step=10.0**-places,
        training=(low, high),
    )


def _places(low: float, high: float) -> int:
    """Decimals of a dial over this training range; negative for tens."""
    return -math.floor(math.log10((high - low) / STEPS))


@functools.lru_cache(maxsize=256)
def _reach(family: FormulaFamily) -> tuple[Range, ...]:
    """The ends of each dial: beyond the training range wherever the formula is a number there."""
    wide = tuple(_widened(low, high) for _, low, high in family.ranges)
    if _holds(family, wide):
        return wide
    ends = [
        _on_steps(low, high, _places(low, high), outward=False) for _, low, high in family.ranges
    ]
    for index, tried in enumerate(wide):
        further = (*ends[:index], tried, *ends[index + 1 :])
        if _holds(family, further):
            ends[index] = tried
    return tuple(ends)


def _widened(low: float, high: float) -> Range:
    spare = BEYOND * (high - low)
    first, last = _on_steps(low - spare, high + spare, _places(low, high), outward=True)
    return max(-LARGEST_THETA, first), min(LARGEST_THETA, last)


def _on_steps(low: float, high: float, places: int, outward: bool) -> Range:
    """Both ends moved to the next step."""
    down, up = (math.floor, math.ceil) if outward else (math.ceil, math.floor)
    # what is a step but for rounding noise stays where it is
    first, last = (round(end * 10.0**places, 6) for end in (low, high))
    return round(down(first) / 10.0**places, 9), round(up(last) / 10.0**places, 9)


def _holds(family: FormulaFamily, reach: Sequence[Range]) -> bool:
    """Whether the formula is a number all over these ranges, as far as a sample can tell."""
    rows = zip(family.ranges, reach, strict=True)
    try:
        FormulaFamily(family.formula, tuple((name, *ends) for (name, _, _), ends in rows))
    except ValueError:
        return False
    return True


def _check(family: FormulaFamily, theta: Sequence[float]) -> None:
    FamilyTask(family.formula, family.ranges, tuple(theta))


def _number(dial: Dial, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{dial.name} must be a number, got {value!r:.40}")
    if not dial.low <= value <= dial.high:
        raise ValueError(f"{dial.name} must be {dial.low:g}..{dial.high:g}, got {value!r:.40}")
    return round(float(value), _places(*dial.training)) + 0.0
