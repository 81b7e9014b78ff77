"""A task of the visitor's own: what the player is sent, and how near the known families come."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import torch

from hypernet.figures.nearest import Axis, map_figure, way_figure
from hypernet.figures.numbers import brief
from hypernet.formula import parse, plain
from hypernet.inspection.curve import X_RANGE, Points, Run, curve_grid
from hypernet.inspection.formula_curve import OwnSignal
from hypernet.inspection.nearest import Nearest, curve_map, nearest_of, nearest_scene
from hypernet.inspection.plane_tasks import Labelled, Painted, Placed, plane_task
from hypernet.presets import preset, shared
from hypernet.tasks import FormulaFamily, Planar, Sinusoid
from hypernet.tasks.planar import KINDS
from ui.ahead import errors_ahead
from ui.curves import runs_words, tall
from ui.links import plain as without_markdown
from ui.live.model.models import sent
from ui.live.parts.arrays import Range
from ui.live.player.live import Dial, Live
from ui.placed import Area

#: A family contains a task that is closer than this share of the spread of its values.
CONTAINED = 0.05
#: What learners of sinusoids are told where there is nothing to compare a wave with.
MIDDLE = (2.5, 1.5)
#: A described boundary explains points whose cross-entropy, in nats, is at most this.
EXPLAINED = 0.1

Rows = tuple[tuple[float, float], ...]


class OwnCurve(NamedTuple):
    """A curve task: what is known of it, its points, and the axis it is drawn on.

    Args:
        compared: places and values of the curve that waves are compared with.
        near: the nearest sinusoid of the training range; None without anything to compare.
        dials: the parameters of its formula, where they can be moved.
    """

    signal: OwnSignal
    points: Points
    y_range: Range
    compared: Rows
    near: Nearest | None
    dials: tuple[Dial, ...] = ()

    @property
    def area(self) -> Area:
        """Where its points can be placed."""
        return Area(X_RANGE, self.y_range)

    @property
    def spread(self) -> float:
        """The standard deviation of what the wave is compared with."""
        return float(np.std([y for _, y in self.compared])) if self.compared else 0.0


def own_curve(formula: str, values: Sequence[tuple[str, float]], points: Points) -> OwnCurve:
    """A formula with numbers for its parameters, or points alone where it is empty."""
    signal = OwnSignal(formula, tuple(values))
    grid = curve_grid()
    truth = signal.truth(grid)
    compared = points.placed or () if truth is None else _rows(grid, truth)
    seen = (*compared, *(points.placed or ()), *points.held_out)
    high = tall(max((abs(y) for _, y in seen), default=0.0))
    near = nearest_of(Sinusoid(), compared) if compared else None
    wave = MIDDLE if near is None else (float(near.theta[0]), float(near.theta[1]))
    signal = dataclasses.replace(signal, wave=wave)
    return OwnCurve(signal, points, (-high, high), compared, near)


def _rows(x: torch.Tensor, y: torch.Tensor) -> Rows:
    return tuple(zip(x[:, 0].tolist(), y[:, 0].tolist(), strict=True))


def curve_live(own: OwnCurve, presets: Sequence[str], rate: float | None, revision: int) -> Live:
    """What the browser needs to run these presets on other points."""
    families = {preset(name).title: shared(name).experiment.family for name in presets}
    descriptions = {title: own.signal.told(family).numpy() for title, family in families.items()}
    told_dials = {
        title: tuple(parameter.name for parameter in family.parameters)
        for title, family in families.items()
        if own.dials and isinstance(family, FormulaFamily)
    }
    return Live(
        models={preset(name).title: sent(name) for name in presets},
        description=np.array(own.signal.wave, dtype=np.float32),
        descriptions=descriptions,
        rate=rate,
        revision=revision,
        placed=own.points.placed is not None,
        dials=own.dials,
        law=plain(parse(own.signal.formula, names=None)) if own.dials else None,
        told_dials=told_dials,
    )


def curve_sentence(own: OwnCurve, runs: Sequence[Run]) -> str:
    """What the comparison shows in numbers."""
    return f"{_given(own)}: {_error(own)} {runs_words(runs)}."


def own_curves_ahead(own: OwnCurve, runs: Sequence[Run]) -> str:
    """Who is ahead and what steps did, as Markdown."""
    given, truth = without_markdown(_given(own), 200), own.signal.truth(curve_grid())
    return errors_ahead(given, runs, truth, _error(own))


def _error(own: OwnCurve) -> str:
    """Which error learners are compared by: without anything to judge by, that of the support."""
    return "query error" if own.signal.formula or own.points.held_out else "support error"


def _given(own: OwnCurve) -> str:
    """The task and its points, in words."""
    given = own.points.placed
    count = own.points.shots if given is None else len(given)
    what = f"y = {own.signal.formula}" if own.signal.formula else "Your points"
    return f"{what}, {count} support {'point' if count == 1 else 'points'}"


def near_curve_sentence(own: OwnCurve) -> str:
    """Whether the learners' family contains the task, in one sentence."""
    if own.near is None:
        return "Without a point there is nothing to compare sinusoids with."
    amplitude, phase = own.near.theta.tolist()
    wave = f"{amplitude:.2f} sin(x − {phase:.2f})"
    distance, spread = brief(own.near.distance), brief(own.spread)
    if own.near.distance <= CONTAINED * max(own.spread, CONTAINED):
        return f"Waves of the training range contain it: {wave} is {distance} away."
    return (
        f"No sinusoid of the training range is closer than {distance}: the nearest is {wave} "
        f"(root mean square; y itself spreads by {spread}). Whoever only knows waves has to walk."
    )


def near_curve_figure(own: OwnCurve) -> tuple[Any, str] | None:
    """The descent on amplitude and phase over the map of distances, and its sentence."""
    if own.near is None:
        return None
    x, y = torch.tensor(own.compared).split(1, dim=-1)
    over = curve_map(Sinusoid(), own.near, x, y)
    amplitude, phase = own.near.parameters[:2]
    # the phase lies across, as on the task pad
    figure = map_figure(
        (
            Axis("phase φ (rad)", phase.low, phase.high),
            Axis("amplitude A", amplitude.low, amplitude.high),
        ),
        (over.y, over.x, over.distances.T),
        own.near.path[:, ::-1],
    )
    first, last = own.near.distances[0], own.near.distances[-1]
    sentence = (
        f"Gradient descent on amplitude and phase, {len(own.near.path) - 1} steps: the distance "
        f"to the task falls from {brief(first)} to {brief(last)}."
    )
    return figure, sentence


# ------------------------------------------------------------ classes


class OwnPlane(NamedTuple):
    """A task of classes: its scene, its points, and the nearest description of a known family."""

    scene: Painted
    labelled: Labelled
    near: Nearest | None


def own_plane(ways: int, placed: Placed, held_out: Placed = ()) -> OwnPlane:
    """Labelled points as a task."""
    labelled = Labelled(placed=placed, held_out=held_out)
    near = _nearest_scene(ways, placed) if placed else None
    scene = Painted(ways, _description(ways, near))
    return OwnPlane(scene, labelled, near)


@functools.lru_cache(maxsize=256)
def _nearest_scene(ways: int, placed: Placed) -> Nearest:
    scene = Painted(ways, ())
    support = plane_task(scene, Labelled(placed=placed)).support
    return nearest_scene(_describing(scene), support)


def _describing(scene: Painted) -> str:
    """The preset that writes weights from a description of such tasks."""
    name = next(name for name in scene.presets if name.endswith("-description"))
    return scene.preset(name)


def _description(ways: int, near: Nearest | None) -> tuple[float, ...]:
    """The raw entries that describe the nearest task; the middle of every range without points."""
    family = Painted(ways, ()).family(0.0)
    if near is not None:
        theta = near.theta
    else:
        theta = torch.tensor([(p.low + p.high) / 2 for p in family.parameters])
    described = family.describe(theta) if isinstance(family, Planar) else theta
    return tuple(described.tolist())


def near_plane_sentence(own: OwnPlane) -> str:
    """Whether the learners' family contains the task, in one sentence."""
    if own.near is None:
        return "Without a point there is nothing to compare with."
    distance = own.near.distance
    what = "cluster description"
    if own.scene.ways == Planar.ways:
        what = f"description, {KINDS[int(own.near.theta[0])]},"
    close = (
        f"the weights written from the nearest {what} leave a cross-entropy of {brief(distance)}"
    )
    if distance <= EXPLAINED:
        return f"A task of the training range explains these points: {close}."
    fair = math.log(own.scene.ways)
    return (
        f"No description of the training range explains these points: {close} "
        f"(guessing leaves {brief(fair)}). Whoever only knows {own.scene.all_called} has to walk."
    )


def near_plane_figure(own: OwnPlane) -> tuple[Any, str] | None:
    """The distance along the descent on the description, and its sentence."""
    if own.near is None:
        return None
    figure = way_figure(own.near.distances, "cross-entropy of the points (nats)")
    sentence = (
        "Gradient descent on the description, through the hypernetwork that reads it, from the "
        f"best of {'48' if own.scene.ways == Planar.ways else '24'} starts: "
        f"{brief(own.near.distances[0])} → {brief(own.near.distances[-1])}."
    )
    return figure, sentence
