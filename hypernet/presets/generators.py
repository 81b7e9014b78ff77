"""Shipped presets of generators: the same description, the weights written in other ways."""

from __future__ import annotations

from hypernet.encoders import PointsOptions
from hypernet.experiment import Experiment
from hypernet.generators import (
    AttentionOptions,
    ChunkedOptions,
    ConditioningOptions,
    FilmOptions,
    GeneratorOptions,
    LastLayerOptions,
    LowRankOptions,
)
from hypernet.inner import InnerOptions
from hypernet.learners import HypernetworkOptions
from hypernet.outer import TrainingOptions
from hypernet.presets.preset import described
from hypernet.target import TargetOptions
from hypernet.tasks import Digits

#: As long as `sinusoid-description`, whose generator is full.
_DESCRIPTION = TrainingOptions(steps=2000, queries=20, clip=1.0)
#: One small head for all chunks needs longer than a head for each tensor.
_CHUNKS = TrainingOptions(
    steps=8000, queries=20, rate=6e-3, clip=1.0, optimizer="adamw", warm_up=200
)
_USUAL = TargetOptions()
#: With these units the network that reads the description beside x has as many parameters as the
#: full generator.
_LARGE = TargetOptions(hidden=(197, 197, 197, 197))


def _sinusoid(
    generator: GeneratorOptions,
    rate: float,
    training: TrainingOptions = _DESCRIPTION,
    target: TargetOptions = _USUAL,
) -> Experiment:
    """Meta-trained without inner steps; later ones have the size `rate`.

    It is the largest of 0.001, 0.0003 and 0.0001 with which ten steps on five points leave the mean
    error within its interval, on validation tasks.
    """
    inner = InnerOptions(steps=0, rate=rate)
    learner = HypernetworkOptions(generator=generator, inner=inner)
    return Experiment(target=target, learner=learner, training=training)


GENERATED = {
    "sinusoid-conditioning": described(
        "Description beside x",
        "One network that reads the description beside x; no weight but b1 depends on the task.",
        _sinusoid(ConditioningOptions(), rate=0.0001),
    ),
    "sinusoid-conditioning-large": described(
        "Description beside x, as large",
        "One network that reads the description beside x, with as many parameters as the full "
        "generator.",
        _sinusoid(ConditioningOptions(), rate=0.0003, target=_LARGE),
    ),
    "sinusoid-film": described(
        "Hypernet: FiLM",
        "Scales and shifts every hidden unit of a shared network, from the description.",
        _sinusoid(FilmOptions(), rate=0.0003),
    ),
    "sinusoid-last-layer": described(
        "Hypernet: last layer",
        "Writes the last layer from the description; the layers below are shared.",
        _sinusoid(LastLayerOptions(), rate=0.0001),
    ),
    "sinusoid-low-rank": described(
        "Hypernet: low rank",
        "Adds a change of rank {generator.rank} to a shared network, from the description.",
        _sinusoid(LowRankOptions(), rate=0.001),
    ),
    "sinusoid-chunked": described(
        "Hypernet: chunks",
        "Writes all weights from the description in chunks of {generator.chunk} with one small "
        "head.",
        _sinusoid(ChunkedOptions(), rate=0.0003, training=_CHUNKS),
    ),
    "sinusoid-attention": described(
        "Hypernet: attention",
        "Writes all weights from the description; units look at each other before they are.",
        _sinusoid(AttentionOptions(), rate=0.0003),
    ),
    "digits-points-last-layer": described(
        "Hypernet: points, last layer",
        "Writes the last layer over a shared one from the images, through {inner.steps} inner "
        "steps.",
        Experiment(
            family=Digits(augment=True),
            target=TargetOptions(hidden=(64,)),
            learner=HypernetworkOptions(
                encoder=PointsOptions(width=128, depth=2, stages=2),
                generator=LastLayerOptions(hidden=(64,)),
                inner=InnerOptions(steps=3, rate=0.1, learned_rate=True),
            ),
            training=TrainingOptions(
                steps=4000, tasks=16, shots=(5, 5), queries=8, rate=2e-3, clip=1.0
            ),
        ),
    ),
}
