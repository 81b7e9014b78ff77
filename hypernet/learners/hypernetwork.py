"""Hypernetwork: all weights written in one pass, then optionally a few gradient steps."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from hypernet.encoders import ENCODERS, DescriptionOptions
from hypernet.encoders.task_code import TaskCodeEncoder
from hypernet.generators import GENERATORS, FullOptions
from hypernet.inner import InnerOptions
from hypernet.learners.gradient import GradientLearner
from hypernet.protocols import (
    AnyGenerator,
    Encoder,
    EncoderOptions,
    GeneratorOptions,
    ReadsPoints,
    TaskFamily,
)
from hypernet.spec import check, part
from hypernet.target import TargetNetwork
from hypernet.types import Batch, Params


@dataclass(frozen=True)
class HypernetworkOptions:
    """What the hypernetwork is told, how it writes weights, and the inner loop behind it."""

    encoder: EncoderOptions = part(DescriptionOptions(), ENCODERS)
    generator: GeneratorOptions = part(FullOptions(), GENERATORS)
    inner: InnerOptions = part(InnerOptions(steps=0), {"gradient": InnerOptions})

    def __post_init__(self) -> None:
        check(self)

    def build(
        self, family: TaskFamily, target: TargetNetwork, rng: torch.Generator
    ) -> Hypernetwork:
        """The learner for this family and target network."""
        encoder = self.encoder.build(family, rng)
        generator = self.generator.build(encoder.n_out, target, rng)
        return Hypernetwork(family, target, self.inner, encoder, generator)


class Hypernetwork(GradientLearner):
    """description, support → encoder → z → generator → weights.

    Source: Ha et al. 2016 (HyperNetworks); with the task as input, von Oswald et al. 2020.
    """

    def __init__(
        self,
        family: TaskFamily,
        target: TargetNetwork,
        inner: InnerOptions,
        encoder: Encoder,
        generator: AnyGenerator,
    ) -> None:
        super().__init__(family, target, inner)
        self.encoder = encoder
        self.generator = generator

    def initial(self, description: Float[Tensor, "*task entry"], support: Batch) -> Params:
        """The generated weights of each task."""
        return self.write(self.embed(description, support), support)

    def write(self, z: Float[Tensor, "*task z"], support: Batch) -> Params:
        """The weights that are written from z, or from z and the points where they are read."""
        if isinstance(self.generator, ReadsPoints):
            params: Params = self.generator(z, support)
            return params
        return self.generator(z)

    def embed(
        self, description: Float[Tensor, "*task entry"], support: Batch
    ) -> Float[Tensor, "*task z"]:
        """The z that each task's weights are written from; a code is looked for on the support."""
        if not isinstance(self.encoder, TaskCodeEncoder):
            return self.encoder(description, support)

        def support_loss(code: Tensor) -> Tensor:
            return self.loss(self.target(self.write(code, support), support.x), support)

        return self.encoder.find(description, support, support_loss)

    def training_tasks(self) -> Float[Tensor, "pool entry"] | None:
        """The tasks that have a code, where the encoder gives codes."""
        return self.encoder.theta if isinstance(self.encoder, TaskCodeEncoder) else None
