"""Shipped presets: a named experiment, its checkpoint and its card."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

from hypernet.checkpoint import Checkpoint, card_path, load
from hypernet.names import unknown
from hypernet.presets.clusters import CLUSTERS, CLUSTERS_WAYS, with_ways
from hypernet.presets.defaults import default_presets, part_presets
from hypernet.presets.descriptions import TOLD
from hypernet.presets.generators import GENERATED
from hypernet.presets.images import DIGITS, SKETCHES
from hypernet.presets.modes import MODES
from hypernet.presets.planar import PLANAR
from hypernet.presets.preset import Preset
from hypernet.presets.reptile import SINUSOID_REPTILE
from hypernet.presets.sinusoid import SINUSOID
from hypernet.presets.visitors import (
    VISITOR_TITLE,
    admit,
    is_visitors,
    visitors_checkpoint,
    visitors_preset,
)

FOLDER = Path(__file__).parent.parent / "pretrained"

PRESETS: dict[str, Preset] = {
    **SINUSOID,
    **SINUSOID_REPTILE,
    **PLANAR,
    **CLUSTERS,
    **CLUSTERS_WAYS,
    **DIGITS,
    **SKETCHES,
    **GENERATED,
    **TOLD,
    **MODES,
}

#: What shows all presets.
LIST = "`python -m hypernet list`"

#: Presets of parts of one's own (see `plugins`), which come without a checkpoint.
OWN: dict[str, Preset] = {}


def preset(name: str) -> Preset:
    """The preset of that name, or how a learner from elsewhere is called (see `admit`).

    Raises:
        ValueError: for an unknown name, with the nearest ones.
    """
    if is_visitors(name):
        return visitors_preset(name)
    known = PRESETS | OWN
    if name not in known:
        raise unknown("preset", name, known, LIST)
    return known[name]


def load_preset(name: str) -> Checkpoint:
    """A preset's experiment and a fresh copy of its learner, to be used or trained further.

    Raises:
        ValueError: for an unknown name, and for a preset without a shipped checkpoint.
    """
    experiment, kept = shared(name)
    learner = experiment.build()
    learner.load_state_dict(kept.state_dict())
    return Checkpoint(experiment, learner)


def shared(name: str) -> Checkpoint:
    """The preset that all readers in this process share: loaded once, never to be changed.

    Its parameters require no gradient. Pages and pictures use it, for they only look.

    Raises:
        ValueError: as `load_preset` does.
    """
    preset(name)
    if name in OWN:
        raise ValueError(f"{name} is not shipped: train it first, then use its file")
    return visitors_checkpoint(name) if is_visitors(name) else _shipped(name)


@functools.lru_cache(maxsize=len(PRESETS))
def _shipped(name: str) -> Checkpoint:
    checkpoint = load(FOLDER / f"{name}.safetensors")
    checkpoint.learner.requires_grad_(False)
    return checkpoint


@functools.lru_cache(maxsize=len(PRESETS))
def card(name: str) -> dict[str, Any]:
    """The card of a shipped preset: protocol, seed, command, version and measured numbers."""
    if name not in PRESETS:
        raise unknown("a preset with a card", name, PRESETS, LIST)
    content: dict[str, Any] = json.loads(
        card_path(FOLDER / f"{name}.safetensors").read_text("utf-8")
    )
    return content


__all__ = [
    "CLUSTERS",
    "CLUSTERS_WAYS",
    "DIGITS",
    "GENERATED",
    "LIST",
    "MODES",
    "OWN",
    "PLANAR",
    "PRESETS",
    "SINUSOID",
    "SINUSOID_REPTILE",
    "SKETCHES",
    "TOLD",
    "VISITOR_TITLE",
    "Preset",
    "admit",
    "card",
    "default_presets",
    "is_visitors",
    "load_preset",
    "part_presets",
    "preset",
    "shared",
    "with_ways",
]
