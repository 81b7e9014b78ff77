"""Shipped presets of encoders: the same generator and inner loop, told more or less of the task."""

from __future__ import annotations

from hypernet.encoders import (
    DescriptionOptions,
    EncoderOptions,
    KindOptions,
    NoisyOptions,
    NoneOptions,
    TaskCodeOptions,
)
from hypernet.experiment import Experiment
from hypernet.inner import InnerOptions
from hypernet.learners import HypernetworkOptions
from hypernet.outer import TrainingOptions
from hypernet.presets.planar import PLANE_NET
from hypernet.presets.preset import described
from hypernet.tasks import Planar

#: As `sinusoid-description-inner`.
_WAVES = TrainingOptions(steps=3000, queries=20, shots=(1, 20), clip=1.0)
_SHAPES = TrainingOptions(steps=4000, shots=(3, 12), rate=2e-3, clip=1.0)


def _sinusoid(encoder: EncoderOptions) -> Experiment:
    inner = InnerOptions(steps=3, rate=0.01, learned_rate=True)
    learner = HypernetworkOptions(encoder=encoder, inner=inner)
    return Experiment(learner=learner, training=_WAVES)


def _planar(encoder: EncoderOptions) -> Experiment:
    inner = InnerOptions(steps=3, rate=0.1, learned_rate=True)
    learner = HypernetworkOptions(encoder=encoder, inner=inner)
    return Experiment(family=Planar(), target=PLANE_NET, learner=learner, training=_SHAPES)


TOLD = {
    "sinusoid-none-inner": described(
        "Told nothing + steps",
        "Writes the same weights for every task; meta-trained through {inner.steps} inner steps.",
        _sinusoid(NoneOptions()),
    ),
    "sinusoid-noisy-inner": described(
        "Told roughly + steps",
        "Writes all weights from a description misread by σ = {encoder.noise:g}; through "
        "{inner.steps} inner steps.",
        _sinusoid(NoisyOptions()),
    ),
    "sinusoid-noisier-inner": described(
        "Told badly + steps",
        "Writes all weights from a description misread by σ = {encoder.noise:g}; through "
        "{inner.steps} inner steps.",
        _sinusoid(NoisyOptions(noise=1.0)),
    ),
    "sinusoid-code-inner": described(
        "Code found + steps",
        "Learned a code for each of {encoder.tasks} waves; a new wave's is found by "
        "{encoder.steps} steps on the code.",
        _sinusoid(TaskCodeOptions(tasks=1000)),
    ),
    "planar-none-inner": described(
        "Told nothing + steps",
        "Writes the same weights for every task; meta-trained through {inner.steps} inner steps.",
        _planar(NoneOptions()),
    ),
    "planar-kind-inner": described(
        "Told the kind + steps",
        "Writes all weights from the kind alone; meta-trained through {inner.steps} inner steps.",
        _planar(KindOptions()),
    ),
    "planar-noisy-inner": described(
        "Told roughly + steps",
        "Writes all weights from kind and geometry misread by σ = {encoder.noise:g}; through "
        "{inner.steps} inner steps.",
        _planar(NoisyOptions()),
    ),
    "planar-description-inner": described(
        "Hypernet: description + steps",
        "Writes all weights from kind and geometry; meta-trained through {inner.steps} inner "
        "steps.",
        _planar(DescriptionOptions()),
    ),
}
