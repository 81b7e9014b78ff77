"""Shipped presets: a named experiment, its checkpoint and its card."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any, NamedTuple

from hypernet.checkpoint import Checkpoint, card_path, load
from hypernet.encoders import PointsOptions
from hypernet.experiment import Experiment
from hypernet.generators import FullOptions
from hypernet.inner import InnerOptions
from hypernet.learners import (
    HypernetworkOptions,
    JointOptions,
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
from hypernet.target import TargetOptions
from hypernet.tasks import Clusters, Digits, FamilyOptions, Planar

FOLDER = Path(__file__).parent / "pretrained"


class Preset(NamedTuple):
    """What a preset is called, what it is in one sentence, and its experiment."""

    title: str
    summary: str
    experiment: Experiment


def _hypernetwork(training: TrainingOptions, **options: Any) -> Experiment:
    return Experiment(learner=HypernetworkOptions(**options), training=training)


_THROUGH_STEPS = InnerOptions(steps=3, rate=0.01, learned_rate=True)
_THROUGH_5_STEPS = InnerOptions(steps=5, rate=0.003, learned_rate=True)
_DESCRIPTION = TrainingOptions(steps=2000, queries=20, clip=1.0)
_DESCRIPTION_STEPS = TrainingOptions(steps=3000, queries=20, shots=(1, 20), clip=1.0)
_POINTS = TrainingOptions(steps=25_000, queries=20, shots=(1, 20), rate=2e-3, clip=1.0)
_MAML = TrainingOptions(steps=100_000, rate=1e-3, schedule="constant")

SINUSOID = {
    "sinusoid-description": Preset(
        "Hypernet: description",
        "Writes all weights from amplitude and phase; meta-trained without inner steps.",
        _hypernetwork(_DESCRIPTION),
    ),
    "sinusoid-description-inner": Preset(
        "Hypernet: description + steps",
        "Writes all weights from amplitude and phase; meta-trained through 3 inner steps.",
        _hypernetwork(_DESCRIPTION_STEPS, inner=_THROUGH_STEPS),
    ),
    "sinusoid-points": Preset(
        "Hypernet: points",
        "Writes all weights from the support points; meta-trained without inner steps.",
        _hypernetwork(_POINTS, encoder=PointsOptions()),
    ),
    "sinusoid-points-inner": Preset(
        "Hypernet: points + steps",
        "Writes all weights from the support points; meta-trained through 5 inner steps.",
        _hypernetwork(_POINTS, encoder=PointsOptions(), inner=_THROUGH_5_STEPS),
    ),
    "sinusoid-maml": Preset(
        "MAML",
        "A learned start; meta-trained for the loss after 1 gradient step of α = 0.001.",
        Experiment(learner=MamlOptions(), training=_MAML),
    ),
    "sinusoid-maml-averaged": Preset(
        "MAML, averaged",
        "A learned start; meta-trained for the mean loss over steps 0 to 5 of α = 0.01.",
        Experiment(
            learner=MamlOptions(inner=InnerOptions(steps=5, rate=0.01)),
            training=TrainingOptions(steps=30_000, rate=1e-3),
        ),
    ),
    "sinusoid-joint": Preset(
        "One net for all",
        "One network trained on all tasks at once, the same for every task.",
        Experiment(learner=JointOptions(), training=TrainingOptions(steps=5000, rate=1e-3)),
    ),
    "sinusoid-scratch": Preset(
        "From scratch",
        "Random weights; nothing is learned before the task arrives.",
        Experiment(learner=ScratchOptions()),
    ),
}

_TANH = TargetOptions(hidden=(16, 16), activation="tanh")
_TWO_STAGES = PointsOptions(width=128, depth=2, stages=2)
_FEW = TrainingOptions(steps=5000, shots=(3, 12), rate=2e-3, clip=1.0)


def _planar(learner: LearnerOptions, training: TrainingOptions = _FEW) -> Experiment:
    return Experiment(family=Planar(), target=_TANH, learner=learner, training=training)


PLANAR = {
    "planar-description": Preset(
        "Hypernet: description",
        "Writes all weights from kind and geometry; meta-trained without inner steps.",
        _planar(HypernetworkOptions(), TrainingOptions(steps=4000, shots=(1, 1), clip=1.0)),
    ),
    "planar-points": Preset(
        "Hypernet: points",
        "Writes all weights from the labelled points; meta-trained through 3 inner steps.",
        _planar(
            HypernetworkOptions(
                encoder=_TWO_STAGES,
                generator=FullOptions(hidden=(64,)),
                inner=InnerOptions(steps=3, rate=0.1, learned_rate=True),
            ),
            TrainingOptions(steps=25_000, shots=(3, 12), rate=2e-3, clip=1.0),
        ),
    ),
    "planar-maml": Preset(
        "MAML",
        "A learned start and a learned α for each tensor; mean loss over steps 0 to 5.",
        _planar(
            MamlOptions(inner=InnerOptions(steps=5, rate=0.1, learned_rate=True)),
            TrainingOptions(steps=15_000, shots=(3, 12), rate=2e-3, clip=1.0),
        ),
    ),
    "planar-prototypes": Preset(
        "Prototypes",
        "A learned embedding; the last layer is made of class means. No gradient step.",
        _planar(PrototypesOptions()),
    ),
    "planar-matching": Preset(
        "Matching",
        "A learned embedding; each class gets the attention of its points. No gradient step.",
        _planar(MatchingOptions()),
    ),
    "planar-ridge": Preset(
        "Ridge head",
        "A learned embedding; the last layer solves ridge regression. No gradient step.",
        _planar(RidgeOptions()),
    ),
    "planar-joint": Preset(
        "One net for all",
        "One network trained on all tasks at once, the same for every task.",
        _planar(JointOptions(rate=0.1), TrainingOptions(steps=2000, shots=(3, 12))),
    ),
    "planar-scratch": Preset(
        "From scratch",
        "Random weights; nothing is learned before the task arrives.",
        _planar(ScratchOptions(rate=0.1)),
    ),
    "planar-logistic": Preset(
        "Logistic",
        "Logistic regression: a straight boundary fitted to the points. No meta-training.",
        _planar(LogisticOptions()),
    ),
    "planar-neighbours": Preset(
        "Neighbours",
        "The vote of the three nearest points. No meta-training.",
        _planar(NeighboursOptions()),
    ),
}

_EPISODES = TrainingOptions(steps=1500, shots=(1, 10), queries=10, rate=2e-3, clip=1.0)


def _clusters(learner: LearnerOptions, training: TrainingOptions = _EPISODES) -> Experiment:
    return Experiment(family=Clusters(), target=_TANH, learner=learner, training=training)


CLUSTERS = {
    "clusters-description": Preset(
        "Hypernet: description",
        "Writes all weights from every class's mean and width; meta-trained without inner steps.",
        _clusters(HypernetworkOptions()),
    ),
    "clusters-points": Preset(
        "Hypernet: points",
        "Writes all weights from the labelled points; meta-trained through 3 inner steps.",
        _clusters(
            HypernetworkOptions(
                encoder=_TWO_STAGES,
                generator=FullOptions(hidden=(64,)),
                inner=InnerOptions(steps=3, rate=0.1, learned_rate=True),
            ),
            TrainingOptions(steps=3000, shots=(1, 10), queries=10, rate=2e-3, clip=1.0),
        ),
    ),
    "clusters-maml": Preset(
        "MAML",
        "A learned start and a learned α for each tensor; mean loss over steps 0 to 5.",
        _clusters(MamlOptions(inner=InnerOptions(steps=5, rate=0.1, learned_rate=True))),
    ),
    "clusters-prototypes": Preset(
        "Prototypes",
        "A learned embedding; the last layer is made of class means. No gradient step.",
        _clusters(PrototypesOptions()),
    ),
    "clusters-matching": Preset(
        "Matching",
        "A learned embedding; each class gets the attention of its points. No gradient step.",
        _clusters(MatchingOptions()),
    ),
    "clusters-ridge": Preset(
        "Ridge head",
        "A learned embedding; the last layer solves ridge regression. No gradient step.",
        _clusters(RidgeOptions()),
    ),
    "clusters-scratch": Preset(
        "From scratch",
        "Random weights; nothing is learned before the task arrives.",
        _clusters(ScratchOptions(rate=0.1)),
    ),
    "clusters-logistic": Preset(
        "Logistic regression",
        "Straight boundaries fitted to the points; no meta-training.",
        _clusters(LogisticOptions()),
    ),
    "clusters-neighbours": Preset(
        "3 nearest neighbours",
        "The vote of the three nearest points; no meta-training.",
        _clusters(NeighboursOptions()),
    ),
}

_CONV = ConvOptions(channels=(64, 64))
_TEN_WAYS = Digits(ways=10, augment=True)
_THREE_WAYS = Digits(augment=True)
_IMAGES = TrainingOptions(steps=800, tasks=2, shots=(5, 5), queries=8, rate=1e-3)
_LONGER = TrainingOptions(steps=2000, tasks=2, shots=(5, 5), queries=8, rate=1e-3)


def _digits(
    learner: LearnerOptions,
    training: TrainingOptions = _IMAGES,
    family: FamilyOptions = _TEN_WAYS,
) -> Experiment:
    return Experiment(
        family=family, target=TargetOptions(hidden=(32,)), learner=learner, training=training
    )


DIGITS = {
    "digits-points": Preset(
        "Hypernet: points",
        "Writes all weights from the labelled images; meta-trained through 3 inner steps.",
        _digits(
            HypernetworkOptions(
                encoder=PointsOptions(width=128, depth=2),
                generator=FullOptions(hidden=(64,)),
                inner=InnerOptions(steps=3, rate=0.1, learned_rate=True),
            ),
            TrainingOptions(steps=4000, tasks=16, shots=(5, 5), queries=8, rate=3e-3, clip=1.0),
            _THREE_WAYS,
        ),
    ),
    "digits-maml": Preset(
        "MAML",
        "A learned start and a learned α for each tensor; mean loss over steps 0 to 5.",
        _digits(
            MamlOptions(inner=InnerOptions(steps=5, rate=0.1, learned_rate=True)),
            TrainingOptions(steps=1200, tasks=16, shots=(5, 5), queries=8, rate=2e-3, clip=1.0),
            _THREE_WAYS,
        ),
    ),
    "digits-prototypes": Preset(
        "Prototypes",
        "Learned convolutions; the last layer is made of class means. No gradient step.",
        _digits(PrototypesOptions(embedding=ConvOptions(channels=(64, 128))), _LONGER),
    ),
    "digits-matching": Preset(
        "Matching",
        "Learned convolutions; each class gets the attention of its images. No gradient step.",
        _digits(MatchingOptions(embedding=_CONV)),
    ),
    "digits-ridge": Preset(
        "Ridge head",
        "Learned convolutions; the last layer solves ridge regression. No gradient step.",
        _digits(RidgeOptions(embedding=_CONV)),
    ),
    "digits-pixels": Preset(
        "Prototypes of raw pixels",
        "The last layer is made of mean images; no meta-training.",
        _digits(PrototypesOptions(embedding=PixelsOptions()), family=Digits()),
    ),
    "digits-scratch": Preset(
        "From scratch",
        "Random weights; nothing is learned before the task arrives.",
        _digits(ScratchOptions(rate=0.1), family=Digits()),
    ),
    "digits-logistic": Preset(
        "Logistic regression",
        "Straight boundaries fitted to the images; no meta-training.",
        _digits(LogisticOptions(), family=Digits()),
    ),
    "digits-neighbours": Preset(
        "3 nearest neighbours",
        "The vote of the three nearest images; no meta-training.",
        _digits(NeighboursOptions(), family=Digits()),
    ),
}

PRESETS: dict[str, Preset] = {**SINUSOID, **PLANAR, **CLUSTERS, **DIGITS}


def preset(name: str) -> Preset:
    """The preset of that name.

    Raises:
        ValueError: for an unknown name, with the known ones.
    """
    if name not in PRESETS:
        raise ValueError(f"preset must be one of {', '.join(PRESETS)}, got {name!r}")
    return PRESETS[name]


@functools.lru_cache(maxsize=len(PRESETS))
def load_preset(name: str) -> Checkpoint:
    """The shipped checkpoint of a preset, loaded once in a process; do not train it in place."""
    preset(name)
    checkpoint = load(FOLDER / f"{name}.safetensors")
    checkpoint.learner.requires_grad_(False)
    return checkpoint


@functools.lru_cache(maxsize=len(PRESETS))
def card(name: str) -> dict[str, Any]:
    """The card of a preset: protocol, seed, command, version and measured numbers."""
    preset(name)
    content: dict[str, Any] = json.loads(
        card_path(FOLDER / f"{name}.safetensors").read_text("utf-8")
    )
    return content
