"""MAML: a meta-learned start from which few gradient steps lead far."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from hypernet.inner import InnerOptions
from hypernet.learners.gradient import SharedStart
from hypernet.protocols import TaskFamily
from hypernet.spec import check, part
from hypernet.target import TargetNetwork


@dataclass(frozen=True)
class MamlOptions:
    """The inner loop that the start is meta-trained through; first order gives FOMAML.

    Source: Finn et al. 2017, algorithm 1; first order in section 5.2.
    """

    inner: InnerOptions = part(
        InnerOptions(rate=0.001, weighting="last"), {"gradient": InnerOptions}
    )

    def __post_init__(self) -> None:
        check(self)

    def build(self, family: TaskFamily, target: TargetNetwork, rng: torch.Generator) -> SharedStart:
        """The learner for this family and target network."""
        return SharedStart(family, target, self.inner, rng, trainable=True)
