"""A family of curves from a formula: each of its parameters varies in a range of its own."""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor

from hypernet.formula import MOST_CHARACTERS, Formula, finite_on, parse
from hypernet.init import stream, uniform
from hypernet.spec import check, number, ranges, text
from hypernet.tasks.curves import Curves
from hypernet.types import Parameter

MOST_PARAMETERS = 6
#: Tasks behind `y_scale`; they are checked for finite values, as the corners of the ranges are.
SAMPLE_TASKS = 500
#: Hundredths, so that a formula is tried at 0 and wherever the ends of its ranges are likely to be.
GRID = torch.arange(-500, 501) / 100
#: Targets that vary less are all the same.
SMALLEST_SPREAD = 1e-6

Ranges = tuple[tuple[str, float, float], ...]


@dataclass(frozen=True)
class FormulaFamily(Curves):
    """y = formula(x) with x ~ U[−5, 5] and each parameter uniform in its range.

    theta, which is also the description, is the parameters in the order of `ranges`. A formula is
    refused where it is not finite or too large on a fixed sample of tasks, the corners of the
    ranges among them, and where all its tasks are one constant.
    """

    formula: str = text(
        "a*sin(b*x + c)", most=MOST_CHARACTERS, help="A formula in x and its parameters."
    )
    ranges: Ranges = ranges(
        (("a", 0.1, 5.0), ("b", 0.5, 2.0), ("c", 0.0, 3.14)),
        -100.0,
        100.0,
        most=MOST_PARAMETERS,
        help="For each parameter of the formula the two ends of its range.",
    )
    noise: float = number(0.0, 0.0, 2.0, help="Standard deviation of the support targets' noise.")

    x_range: ClassVar[tuple[float, float]] = (-5.0, 5.0)

    def __post_init__(self) -> None:
        check(self)
        _spread(self.formula, self.ranges)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters of the formula, in the order of `ranges`."""
        return tuple(Parameter(name, name, "", low, high) for name, low, high in self.ranges)

    @property
    def y_scale(self) -> float:
        """The standard deviation of the targets of a fixed sample of tasks."""
        return _spread(self.formula, self.ranges)

    @property
    def protocol(self) -> str:
        """The protocol in one line."""
        varied = ", ".join(f"{name} in [{low:g}, {high:g}]" for name, low, high in self.ranges)
        line = f"y = {self.formula}, {varied}, x in [-5, 5], support noise σ = {self.noise:g}"
        return line.replace("[-", "[−").replace(", -", ", −")

    def truth(
        self, theta: Float[Tensor, "*task entry"], x: Float[Tensor, "*task point 1"]
    ) -> Float[Tensor, "*task point 1"]:
        """The formula at x."""
        return _formula(self.formula)(_values(self.ranges, theta, x))


@functools.lru_cache(maxsize=256)
def _formula(text: str) -> Formula:
    return parse(text, names=None)


def _values(ranges: Ranges, theta: Tensor, x: Tensor) -> dict[str, Tensor]:
    """What each name of the formula stands for, ready to be broadcast over tasks and points."""
    entries = theta[..., None, None, :].unbind(-1)
    return {"x": x, **{name: entry for (name, _, _), entry in zip(ranges, entries, strict=True)}}


@functools.lru_cache(maxsize=256)
def _spread(text: str, ranges: Ranges) -> float:
    """The standard deviation over sampled tasks and the grid; refuses an unusable family.

    Raises:
        ValueError: where the ranges are not those of the formula's parameters, where a value is not
            finite or too large, and where all values are the same.
    """
    formula = _formula(text)
    names = [name for name, _, _ in ranges]
    if sorted(names) != sorted(formula.names):
        needed = ", ".join(formula.names) or "none: write one such as a*sin(x)"
        raise ValueError(
            f"ranges must be of the formula's parameters, {needed}; got {', '.join(names)}"
        )
    corners = torch.tensor(list(itertools.product(*[ends for _, *ends in ranges])))
    low, high = corners[0], corners[-1]
    drawn = uniform((SAMPLE_TASKS, len(ranges)), 0.0, 1.0, stream(0, "formula check"))
    finite_on(formula, _values(ranges, corners, GRID.view(1, -1, 1)))
    some = GRID[::10].view(1, -1, 1)
    spread = finite_on(formula, _values(ranges, low + (high - low) * drawn, some)).std().item()
    if spread < SMALLEST_SPREAD:
        raise ValueError(f"{text} is the same for all tasks and x, so there is nothing to learn")
    return spread
