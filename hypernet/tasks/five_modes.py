"""Five modes: curves of five kinds, from sinusoids to V shapes, seen through noisy points."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor

from hypernet.spec import check, choice, number
from hypernet.tasks.curves import Curves
from hypernet.types import Parameter

_WIDE = (-3.0, 3.0)
#: Smallest and largest |a| of a quadratic, which opens upwards or downwards.
BEND = (0.02, 0.15)
#: Ranges of the numbers of each kind; a quadratic's first has a random sign besides.
RANGES: dict[str, tuple[tuple[float, float], ...]] = {
    "sinusoid": ((0.1, 5.0), (0.0, math.pi)),
    "line": (_WIDE, _WIDE),
    "quadratic": (BEND, _WIDE, _WIDE),
    "tanh": (_WIDE, _WIDE, _WIDE),
    "absolute": (_WIDE, _WIDE, _WIDE),
}
KINDS = tuple(RANGES)
NUMBERS = 3


@dataclass(frozen=True)
class FiveModes(Curves):
    """One of five kinds of curve on [−5, 5]; theta is the kind as its index and its numbers.

    sinusoid a sin(x − b), line a x + b, quadratic a (x − b)² + c, tanh a tanh(x − b) + c and
    absolute a |x − b| + c; a number that a kind does not have is 0. The description is the kind as
    one-hot code, and the numbers in units of the largest of their kind.

    The source adds its noise to query targets too. Here they are exact, as everywhere in this
    project, so that an error is the distance to the truth: its square is what is added to a
    published error.

    Source: Vuorio et al. 2019 (MMAML), the five functions of its regression experiments and code.
    """

    kind: str = choice("all", ("all", *KINDS), help="One kind of curve, or all of them.")
    noise: float = number(0.3, 0.0, 2.0, help="Standard deviation of the support targets' noise.")

    x_range: ClassVar[tuple[float, float]] = (-5.0, 5.0)

    def __post_init__(self) -> None:
        check(self)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Kind as its index, then a, b and c with the widest range of any kind."""
        return (
            Parameter("kind", "kind", "", float(self._kinds[0]), float(self._kinds[-1])),
            Parameter("first number", "a", "", -3.0, 5.0),
            Parameter("second number", "b", "", -3.0, math.pi),
            Parameter("third number", "c", "", *_WIDE),
        )

    @property
    def entries(self) -> tuple[Parameter, ...]:
        """One entry for each kind, then the numbers."""
        kinds = tuple(Parameter(kind, kind, "", 0.0, 1.0) for kind in KINDS)
        numbers = (Parameter(p.name, p.symbol, "", -1.0, 1.0) for p in self.parameters[1:])
        return (*kinds, *numbers)

    @property
    def y_scale(self) -> float:
        """About the standard deviation of the targets over tasks and inputs."""
        return 4.0

    @property
    def protocol(self) -> str:
        """The protocol in one line."""
        kinds = ", ".join(KINDS) if self.kind == "all" else self.kind
        return (
            f"{kinds}; ranges of Vuorio et al. 2019, x in [−5, 5], support noise "
            f"σ = {self.noise:g}, query without noise"
        )

    def sample(self, n_tasks: int, rng: torch.Generator) -> Float[Tensor, "task entry"]:
        """theta of n_tasks tasks, each kind as likely."""
        kind = torch.randint(self._kinds[0], self._kinds[-1] + 1, (n_tasks,), generator=rng)
        low, high = _bounds().unbind(-1)
        drawn = torch.rand(n_tasks, NUMBERS, generator=rng)
        numbers = low[kind] + (high - low)[kind] * drawn
        sign = 2.0 * torch.randint(0, 2, (n_tasks,), generator=rng) - 1
        sign = torch.where(kind == KINDS.index("quadratic"), sign, torch.ones(()))
        return torch.cat([kind[:, None], sign[:, None] * numbers[:, :1], numbers[:, 1:]], dim=-1)

    def describe(self, theta: Float[Tensor, "*task entry"]) -> Float[Tensor, "*task described"]:
        """The description of each theta (see `entries`)."""
        kind = theta[..., 0].long()
        largest = _bounds().abs().amax(dim=-1).clamp(min=BEND[0])
        return torch.cat([torch.eye(len(KINDS))[kind], theta[..., 1:] / largest[kind]], dim=-1)

    def truth(
        self, theta: Float[Tensor, "*task entry"], x: Float[Tensor, "*task point 1"]
    ) -> Float[Tensor, "*task point 1"]:
        """The curve of each theta's kind."""
        kind, a, b, c = theta[..., None, None, :].unbind(-1)
        moved = x - b
        curves = (
            a * moved.sin(),
            a * x + b,
            a * moved.square() + c,
            a * moved.tanh() + c,
            a * moved.abs() + c,
        )
        index = kind.long().expand(x.shape).unsqueeze(0)
        return torch.stack(curves).gather(0, index)[0]

    @property
    def _kinds(self) -> tuple[int, ...]:
        return tuple(range(len(KINDS))) if self.kind == "all" else (KINDS.index(self.kind),)


@functools.cache
def _bounds() -> Float[Tensor, "kind number end"]:
    """Low and high end of each number of each kind; 0 and 0 where there is none."""
    return torch.tensor(
        [[*ranges, *[(0.0, 0.0)] * (NUMBERS - len(ranges))] for ranges in RANGES.values()]
    )
