"""What the browser needs to run the inner loops itself while a visitor edits points or the task.

Live ── live_payload ──► live_runs.js      the models themselves are sent by models.py
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Float32

from hypernet.formula import Plain
from hypernet.inspection.curve import MAX_POINTS
from ui.live.parts.arrays import Range, base64_floats, check_array, require


@dataclass(frozen=True, kw_only=True)
class Dial:
    """One axis of the task pad, or one number of the task in a row of them.

    Args:
        name: its name, as in "amplitude A".
        unit: its unit, or "".
        value: where the task is.
        low: lower end.
        high: upper end.
        step: values lie on low, low + step, and so on.
        training: the range that the learners were trained on.
    """

    name: str
    unit: str
    value: float
    low: float
    high: float
    step: float
    training: Range


@dataclass(frozen=True, eq=False, kw_only=True)
class Told:
    """Another task: what the learners are told before they walk.

    Args:
        description: its raw entries.
        support_x: its support points, a row of inputs each.
        support_y: their targets, a row of outputs each; one-hot for classes.
    """

    description: Float32[np.ndarray, " entry"]
    support_x: Float32[np.ndarray, "point input"]
    support_y: Float32[np.ndarray, "point output"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Live:
    """How a view follows edits in the browser.

    Args:
        models: for each learner's label the preset that `models` sends, or None where only Python
            can run the learner.
        description: the task's description, raw entries.
        rate: the α of all steps, or None for each learner's own.
        revision: number of the last edit that Python has received (`ui.placed.revision`).
        placed: whether the support points are placed by hand.
        told: the task whose weights all learners start from, if it is another one.
        amplitude: vertical axis of the pad of waves, or None for no pad; the description is then
            (amplitude, phase).
        phase: horizontal axis of the pad, or None.
        descriptions: what each learner is told, by its label, or None where `description` is for
            all; of learners of different families each reads entries of its own.
        drawn: whether points are drawn where none are placed, so that one can go back to them.
        dials: the numbers of the task, to be moved; none beside a pad.
        law: the true curve in x and the dials' names (`hypernet.formula.plain`), with dials alone.
        told_dials: by its label, the names of the dials whose values a learner is told, in its
            order, instead of a description.
    """

    models: Mapping[str, str | None]
    description: Float32[np.ndarray, " entry"]
    rate: float | None
    revision: int
    placed: bool
    told: Told | None = None
    amplitude: Dial | None = None
    phase: Dial | None = None
    descriptions: Mapping[str, Float32[np.ndarray, " entry"]] | None = None
    drawn: bool = True
    dials: tuple[Dial, ...] = ()
    law: Plain | None = None
    told_dials: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def check(self, labels: Sequence[str], ways: int) -> None:
        """Raises ValueError unless this fits to a view of these learners and classes."""
        known = sorted(self.models) == sorted(labels)
        require(known, f"live.models must name {list(labels)}, got {list(self.models)}")
        size = np.size(self.description)
        check_array("live.description", self.description, (size,))
        rate = self.rate
        good = rate is None or (math.isfinite(rate) and rate > 0)
        require(good, f"live.rate must be above 0 or None, got {rate}")
        require(self.revision >= 0, f"live.revision must be 0 or more, got {self.revision}")
        require(
            (self.amplitude is None) == (self.phase is None),
            "live must have both amplitude and phase, or none of them",
        )
        for dial in filter(None, (self.amplitude, self.phase, *self.dials)):
            _check_dial(dial)
        self._check_dials(labels, ways)
        require(self.drawn or self.placed, "live.placed must be True where no points are drawn")
        if self.descriptions is not None:
            self._check_descriptions(self.descriptions, labels)
        if self.told is not None:
            _check_told(self.told, size, ways)

    def _check_dials(self, labels: Sequence[str], ways: int) -> None:
        names = [dial.name for dial in self.dials]
        require(len(set(names)) == len(names), f"live.dials must have different names, got {names}")
        alone = not names or (self.told is None and self.amplitude is None and ways == 0)
        require(alone, "live.dials must be none beside another task, a pad and classes")
        require((self.law is None) == (not names), "live.law must be given with dials alone")
        unknown = sorted(_names_in(self.law) - {"x", *names})
        require(not unknown, f"live.law may use x and {names}, got {unknown}")
        for label, told in self.told_dials.items():
            require(label in labels, f"live.told_dials must be of {list(labels)}, got {label!r}")
            known = set(told) <= set(names)
            require(known, f"live.told_dials[{label!r}] must be among {names}, got {list(told)}")

    def _check_descriptions(
        self, descriptions: Mapping[str, np.ndarray], labels: Sequence[str]
    ) -> None:
        got = list(descriptions)
        known = sorted(got) == sorted(labels)
        require(known, f"live.descriptions must name {list(labels)}, got {got}")
        alone = self.told is None and self.amplitude is None
        require(alone, "live.descriptions must be None beside another task and beside a pad")
        for label, description in descriptions.items():
            check_array(f"live.descriptions[{label!r}]", description, (np.size(description),))


def live_payload(live: Live) -> dict[str, Any]:
    """The same as JSON values."""
    told = live.descriptions
    return {
        "models": dict(live.models),
        "description": _entries(live.description),
        "descriptions": None if told is None else {name: _entries(told[name]) for name in told},
        "rate": live.rate,
        "revision": live.revision,
        "placed": live.placed,
        "drawn": live.drawn,
        "most": MAX_POINTS,
        "told": live.told and _told_payload(live.told),
        "toldDials": {label: list(names) for label, names in live.told_dials.items()},
        "dials": [_dial_payload(dial) for dial in live.dials] or None,
        "law": live.law,
        "pad": live.amplitude
        and live.phase
        and {"amplitude": _dial_payload(live.amplitude), "phase": _dial_payload(live.phase)},
    }


def _entries(description: np.ndarray) -> list[float]:
    return [float(value) for value in description]


def _told_payload(told: Told) -> dict[str, Any]:
    return {
        "description": _entries(told.description),
        "count": len(told.support_x),
        "x64": base64_floats(told.support_x),
        "y64": base64_floats(told.support_y),
    }


def _dial_payload(dial: Dial) -> dict[str, Any]:
    return {
        "name": dial.name,
        "unit": dial.unit,
        "value": dial.value,
        "low": dial.low,
        "high": dial.high,
        "step": dial.step,
        "training": list(dial.training),
    }


def _names_in(law: Plain | None) -> set[str]:
    """The names that a tree computes from."""
    if isinstance(law, list):
        return set().union(*map(_names_in, law[1:]))
    return {law} if isinstance(law, str) else set()


def _check_dial(dial: Dial) -> None:
    inside = dial.low <= dial.value <= dial.high and dial.step > 0
    require(inside, f"{dial.name} must be {dial.low:g}..{dial.high:g}, got {dial.value:g}")


def _check_told(told: Told, entries: int, ways: int) -> None:
    count = len(told.support_x)
    check_array("live.told.description", told.description, (entries,))
    check_array("live.told.support_x", told.support_x, (count, 2 if ways else 1))
    check_array("live.told.support_y", told.support_y, (count, ways or 1))
