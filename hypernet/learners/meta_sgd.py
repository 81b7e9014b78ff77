"""Meta-SGD: a meta-learned start, and a meta-learned step size for every single weight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from hypernet.init import uniform
from hypernet.inner import MOST_STEPS, InnerOptions, weighting
from hypernet.learners.gradient import OneStart, named, tensors
from hypernet.protocols import TaskFamily
from hypernet.spec import check, flag, number, span
from hypernet.target import TargetNetwork


@dataclass(frozen=True)
class MetaSgdOptions:
    """The inner loop that start and step sizes are meta-trained through."""

    steps: int = number(
        1, 0, MOST_STEPS, help="Gradient steps on the support points during meta-training."
    )
    rates: tuple[float, float] = span(
        (0.005, 0.1), 1e-6, 10.0, help="Range of the random step sizes that learning starts from."
    )
    first_order: bool = flag(False, help="Treat the inner gradients as constants.")
    weighting: str = weighting("last")

    def __post_init__(self) -> None:
        check(self)

    def build(self, family: TaskFamily, target: TargetNetwork, rng: torch.Generator) -> MetaSgd:
        """The learner for this family and target network."""
        return MetaSgd(family, target, self, rng)


class MetaSgd(OneStart):
    """w ← w − α ∘ ∇w loss(w), where w's start and α, of the shape of w, are both learned.

    α may turn negative, since nothing but the query loss says what it is. With one value
    everywhere in α it is MAML.

    Source: Li et al. 2017 (Meta-SGD), equation 3 and algorithm 1.
    """

    def __init__(
        self,
        family: TaskFamily,
        target: TargetNetwork,
        options: MetaSgdOptions,
        rng: torch.Generator,
    ) -> None:
        inner = InnerOptions(
            options.steps, first_order=options.first_order, weighting=options.weighting
        )
        super().__init__(family, target, inner, rng, trainable=True)
        alphas = {n: uniform(shape, *options.rates, rng) for n, shape in target.shapes.items()}
        self.alphas = tensors(alphas, trainable=True)

    def rates(self) -> float | Mapping[str, Tensor]:
        """One learned α for every weight."""
        return named(self.alphas, self.target)
