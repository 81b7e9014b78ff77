"""Joint: one network trained on all tasks at once, the same for every task."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from hypernet.inner import InnerOptions
from hypernet.learners.gradient import SharedStart
from hypernet.protocols import TaskFamily
from hypernet.spec import check, number
from hypernet.target import TargetNetwork


@dataclass(frozen=True)
class JointOptions:
    """Trained without inner steps; `rate` is that of a later fine-tuning.

    Source: the "pretrained on all tasks" baseline of Finn et al. 2017, section 5.1.
    """

    rate: float = number(0.01, 1e-6, 10.0, help="Learning rate α of fine-tuning.")

    def __post_init__(self) -> None:
        check(self)

    def build(self, family: TaskFamily, target: TargetNetwork, rng: torch.Generator) -> SharedStart:
        """The learner for this family and target network."""
        inner = InnerOptions(steps=0, rate=self.rate)
        return SharedStart(family, target, inner, rng, trainable=True)
