"""Shipped presets: a named experiment, its checkpoint and its card."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any, NamedTuple

from hypernet.checkpoint import Checkpoint, card_path, load
from hypernet.encoders import PointsOptions
from hypernet.experiment import Experiment
from hypernet.inner import InnerOptions
from hypernet.learners import HypernetworkOptions, JointOptions, MamlOptions, ScratchOptions
from hypernet.outer import TrainingOptions

FOLDER = Path(__file__).parent / "pretrained"


class Preset(NamedTuple):
    """What a preset is called, what it is in one sentence, and its experiment."""

    title: str
    summary: str
    experiment: Experiment


def _hypernetwork(training: TrainingOptions, **options: Any) -> Experiment:
    return Experiment(learner=HypernetworkOptions(**options), training=training)


_THROUGH_STEPS = InnerOptions(steps=3, rate=0.01, learned_rate=True)
_DESCRIPTION = TrainingOptions(steps=2000, queries=20, clip=1.0)
_DESCRIPTION_STEPS = TrainingOptions(steps=3000, queries=20, shots=(1, 20), clip=1.0)
_POINTS = TrainingOptions(steps=25_000, queries=20, shots=(1, 20), rate=2e-3, clip=1.0)
_MAML = TrainingOptions(steps=100_000, rate=1e-3, schedule="constant")

PRESETS: dict[str, Preset] = {
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
        "Writes all weights from the support points; meta-trained through 3 inner steps.",
        _hypernetwork(_POINTS, encoder=PointsOptions(), inner=_THROUGH_STEPS),
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
