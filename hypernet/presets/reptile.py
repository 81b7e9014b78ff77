"""Shipped presets on Reptile's own sinusoids: another phase range and another target network."""

from __future__ import annotations

import math

from hypernet.experiment import Experiment
from hypernet.learners import ReptileOptions, ScratchOptions
from hypernet.outer import TrainingOptions
from hypernet.presets.preset import described
from hypernet.target import TargetOptions
from hypernet.tasks import Sinusoid

_ALL_PHASES = Sinusoid(phase_high=2 * math.pi)
_TANH_NET = TargetOptions(hidden=(64, 64), activation="tanh")

#: One task a step, 50 points of it in mini-batches of 10; in the source these are a fixed grid.
_TRAINING = TrainingOptions(
    steps=30_000,
    tasks=1,
    queries=40,
    rate=0.1,
    schedule="linear",
    clip=1000.0,
    optimizer="sgd",
)

SINUSOID_REPTILE = {
    "sinusoid-reptile": described(
        "Reptile",
        "A start that moved towards what {steps} SGD steps of α = {rate:g} ended at, task after "
        "task.",
        Experiment(
            family=_ALL_PHASES, target=_TANH_NET, learner=ReptileOptions(), training=_TRAINING
        ),
    ),
    "sinusoid-reptile-scratch": described(
        "From scratch, tanh",
        "Random weights of Reptile's network; SGD steps of the same α = {rate:g}.",
        Experiment(family=_ALL_PHASES, target=_TANH_NET, learner=ScratchOptions(rate=0.02)),
    ),
}
