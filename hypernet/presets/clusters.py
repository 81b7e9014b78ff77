"""Shipped presets on clusters."""

from __future__ import annotations

import dataclasses

from hypernet.encoders import SetAttentionOptions
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
from hypernet.presets.planar import PLANE_NET, TWO_STAGES
from hypernet.presets.preset import Preset, described
from hypernet.tasks import Clusters

_EPISODES = TrainingOptions(steps=1500, shots=(1, 10), queries=10, rate=2e-3, clip=1.0)


#: A target network has one output for each class, so learners that write or start from one are
#: meta-trained for each number of classes; computed heads take any.
OTHER_WAYS = (2, 4, 5)


def _clusters(learner: LearnerOptions, training: TrainingOptions = _EPISODES) -> Experiment:
    return Experiment(family=Clusters(), target=PLANE_NET, learner=learner, training=training)


def with_ways(name: str, ways: int) -> str:
    """The preset `name` on clusters, or the one like it that was made for this many classes."""
    other = f"{name}-{ways}way"
    return other if other in CLUSTERS_WAYS else name


def _with_ways(preset: Preset, ways: int) -> Preset:
    family = Clusters(ways=ways)
    return preset._replace(experiment=dataclasses.replace(preset.experiment, family=family))


CLUSTERS = {
    "clusters-description": described(
        "Hypernet: description",
        "Writes all weights from every class's mean and width; meta-trained without inner steps.",
        _clusters(HypernetworkOptions()),
    ),
    "clusters-set-attention": described(
        "Hypernet: set attention",
        "Writes all weights from points that look at each other; meta-trained without inner steps.",
        _clusters(
            HypernetworkOptions(
                encoder=SetAttentionOptions(slowest=1.0), generator=FullOptions(heads="small")
            ),
            TrainingOptions(
                steps=4000,
                tasks=32,
                shots=(1, 10),
                rate=1e-3,
                clip=1.0,
                optimizer="adamw",
                warm_up=200,
            ),
        ),
    ),
    "clusters-points": described(
        "Hypernet: points",
        "Writes all weights from the labelled points; meta-trained through {inner.steps} inner "
        "steps.",
        _clusters(
            HypernetworkOptions(
                encoder=TWO_STAGES,
                generator=FullOptions(hidden=(64,)),
                inner=InnerOptions(steps=3, rate=0.1, learned_rate=True),
            ),
            TrainingOptions(steps=3000, shots=(1, 10), queries=10, rate=2e-3, clip=1.0),
        ),
    ),
    "clusters-maml": described(
        "MAML",
        "A learned start and a learned α for each tensor; mean loss over steps 0 to {inner.steps}.",
        _clusters(MamlOptions(inner=InnerOptions(steps=5, rate=0.1, learned_rate=True))),
    ),
    "clusters-prototypes": described(
        "Prototypes",
        "A learned embedding; the last layer is made of class means. No gradient step.",
        _clusters(PrototypesOptions()),
    ),
    "clusters-matching": described(
        "Matching",
        "A learned embedding; each class gets the attention of its points. No gradient step.",
        _clusters(MatchingOptions()),
    ),
    "clusters-ridge": described(
        "Ridge head",
        "A learned embedding; the last layer solves ridge regression. No gradient step.",
        _clusters(RidgeOptions()),
    ),
    "clusters-logistic-head": described(
        "Logistic head",
        "A learned embedding; the last layer is a logistic regression, fitted by {steps} Newton "
        "steps.",
        _clusters(LogisticHeadOptions(steps=3)),
    ),
    "clusters-joint": described(
        "One net for all",
        "One network trained on all tasks at once, the same for every task.",
        _clusters(JointOptions(rate=0.1)),
    ),
    "clusters-scratch": described(
        "From scratch",
        "Random weights; nothing is learned before the task arrives.",
        _clusters(ScratchOptions(rate=0.1)),
    ),
    "clusters-logistic": described(
        "Logistic",
        "Logistic regression: straight boundaries fitted to the points. No meta-training.",
        _clusters(LogisticOptions()),
    ),
    "clusters-neighbours": described(
        "Neighbours",
        "The vote of the {k} nearest points. No meta-training.",
        _clusters(NeighboursOptions()),
    ),
}

_OF_ONE_NUMBER = [
    f"clusters-{learner}"
    for learner in ("description", "set-attention", "points", "maml", "joint", "scratch")
]
CLUSTERS_WAYS = {
    f"{name}-{ways}way": _with_ways(CLUSTERS[name], ways)
    for ways in OTHER_WAYS
    for name in _OF_ONE_NUMBER
}
