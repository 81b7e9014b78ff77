"""Presets that any part of one's own gets, with numbers that suit small tasks."""

from __future__ import annotations

from typing import Any

from hypernet.encoders import PointsOptions
from hypernet.experiment import Experiment
from hypernet.inner import InnerOptions
from hypernet.learners import (
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
from hypernet.protocols import Classification, ForClasses, TaskFamily
from hypernet.target import TargetOptions
from hypernet.tasks import Planar, Sinusoid

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
        if (classes if isinstance(options, ForClasses) else fixed)
    }


def part_presets(role: str, name: str, options: object) -> dict[str, Preset]:
    """The presets FAMILY-NAME of an encoder, a generator or a learner of one's own.

    They are on sinusoids and on planar shapes, as far as the part works there.
    """
    found: dict[str, Preset] = {}
    for family in (Sinusoid(), Planar()):
        classes = isinstance(family, Classification)
        training, target = (_CLASSES, PLANE_NET) if classes else (_CURVES, TargetOptions())
        try:
            learner = _learner_with(role, options, 0.1 if classes else 0.01)
            experiment = Experiment(family, target, learner, training)
            experiment.build()
        except ValueError:
            continue
        word = "planar" if classes else "sinusoid"
        found[f"{word}-{name}"] = Preset(name, _SUMMARIES[role], experiment)
    return found


_SUMMARIES = {
    "encoder": "Writes all weights from what your encoder reads; through 3 inner steps.",
    "generator": "Your generator writes the weights from the description; without inner steps.",
    "learner": "Your learner, with its default options.",
}


def _learner_with(role: str, options: Any, rate: float) -> LearnerOptions:
    """The learner around a part, with inner steps of this rate."""
    if role == "encoder":
        inner = InnerOptions(3, rate, learned_rate=True)
        return HypernetworkOptions(encoder=options, inner=inner)
    if role == "generator":
        return HypernetworkOptions(generator=options, inner=_after(rate))
    learner: LearnerOptions = options
    return learner


def _after(rate: float) -> InnerOptions:
    """No inner steps in meta-training, and later ones a tenth as long as of who learned to walk.

    Who is told the task lands near its truth, where steps of the usual size overshoot.
    """
    return InnerOptions(steps=0, rate=rate / 10)


def _learners(rate: float) -> dict[str, tuple[str, str, LearnerOptions]]:
    """Title, summary and options of each learner, with inner steps of this rate."""
    return {
        "description": (
            "Hypernet: description",
            "Writes all weights from the description; meta-trained without inner steps.",
            HypernetworkOptions(inner=_after(rate)),
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
