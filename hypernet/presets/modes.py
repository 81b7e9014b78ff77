"""Shipped presets on curves of five modes."""

from __future__ import annotations

from hypernet.encoders import PointsOptions, SetAttentionOptions
from hypernet.experiment import Experiment
from hypernet.generators import FullOptions
from hypernet.inner import InnerOptions
from hypernet.learners import (
    HypernetworkOptions,
    JointOptions,
    LearnerOptions,
    MamlOptions,
    ScratchOptions,
)
from hypernet.outer import TrainingOptions
from hypernet.presets.preset import described
from hypernet.target import TargetOptions
from hypernet.tasks import FiveModes

#: The target network of Vuorio et al. 2019 (MMAML), for learners that hold its weights once.
_WIDE = TargetOptions(hidden=(100, 100, 100))
#: A smaller one for hypernetworks, whose heads grow with every weight that they write.
_NARROW = TargetOptions(hidden=(40, 40), activation="tanh")
_SMALL_TASKS = TrainingOptions(steps=12_000, shots=(5, 5), queries=10, rate=1e-3, clip=1.0)


def _modes(
    learner: LearnerOptions,
    training: TrainingOptions = _SMALL_TASKS,
    target: TargetOptions = _WIDE,
) -> Experiment:
    return Experiment(family=FiveModes(), target=target, learner=learner, training=training)


MODES = {
    "modes-description": described(
        "Hypernet: description",
        "Writes all weights from the kind of curve and its numbers; no inner steps.",
        _modes(
            HypernetworkOptions(inner=InnerOptions(steps=0, rate=0.0001)),
            TrainingOptions(steps=6000, shots=(1, 1), queries=20, clip=1.0),
            _NARROW,
        ),
    ),
    "modes-set-attention": described(
        "Hypernet: set attention",
        "Writes all weights from points that look at each other; meta-trained without inner steps.",
        _modes(
            HypernetworkOptions(
                encoder=SetAttentionOptions(blocks=3),
                generator=FullOptions(heads="small"),
                inner=InnerOptions(steps=0, rate=0.001),
            ),
            TrainingOptions(
                steps=16_000,
                tasks=64,
                shots=(3, 10),
                queries=40,
                rate=2e-3,
                clip=2.0,
                optimizer="adamw",
                warm_up=200,
            ),
            TargetOptions(hidden=(40, 40)),
        ),
    ),
    "modes-points-inner": described(
        "Hypernet: points + steps",
        "Writes all weights from the support points; meta-trained through {inner.steps} inner "
        "steps.",
        _modes(
            HypernetworkOptions(
                encoder=PointsOptions(width=128, depth=2, stages=2),
                generator=FullOptions(hidden=(64,)),
                inner=InnerOptions(steps=5, rate=0.003, learned_rate=True),
            ),
            TrainingOptions(steps=24_000, shots=(5, 10), queries=20, rate=2e-3, clip=1.0),
            _NARROW,
        ),
    ),
    "modes-maml": described(
        "MAML",
        "A learned start and a learned α for each tensor; mean loss over steps 0 to {inner.steps}.",
        _modes(MamlOptions(inner=InnerOptions(steps=5, rate=0.003, learned_rate=True))),
    ),
    "modes-joint": described(
        "One net for all",
        "One network trained on all tasks at once, the same for every task.",
        _modes(
            JointOptions(rate=0.01),
            TrainingOptions(steps=5000, shots=(5, 5), queries=10, rate=1e-3),
        ),
    ),
    "modes-scratch": described(
        "From scratch",
        "Random weights; nothing is learned before the task arrives.",
        _modes(ScratchOptions(rate=0.003)),
    ),
}
