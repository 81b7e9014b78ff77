"""How dense the base shapes of planar tasks are, noise included: tables that are read in between.

blobs, xor: sums of Gaussians; stripes: boxes blurred by the noise; all others: their curve as
finely spaced points, each a Gaussian of the noise.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable

import torch
from jaxtyping import Float, Int
from torch import Tensor

from hypernet.tasks.planar import BLOB, CLOUD, HALF_STRIPE, TEMPLATE, arms, template

#: Base shapes lie in the middle of a square of this half side, with this many places along it.
HALF_SIDE, PLACES = 4.0, 801
#: Noise below this is drawn as if it were this: finer than the table nothing can be read.
SMALLEST_NOISE = 0.02
#: No density is smaller, so that a point that no shape explains speaks against all of them alike.
FLOOR = 1e-12


@functools.lru_cache(maxsize=4)
def log_density_table(noise: float) -> Float[Tensor, "kind 2 place place"]:
    """The logarithm of each kind's and class's density, at x2 (row) and x1 (column) of the table.

    Args:
        noise: standard deviation of the noise on base shapes.
    """
    places = torch.linspace(-HALF_SIDE, HALF_SIDE, PLACES, dtype=torch.double)
    blur = max(noise, SMALLEST_NOISE)
    tables = [
        torch.stack([density(places, blur, label) for label in range(2)])
        for density in DENSITIES.values()
    ]
    return (torch.stack(tables) + FLOOR).log().float()


def read_table(
    table: Float[Tensor, "kind 2 place place"],
    layer: Int[Tensor, "*#task point"],
    one: Float[Tensor, "*task point"],
    two: Float[Tensor, "*task point"],
) -> Float[Tensor, "*task point"]:
    """The table's values at x1 and x2, linear between places; beyond the rim those of the rim.

    Args:
        table: of `log_density_table`.
        layer: twice the kind, and one more for the second class.
        one: x1 in the coordinates of base shapes.
        two: x2 in these.
    """
    right, column = _between(one)
    up, row = _between(two)
    values, at = table.view(-1), ((layer * PLACES + row) * PLACES + column).view(-1)
    corners = (values.index_select(0, at + step) for step in (0, 1, PLACES, PLACES + 1))
    low_left, low_right, high_left, high_right = (corner.view(one.shape) for corner in corners)
    return low_left.lerp(low_right, right).lerp(high_left.lerp(high_right, right), up)


def _between(x: Float[Tensor, "*task point"]) -> tuple[Tensor, Tensor]:
    """How far x is beyond the place of the table below it, from 0 to 1, and which that is."""
    steps = ((x + HALF_SIDE) * ((PLACES - 1) / (2 * HALF_SIDE))).clamp(0, PLACES - 1.001)
    place = steps.long()
    return steps - place, place


def _clouds(places: Tensor, centres: Tensor, deviation: float) -> Tensor:
    """Gaussians of one width around centres (centre, 2), each as likely."""
    gaps = places.unsqueeze(-1) - centres.double().T.unsqueeze(1)  # (axis, place, centre)
    each = (-gaps.square() / (2 * deviation**2)).exp() / (math.sqrt(2 * math.pi) * deviation)
    return each[1] @ each[0].T / len(centres)


def _box(places: Tensor, low: float, high: float, blur: float) -> Tensor:
    """A uniform distribution on low…high with Gaussian noise of this deviation."""
    lower, upper = (torch.erf((places - end) / (math.sqrt(2) * blur)) for end in (low, high))
    return (lower - upper) / (2 * (high - low))


def _blobs(places: Tensor, blur: float, label: int) -> Tensor:
    return _clouds(places, torch.tensor([[(-0.8, 0.8)[label], 0.0]]), math.hypot(BLOB, blur))


def _xor(places: Tensor, blur: float, label: int) -> Tensor:
    other = (1, -1)[label]
    centres = 0.65 * torch.tensor([[1.0, other], [-1.0, -other]])
    return _clouds(places, centres, math.hypot(CLOUD, blur))


def _stripes(places: Tensor, blur: float, label: int) -> Tensor:
    middles = (-0.75 + 0.5 * label, 0.25 + 0.5 * label)
    left, right = (_box(places, m - HALF_STRIPE, m + HALF_STRIPE, blur) for m in middles)
    return torch.outer(_box(places, -1.0, 1.0, blur), (left + right) / 2)


def _moons(places: Tensor, blur: float, label: int) -> Tensor:
    return _clouds(places, template("moons")[label], blur)


def _rings(places: Tensor, blur: float, label: int) -> Tensor:
    return _clouds(places, template("rings")[label], blur)


def _spirals(places: Tensor, blur: float, label: int) -> Tensor:
    along = ((torch.arange(TEMPLATE) + 0.5) / TEMPLATE).sqrt()
    return _clouds(places, arms(along.expand(2, -1))[label], blur)


#: The density of each kind's base shape, in the order of `KINDS`: places, blur, class → x2, x1.
DENSITIES: dict[str, Callable[[Tensor, float, int], Tensor]] = {
    "blobs": _blobs,
    "moons": _moons,
    "rings": _rings,
    "xor": _xor,
    "stripes": _stripes,
    "spirals": _spirals,
}
