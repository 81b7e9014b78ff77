"""Shipped presets on images of classes that meta-training never saw."""

from __future__ import annotations

from hypernet.encoders import NoneOptions, PointsOptions
from hypernet.experiment import Experiment
from hypernet.generators import FullOptions, SimilaritiesOptions
from hypernet.inner import InnerOptions
from hypernet.learners import (
    HypernetworkOptions,
    LearnerOptions,
    LogisticOptions,
    MamlOptions,
    MatchingOptions,
    NeighboursOptions,
    PrototypesOptions,
    RidgeOptions,
    ScratchOptions,
)
from hypernet.learners.embedding import ConvOptions, PixelsOptions
from hypernet.outer import TrainingOptions
from hypernet.presets.preset import Preset, described
from hypernet.protocols import TaskFamily
from hypernet.target import ConvTargetOptions, TargetOptions
from hypernet.tasks import Digits, Sketches
from hypernet.tasks.images import ImageClasses

_CONV = ConvOptions(channels=(64, 64))
_IMAGES = TrainingOptions(steps=800, tasks=2, shots=(5, 5), queries=8, rate=1e-3)
_LONGER = TrainingOptions(steps=2000, tasks=2, shots=(5, 5), queries=8, rate=1e-3)


def _images(
    family: TaskFamily, learner: LearnerOptions, training: TrainingOptions = _IMAGES
) -> Experiment:
    return Experiment(
        family=family, target=TargetOptions(hidden=(32,)), learner=learner, training=training
    )


def _alike(name: str, kind: type[ImageClasses]) -> dict[str, Preset]:
    """What is meta-trained alike on every set of images."""
    plain, three_ways, ten_ways = kind(), kind(augment=True), kind(ways=10, augment=True)
    return {
        f"{name}-hypernetwork": described(
            "Hypernet: similarities",
            "Learned convolutions; the last layer is written in {generator.rounds} rounds from how "
            "alike the images are. Meta-trained without inner steps.",
            Experiment(
                family=ten_ways,
                target=ConvTargetOptions(channels=(32, 64), stacks=3),
                learner=HypernetworkOptions(
                    encoder=NoneOptions(size=1), generator=SimilaritiesOptions()
                ),
                training=TrainingOptions(steps=600, tasks=2, shots=(5, 5), queries=8, rate=3e-3),
            ),
        ),
        f"{name}-maml": described(
            "MAML",
            "A learned start and a learned α for each tensor; mean loss over steps 0 to "
            "{inner.steps}.",
            _images(
                three_ways,
                MamlOptions(inner=InnerOptions(steps=5, rate=0.1, learned_rate=True)),
                TrainingOptions(steps=1200, tasks=16, shots=(5, 5), queries=8, rate=2e-3, clip=1.0),
            ),
        ),
        f"{name}-prototypes": described(
            "Prototypes",
            "Learned convolutions; the last layer is made of class means. No gradient step.",
            _images(
                ten_ways, PrototypesOptions(embedding=ConvOptions(channels=(64, 128))), _LONGER
            ),
        ),
        f"{name}-matching": described(
            "Matching",
            "Learned convolutions; each class gets the attention of its images. No gradient step.",
            _images(ten_ways, MatchingOptions(embedding=_CONV)),
        ),
        f"{name}-ridge": described(
            "Ridge head",
            "Learned convolutions; the last layer solves ridge regression. No gradient step.",
            _images(ten_ways, RidgeOptions(embedding=_CONV)),
        ),
        f"{name}-pixels": described(
            "Prototypes of raw pixels",
            "The last layer is made of mean images; no meta-training.",
            _images(plain, PrototypesOptions(embedding=PixelsOptions())),
        ),
        f"{name}-scratch": described(
            "From scratch",
            "Random weights; nothing is learned before the task arrives.",
            _images(plain, ScratchOptions(rate=0.1)),
        ),
        f"{name}-logistic": described(
            "Logistic regression",
            "Straight boundaries fitted to the images; no meta-training.",
            _images(plain, LogisticOptions()),
        ),
        f"{name}-neighbours": described(
            "3 nearest neighbours",
            "The vote of the {k} nearest images; no meta-training.",
            _images(plain, NeighboursOptions()),
        ),
    }


DIGITS = {
    "digits-points": described(
        "Hypernet: points",
        "Writes all weights from the labelled images; meta-trained through {inner.steps} inner "
        "steps. It loses: one vector must say all of a task, and dense units see no shapes.",
        _images(
            Digits(augment=True),
            HypernetworkOptions(
                encoder=PointsOptions(width=128, depth=2),
                generator=FullOptions(hidden=(64,)),
                inner=InnerOptions(steps=3, rate=0.1, learned_rate=True),
            ),
            TrainingOptions(steps=4000, tasks=16, shots=(5, 5), queries=8, rate=3e-3, clip=1.0),
        ),
    ),
    **_alike("digits", Digits),
}

SKETCHES = _alike("sketches", Sketches)
