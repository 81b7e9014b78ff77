"""Presets that any family gets, with numbers that suit small tasks."""

from __future__ import annotations

from hypernet.encoders import PointsOptions
from hypernet.experiment import Experiment
from hypernet.inner import InnerOptions
from hypernet.learners import (
    CLASSIFIERS,
    HypernetworkOptions,
    JointOptions,
    LearnerOptions,
    MamlOptions,
    PrototypesOptions,
    RidgeOptions,
    ScratchOptions,
)
from hypernet.outer import TrainingOptions
from hypernet.presets.planar import PLANE_NET
from hypernet.presets.preset import Preset, described
from hypernet.protocols import Classification, TaskFamily
from hypernet.target import TargetOptions

_CURVES = TrainingOptions(steps=2000, shots=(1, 20), queries=20, rate=2e-3, clip=1.0)
_CLASSES = TrainingOptions(steps=1500, shots=(1, 10), queries=10, rate=2e-3, clip=1.0)


def default_presets(name: str, family: TaskFamily) -> dict[str, Preset]:
    """The presets NAME-LEARNER of a family, for every learner that it can have."""
    classes = isinstance(family, Classification)
    training, target = (_CLASSES, PLANE_NET) if classes else (_CURVES, TargetOptions())
    fixed = family.held_out().n_out == family.n_out
    return {
        f"{name}-{learner}": described(
            title, summary, Experiment(family, target, options, training)
        )
        for learner, (title, summary, options) in _learners(0.1 if classes else 0.01).items()
        if (classes if isinstance(options, CLASSIFIERS) else fixed)
    }


def _learners(rate: float) -> dict[str, tuple[str, str, LearnerOptions]]:
    """Title, summary and options of each learner, with inner steps of this rate."""
    return {
        "description": (
            "Hypernet: description",
            "Writes all weights from the description; meta-trained without inner steps.",
            HypernetworkOptions(),
        ),
        "points": (
            "Hypernet: points",
            "Writes all weights from the support points; meta-trained through {inner.steps} "
            "inner steps.",
            HypernetworkOptions(
                encoder=PointsOptions(), inner=InnerOptions(3, rate, learned_rate=True)
            ),
        ),
        "maml": (
            "MAML",
            "A learned start and a learned α for each tensor; mean loss over steps 0 to "
            "{inner.steps}.",
            MamlOptions(InnerOptions(5, rate, learned_rate=True)),
        ),
        "prototypes": (
            "Prototypes",
            "A learned embedding; the last layer is made of class means. No gradient step.",
            PrototypesOptions(),
        ),
        "ridge": (
            "Ridge head",
            "A learned embedding; the last layer solves ridge regression. No gradient step.",
            RidgeOptions(),
        ),
        "joint": (
            "One net for all",
            "One network trained on all tasks at once, the same for every task.",
            JointOptions(rate),
        ),
        "scratch": (
            "From scratch",
            "Random weights; nothing is learned before the task arrives.",
            ScratchOptions(rate),
        ),
    }
