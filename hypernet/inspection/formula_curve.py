"""A curve of the visitor's own: a formula with numbers for its parameters, or points alone."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from hypernet.formula import Formula, parse
from hypernet.inspection.curve import Signal
from hypernet.protocols import TaskFamily
from hypernet.tasks import FormulaFamily, Sinusoid


@dataclass(frozen=True)
class OwnSignal(Signal):
    """y = formula(x), or a curve that nobody knows where the formula is empty.

    Args:
        formula: its text, or "".
        values: a number for each of the formula's parameters.
        wave: amplitude and phase that learners of sinusoids are told: the nearest wave's, say.
    """

    formula: str
    values: tuple[tuple[str, float], ...] = ()
    wave: tuple[float, float] = (0.0, 0.0)

    def truth(self, x: Float[Tensor, "point 1"]) -> Float[Tensor, "point 1"] | None:
        """The formula at x."""
        if not self.formula:
            return None
        named = {name: torch.tensor(value) for name, value in self.values}
        return _parsed(self.formula, tuple(named))({"x": x, **named}).expand_as(x)

    def told(self, family: TaskFamily) -> Float[Tensor, " entry"]:
        """The parameters' numbers for learners of this formula, the wave's for those of waves."""
        if isinstance(family, FormulaFamily) and family.formula == self.formula:
            values = dict(self.values)
            return torch.tensor([values[p.name] for p in family.parameters])
        if isinstance(family, Sinusoid):
            return torch.tensor(self.wave)
        raise ValueError(
            f"family must be sinusoids or y = {self.formula}, got {type(family).__name__}"
        )


@functools.lru_cache(maxsize=256)
def _parsed(text: str, names: tuple[str, ...]) -> Formula:
    return parse(text, names)
