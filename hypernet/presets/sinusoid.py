"""Shipped presets on sinusoids."""

from __future__ import annotations

from typing import Any

from hypernet.encoders import PointsOptions, SetAttentionOptions
from hypernet.experiment import Experiment
from hypernet.generators import FullOptions
from hypernet.inner import InnerOptions
from hypernet.learners import (
    CaviaOptions,
    HypernetworkOptions,
    JointOptions,
    LearnedOptimiserOptions,
    MamlOptions,
    MetaSgdOptions,
    ScratchOptions,
)
from hypernet.outer import TrainingOptions
from hypernet.presets.preset import described


def _hypernetwork(training: TrainingOptions, **options: Any) -> Experiment:
    return Experiment(learner=HypernetworkOptions(**options), training=training)


_THROUGH_STEPS = InnerOptions(steps=3, rate=0.01, learned_rate=True)
_THROUGH_5_STEPS = InnerOptions(steps=5, rate=0.003, learned_rate=True)
_DESCRIPTION = TrainingOptions(steps=2000, queries=20, clip=1.0)
_DESCRIPTION_STEPS = TrainingOptions(steps=3000, queries=20, shots=(1, 20), clip=1.0)
_POINTS = TrainingOptions(steps=25_000, queries=20, shots=(1, 20), rate=2e-3, clip=1.0)
_SET_ATTENTION = TrainingOptions(
    steps=30_000,
    tasks=32,
    shots=(3, 10),
    queries=20,
    rate=1e-3,
    clip=2.0,
    optimizer="adamw",
    warm_up=200,
)
_MAML = TrainingOptions(steps=100_000, rate=1e-3, schedule="constant")

SINUSOID = {
    "sinusoid-description": described(
        "Hypernet: description",
        "Writes all weights from amplitude and phase; meta-trained without inner steps.",
        _hypernetwork(_DESCRIPTION, inner=InnerOptions(steps=0, rate=0.001)),
    ),
    "sinusoid-description-inner": described(
        "Hypernet: description + steps",
        "Writes all weights from amplitude and phase; meta-trained through {inner.steps} inner "
        "steps.",
        _hypernetwork(_DESCRIPTION_STEPS, inner=_THROUGH_STEPS),
    ),
    "sinusoid-set-attention": described(
        "Hypernet: set attention",
        "Writes all weights from points that look at each other; meta-trained without inner steps.",
        _hypernetwork(
            _SET_ATTENTION,
            encoder=SetAttentionOptions(),
            generator=FullOptions(heads="small"),
            inner=InnerOptions(steps=0, rate=0.003),
        ),
    ),
    "sinusoid-points": described(
        "Hypernet: points",
        "Writes all weights from the support points; meta-trained without inner steps.",
        _hypernetwork(_POINTS, encoder=PointsOptions()),
    ),
    "sinusoid-points-inner": described(
        "Hypernet: points + steps",
        "Writes all weights from the support points; meta-trained through {inner.steps} inner "
        "steps.",
        _hypernetwork(_POINTS, encoder=PointsOptions(), inner=_THROUGH_5_STEPS),
    ),
    "sinusoid-maml": described(
        "MAML",
        "A learned start; for the loss after step {inner.steps} of α = {inner.rate:g}.",
        Experiment(learner=MamlOptions(), training=_MAML),
    ),
    "sinusoid-maml-averaged": described(
        "MAML, averaged",
        "A learned start; for the mean loss over steps 0 to {inner.steps} of α = {inner.rate:g}.",
        Experiment(
            learner=MamlOptions(inner=InnerOptions(steps=5, rate=0.01)),
            training=TrainingOptions(steps=30_000, rate=1e-3),
        ),
    ),
    "sinusoid-meta-sgd": described(
        "Meta-SGD",
        "A learned start and a learned α, above 0 or below, for every single weight; for the loss "
        "after step {steps}, beyond which many tasks diverge.",
        Experiment(learner=MetaSgdOptions(), training=TrainingOptions(steps=30_000, rate=1e-3)),
    ),
    "sinusoid-cavia": described(
        "CAVIA",
        "All weights are shared; {context} context numbers take the gradient steps, of α = "
        "{inner.rate:g}.",
        Experiment(learner=CaviaOptions(), training=TrainingOptions(steps=20_000, rate=1e-3)),
    ),
    "sinusoid-learned-optimiser": described(
        "Learned optimiser",
        "A learned start; a small recurrent network, learned through {steps} steps, writes each "
        "step and a factor for each gradient.",
        Experiment(
            learner=LearnedOptimiserOptions(
                width=8, layers=1, scale=0.01, learned_start=True, factors=True, first_order=False
            ),
            training=TrainingOptions(steps=3000, tasks=8, queries=20, rate=5e-3, clip=1.0),
        ),
    ),
    "sinusoid-joint": described(
        "One net for all",
        "One network trained on all tasks at once, the same for every task.",
        Experiment(learner=JointOptions(), training=TrainingOptions(steps=5000, rate=1e-3)),
    ),
    "sinusoid-scratch": described(
        "From scratch",
        "Random weights; nothing is learned before the task arrives.",
        Experiment(learner=ScratchOptions()),
    ),
}
