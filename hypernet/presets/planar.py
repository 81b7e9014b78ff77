"""Shipped presets on planar shapes."""

from __future__ import annotations

from hypernet.encoders import PointsOptions, SetAttentionOptions
from hypernet.experiment import Experiment
from hypernet.generators import FullOptions
from hypernet.inner import InnerOptions
from hypernet.learners import (
    HypernetworkOptions,
    JointOptions,
    LearnerOptions,
    LogisticHeadOptions,
    LogisticOptions,
    MamlOptions,
    MatchingOptions,
    NeighboursOptions,
    PrototypesOptions,
    RidgeOptions,
    ScratchOptions,
)
from hypernet.outer import TrainingOptions
from hypernet.presets.preset import described
from hypernet.target import TargetOptions
from hypernet.tasks import Planar

PLANE_NET = TargetOptions(hidden=(16, 16), activation="tanh")
TWO_STAGES = PointsOptions(width=128, depth=2, stages=2)
_FEW = TrainingOptions(steps=5000, shots=(3, 12), rate=2e-3, clip=1.0)


def _planar(learner: LearnerOptions, training: TrainingOptions = _FEW) -> Experiment:
    return Experiment(family=Planar(), target=PLANE_NET, learner=learner, training=training)


PLANAR = {
    "planar-description": described(
        "Hypernet: description",
        "Writes all weights from kind and geometry; meta-trained without inner steps.",
        _planar(HypernetworkOptions(), TrainingOptions(steps=4000, shots=(1, 1), clip=1.0)),
    ),
    "planar-set-attention": described(
        "Hypernet: set attention",
        "Writes all weights from points that look at each other; meta-trained without inner steps.",
        _planar(
            HypernetworkOptions(
                encoder=SetAttentionOptions(blocks=3, slowest=1.0),
                generator=FullOptions(hidden=(128, 128), heads="small"),
            ),
            TrainingOptions(
                steps=24_000,
                tasks=32,
                shots=(4, 10),
                queries=16,
                rate=1e-3,
                clip=1.0,
                optimizer="adamw",
                warm_up=200,
            ),
        ),
    ),
    "planar-points": described(
        "Hypernet: points",
        "Writes all weights from the labelled points; meta-trained through {inner.steps} inner "
        "steps.",
        _planar(
            HypernetworkOptions(
                encoder=TWO_STAGES,
                generator=FullOptions(hidden=(64,)),
                inner=InnerOptions(steps=3, rate=0.1, learned_rate=True),
            ),
            TrainingOptions(steps=25_000, shots=(3, 12), rate=2e-3, clip=1.0),
        ),
    ),
    "planar-maml": described(
        "MAML",
        "A learned start and a learned α for each tensor; mean loss over steps 0 to {inner.steps}.",
        _planar(
            MamlOptions(inner=InnerOptions(steps=5, rate=0.1, learned_rate=True)),
            TrainingOptions(steps=15_000, shots=(3, 12), rate=2e-3, clip=1.0),
        ),
    ),
    "planar-prototypes": described(
        "Prototypes",
        "A learned embedding; the last layer is made of class means. No gradient step.",
        _planar(PrototypesOptions()),
    ),
    "planar-matching": described(
        "Matching",
        "A learned embedding; each class gets the attention of its points. No gradient step.",
        _planar(MatchingOptions()),
    ),
    "planar-ridge": described(
        "Ridge head",
        "A learned embedding; the last layer solves ridge regression. No gradient step.",
        _planar(RidgeOptions()),
    ),
    "planar-logistic-head": described(
        "Logistic head",
        "A learned embedding; the last layer is a logistic regression, fitted by {steps} Newton "
        "steps.",
        _planar(
            LogisticHeadOptions(steps=3),
            TrainingOptions(steps=3000, shots=(3, 12), rate=2e-3, clip=1.0),
        ),
    ),
    "planar-joint": described(
        "One net for all",
        "One network trained on all tasks at once, the same for every task.",
        _planar(JointOptions(rate=0.1), TrainingOptions(steps=2000, shots=(3, 12))),
    ),
    "planar-scratch": described(
        "From scratch",
        "Random weights; nothing is learned before the task arrives.",
        _planar(ScratchOptions(rate=0.1)),
    ),
    "planar-logistic": described(
        "Logistic",
        "Logistic regression: a straight boundary fitted to the points. No meta-training.",
        _planar(LogisticOptions()),
    ),
    "planar-neighbours": described(
        "Neighbours",
        "The vote of the {k} nearest points. No meta-training.",
        _planar(NeighboursOptions()),
    ),
}
