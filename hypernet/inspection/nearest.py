"""The description in a family's training range that comes closest to given points.

    points ── gradient descent on the description, from many starts ──► nearest task, distance, path

It answers whether a family contains a task: the distance that is left is what no description of
the training range can mend.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from hypernet.boundary import trusted
from hypernet.init import stream
from hypernet.inspection.curve import Array
from hypernet.presets import shared
from hypernet.protocols import Classification
from hypernet.tasks import Planar
from hypernet.tasks.curves import Curves
from hypernet.tasks.planar import KINDS
from hypernet.types import Batch, Parameter

STARTS = 24
STEPS = 150
#: Adam's learning rate at the beginning, as a share of each entry's range; it falls to zero.
RATE = 0.08
#: Cells along each side of the map of distances.
MAP_CELLS = 48
#: Starts of each kind of shape, classes swapped or not.
SHAPE_STARTS = 4
SHAPE_STEPS = 80


class Nearest(NamedTuple):
    """Where the descent from the best start ended.

    Args:
        parameters: what each entry means, and its training range.
        theta: the entries of the nearest task.
        path: theta after 0, 1, … steps, from the start that came closest.
        distances: the distance after each of them; the last one is what is left.
    """

    parameters: tuple[Parameter, ...]
    theta: Float[Tensor, " entry"]
    path: Array
    distances: Array

    @property
    def distance(self) -> float:
        """What is left: root mean square distance, or cross-entropy in nats for classes."""
        return float(self.distances[-1])


class DistanceMap(NamedTuple):
    """The distance over the first two entries, all others at the nearest task's; rows go up."""

    x: Array
    y: Array
    distances: Array


def nearest_curve(
    family: Curves, x: Float[Tensor, "point 1"], y: Float[Tensor, "point 1"]
) -> Nearest:
    """The curve of the family that is closest to the points.

    Raises:
        ValueError: without any point.
    """
    if len(x) == 0:
        raise ValueError("points must be 1 or more to find the nearest task, got 0")

    starts = family.sample(STARTS, stream(0, "nearest task"))
    squares = functools.partial(_square_distance, family, Batch(x, y))
    path, squared = _descend(squares, starts, family.parameters, STEPS)
    return _best(family.parameters, path, squared.sqrt())


def curve_map(
    family: Curves, near: Nearest, x: Float[Tensor, "point 1"], y: Float[Tensor, "point 1"]
) -> DistanceMap:
    """The root mean square distance to the points over the first two entries of theta.

    Raises:
        ValueError: for a family with fewer than two entries.
    """
    if len(family.parameters) < 2:
        raise ValueError(f"entries must be 2 or more for a map, got {len(family.parameters)}")
    across, up = (torch.linspace(p.low, p.high, MAP_CELLS) for p in family.parameters[:2])
    rows, columns = torch.meshgrid(up, across, indexing="ij")
    rest = near.theta[2:].expand(MAP_CELLS, MAP_CELLS, -1)
    theta = torch.cat([columns.unsqueeze(-1), rows.unsqueeze(-1), rest], dim=-1)
    distances = _square_distance(family, Batch(x, y), theta).sqrt()
    return DistanceMap(across.numpy(), up.numpy(), distances.nan_to_num().numpy())


def _square_distance(
    family: Curves, points: Batch, theta: Float[Tensor, "*task entry"]
) -> Float[Tensor, "*task"]:
    """Mean square distance between the points and the curve of each theta."""
    x = points.x.expand(*theta.shape[:-1], -1, -1)
    return (family.truth(theta, x) - points.y).square().mean(dim=(-2, -1))


def nearest_scene(preset: str, support: Batch) -> Nearest:
    """The description from which a shipped hypernetwork writes the boundary that fits best.

    A family of classes has no curve to compare with, so the distance is the cross-entropy of the
    given points under the weights that `preset` writes; the descent goes through the hypernetwork.

    Raises:
        ValueError: without any point, or for a preset without classes.
    """
    experiment, learner = shared(preset)
    family = experiment.family
    if not isinstance(family, Classification):
        raise ValueError(f"preset must be one with classes, got {preset!r}")
    if len(support.x) == 0:
        raise ValueError("points must be 1 or more to find the nearest task, got 0")
    rng = stream(0, "nearest task")
    starts = _shapes(family, rng) if isinstance(family, Planar) else family.sample(STARTS, rng)
    tasks = len(starts)
    everyone = Batch(support.x.expand(tasks, -1, -1), support.y.expand(tasks, -1, -1))

    def distance(theta: Tensor) -> Tensor:
        told = family.describe(theta) if isinstance(family, Planar) else theta
        params = learner.initial(told, everyone)
        return family.loss(learner.predict(params, everyone.x), everyone)

    with trusted():
        path, distances = _descend(distance, starts, family.parameters, SHAPE_STEPS)
    return _best(family.parameters, path, distances)


def _shapes(family: Planar, rng: torch.Generator) -> Float[Tensor, "start entry"]:
    """Starts of every kind, swapped or not; the descent moves neither, for they are no ranges."""
    starts = []
    for kind in range(len(KINDS)):
        for swap in (0.0, 1.0):
            start = family.sample(SHAPE_STARTS, rng)
            start[:, 0], start[:, -1] = kind, swap
            starts.append(start)
    return torch.cat(starts)


def _descend(
    distance: Callable[[Tensor], Tensor],
    starts: Float[Tensor, "start entry"],
    parameters: Sequence[Parameter],
    steps: int,
) -> tuple[Float[Tensor, "step start entry"], Float[Tensor, "step start"]]:
    """Adam on every start at once, kept inside the training range after each step."""
    low = torch.tensor([p.low for p in parameters])
    spread = torch.tensor([p.high for p in parameters]) - low
    moved = torch.tensor([p.name not in ("kind", "swap") for p in parameters]).float()
    share = ((starts - low) / spread.clamp(min=1e-12)).requires_grad_()
    optimizer = torch.optim.Adam([share], lr=RATE)
    path, distances = [], []
    for step in range(steps + 1):
        with torch.enable_grad():
            theta = low + spread * share
            losses = distance(theta)
            (gradient,) = torch.autograd.grad(losses.sum(), [share])
        path.append(theta.detach().clone())
        distances.append(losses.detach())
        share.grad = gradient.nan_to_num() * moved
        optimizer.param_groups[0]["lr"] = RATE * (1 - step / steps)
        optimizer.step()
        with torch.no_grad():
            share.clamp_(0, 1)
    return torch.stack(path), torch.stack(distances)


def _best(
    parameters: tuple[Parameter, ...],
    path: Float[Tensor, "step start entry"],
    distances: Float[Tensor, "step start"],
) -> Nearest:
    """The start whose end is closest."""
    best = int(distances[-1].nan_to_num(nan=torch.inf).argmin())
    return Nearest(
        parameters, path[-1, best], path[:, best].numpy(), distances[:, best].nan_to_num().numpy()
    )


@functools.lru_cache(maxsize=256)
def nearest_of(family: Curves, points: tuple[tuple[float, float], ...]) -> Nearest:
    """`nearest_curve` for points as plain numbers, remembered."""
    x, y = torch.tensor(points).reshape(-1, 2).split(1, dim=-1)
    return nearest_curve(family, x, y)
