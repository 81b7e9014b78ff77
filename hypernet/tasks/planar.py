"""Planar shapes: six kinds of two-class tasks in the plane, rotated, shifted, scaled, swapped."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from hypernet.init import uniform
from hypernet.spec import check, choice, number
from hypernet.tasks.classes import LabelledTasks, one_hot_labels
from hypernet.tasks.counts import check_counts
from hypernet.types import Batch, Parameter, Task

KINDS = ("blobs", "moons", "rings", "xor", "stripes", "spirals")
SHIFT = 0.5
SCALE = (0.7, 1.3)
QUERIES = 100
TEMPLATE = 500
#: Radius of the inner ring; that of the outer one is 1.
INNER_RING = 0.45
#: Standard deviations of a blob and of one of xor's clouds, and half the width of a stripe.
BLOB, CLOUD, HALF_STRIPE = 0.3, 0.2, 0.17


@dataclass(frozen=True)
class Planar(LabelledTasks):
    """Two classes in the plane; theta is (kind, angle, shift, shift, scale, swap).

    A point of a kind's base shape is rotated by the angle, scaled and shifted; swap 1 exchanges the
    two classes. The description is the kind as one-hot code and the geometry, the angle as cosine
    and sine. Shots and queries count points of each class.
    """

    kind: str = choice("all", ("all", *KINDS), help="One kind of shape, or all of them.")
    noise: float = number(
        0.05, 0.0, 0.5, help="Standard deviation added to base shapes of radius 1."
    )

    kinds: ClassVar[tuple[str, ...]] = KINDS
    n_in: ClassVar[int] = 2
    n_out: ClassVar[int] = 2
    ways: ClassVar[int] = 2
    x_range: ClassVar[tuple[float, float]] = (-2.5, 2.5)
    y_scale: ClassVar[float] = 1.0

    def __post_init__(self) -> None:
        check(self)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Kind as its index, angle, shift, scale and swap."""
        first, last = self._kind_range()
        return (
            Parameter("kind", "kind", "", first, last),
            Parameter("angle", "α", "rad", 0.0, 2 * math.pi),
            Parameter("shift 1", "s₁", "", -SHIFT, SHIFT),
            Parameter("shift 2", "s₂", "", -SHIFT, SHIFT),
            Parameter("scale", "r", "", *SCALE),
            Parameter("swap", "swap", "", 0.0, 1.0),
        )

    @property
    def entries(self) -> tuple[Parameter, ...]:
        """One entry for each kind, then cosine, sine, shift, scale and swap."""
        kinds = tuple(Parameter(kind, kind, "", 0.0, 1.0) for kind in KINDS)
        direction = (
            Parameter("cosine", "cos α", "", -1.0, 1.0),
            Parameter("sine", "sin α", "", -1.0, 1.0),
        )
        return (*kinds, *direction, *self.parameters[2:])

    @property
    def protocol(self) -> str:
        """The protocol in one line."""
        kinds = ", ".join(KINDS) if self.kind == "all" else self.kind
        return (
            f"2 classes of {kinds}; any rotation, shift up to ±{SHIFT:g}, scale {SCALE[0]:g} to "
            f"{SCALE[1]:g}, classes swapped or not, noise σ = {self.noise:g}"
        )

    def held_out(self) -> Planar:
        """Fresh tasks of the same distribution: theta is continuous."""
        return self

    def sample(self, n_tasks: int, rng: torch.Generator) -> Float[Tensor, "task entry"]:
        """theta of n_tasks tasks; kind and swap are whole numbers."""
        first, last = self._kind_range()
        kind = torch.randint(int(first), int(last) + 1, (n_tasks,), generator=rng)
        swap = torch.randint(0, 2, (n_tasks,), generator=rng)
        angle = uniform((n_tasks,), 0.0, 2 * math.pi, rng)
        shift = uniform((n_tasks, 2), -SHIFT, SHIFT, rng)
        scale = uniform((n_tasks,), *SCALE, rng)
        return torch.stack([kind, angle, *shift.unbind(-1), scale, swap], dim=-1)

    def make(
        self,
        theta: Float[Tensor, "*task entry"],
        rng: torch.Generator,
        shots: int,
        queries: int | None = None,
    ) -> Task:
        """`shots` support and `queries` query points of each class; queries None means 100.

        Raises:
            ValueError: where shots or queries are below 1.
        """
        queries = QUERIES if queries is None else queries
        check_counts(shots, queries)
        support, query = self._points(theta, shots, rng), self._points(theta, queries, rng)
        return Task(self.describe(theta), support, query)

    def describe(self, theta: Float[Tensor, "*task entry"]) -> Float[Tensor, "*task described"]:
        """The description of each theta (see `entries`)."""
        kind = torch.eye(len(KINDS))[theta[..., 0].long()]
        angle = theta[..., 1:2]
        return torch.cat([kind, angle.cos(), angle.sin(), theta[..., 2:]], dim=-1)

    def _kind_range(self) -> tuple[float, float]:
        if self.kind == "all":
            return 0.0, float(len(KINDS) - 1)
        return (float(KINDS.index(self.kind)),) * 2

    def _points(
        self, theta: Float[Tensor, "*task entry"], count: int, rng: torch.Generator
    ) -> Batch:
        """`count` points of each class in their place in the plane."""
        kind, angle, shift_1, shift_2, scale, swap = theta.unbind(-1)
        shapes = torch.stack([base(theta.shape[:-1], count, rng) for base in BASES.values()])
        index = kind.long()[None, ..., None, None, None].expand(1, *shapes.shape[1:])
        base = shapes.gather(0, index)[0]  # (*task, class, point, 2)
        base = base + self.noise * torch.randn(base.shape, generator=rng)
        cosine, sine = angle.cos()[..., None, None], angle.sin()[..., None, None]
        x, y = base.unbind(-1)
        turned = torch.stack([cosine * x - sine * y, sine * x + cosine * y], dim=-1)
        shift = torch.stack([shift_1, shift_2], dim=-1)[..., None, None, :]
        placed = scale[..., None, None, None] * turned + shift
        labels = one_hot_labels(theta.shape[:-1], 2, count)
        swapped = swap[..., None, None] > 0.5
        return Batch(placed.flatten(-3, -2), torch.where(swapped, labels.flip(-1), labels))


def _blobs(tasks: torch.Size, count: int, rng: torch.Generator) -> Tensor:
    """Two round clouds."""
    centres = torch.tensor([[-0.8, 0.0], [0.8, 0.0]]).unsqueeze(-2)
    return centres + BLOB * torch.randn(*tasks, 2, count, 2, generator=rng)


def _moons(tasks: torch.Size, count: int, rng: torch.Generator) -> Tensor:
    """Two interleaving half circles."""
    return _drawn(template("moons"), tasks, count, rng)


def _rings(tasks: torch.Size, count: int, rng: torch.Generator) -> Tensor:
    """A circle inside another."""
    return _drawn(template("rings"), tasks, count, rng)


def _xor(tasks: torch.Size, count: int, rng: torch.Generator) -> Tensor:
    """Four clouds; opposite ones share a class."""
    sign = 2.0 * torch.randint(0, 2, (*tasks, 2, count), generator=rng) - 1
    other = sign * torch.tensor([1.0, -1.0]).unsqueeze(-1)
    centres = 0.65 * torch.stack([sign, other], dim=-1)
    return centres + CLOUD * torch.randn(*tasks, 2, count, 2, generator=rng)


def _stripes(tasks: torch.Size, count: int, rng: torch.Generator) -> Tensor:
    """Four parallel stripes of alternating class in a square."""
    stripe = torch.randint(0, 2, (*tasks, 2, count), generator=rng)
    across = uniform((*tasks, 2, count), -HALF_STRIPE, HALF_STRIPE, rng)
    x = -0.75 + stripe + 0.5 * torch.arange(2).unsqueeze(-1) + across
    return torch.stack([x, uniform((*tasks, 2, count), -1.0, 1.0, rng)], dim=-1)


def _spirals(tasks: torch.Size, count: int, rng: torch.Generator) -> Tensor:
    """Two arms of a spiral, each three quarters of a turn."""
    return arms(uniform((*tasks, 2, count), 0.0, 1.0, rng).sqrt())


def arms(along: Float[Tensor, "*task 2 point"]) -> Float[Tensor, "*task 2 point 2"]:
    """Places on both arms of the spirals, which run from 0 to 1."""
    radius = 0.2 + along
    turn = 1.5 * math.pi * along + math.pi * torch.arange(2).unsqueeze(-1)
    return torch.stack([radius * turn.cos(), radius * turn.sin()], dim=-1)


BASES = {
    "blobs": _blobs,
    "moons": _moons,
    "rings": _rings,
    "xor": _xor,
    "stripes": _stripes,
    "spirals": _spirals,
}


def _drawn(
    template: Float[Tensor, "2 place 2"], tasks: torch.Size, count: int, rng: torch.Generator
) -> Tensor:
    """Random places of each class's template."""
    place = torch.randint(0, TEMPLATE, (*tasks, 2, count), generator=rng)
    return torch.stack([template[label][place[..., label, :]] for label in range(2)], dim=-3)


@functools.cache
def template(kind: str) -> Float[Tensor, "2 place 2"]:
    """The curve of each class without noise: scikit-learn's, moved to the centre.

    Source: `make_moons` and `make_circles`, written out, since their import costs a second.
    """
    if kind == "moons":
        angle = np.linspace(0, np.pi, TEMPLATE)
        upper = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
        lower = np.stack([1 - np.cos(angle), 1 - np.sin(angle) - 0.5], axis=-1)
        curves = np.stack([upper, lower]) - [0.5, 0.25]
    else:
        angle = np.linspace(0, 2 * np.pi, TEMPLATE, endpoint=False)
        outer = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
        curves = np.stack([outer, outer * INNER_RING])
    return torch.tensor(curves, dtype=torch.float32)
