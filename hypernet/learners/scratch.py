"""Scratch: random weights, then gradient steps. Nothing is meta-learned."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from hypernet.inner import InnerOptions
from hypernet.learners.gradient import SharedStart
from hypernet.protocols import TaskFamily
from hypernet.spec import check, number
from hypernet.target import TargetNetwork


@dataclass(frozen=True)
class ScratchOptions:
    """One random start for all tasks, and the learning rate of its training."""

    rate: float = number(0.01, 1e-6, 10.0, help="Learning rate α.")

    def __post_init__(self) -> None:
        check(self)

    def build(self, family: TaskFamily, target: TargetNetwork, rng: torch.Generator) -> SharedStart:
        """The learner for this family and target network."""
        return SharedStart(family, target, InnerOptions(rate=self.rate), rng, trainable=False)
