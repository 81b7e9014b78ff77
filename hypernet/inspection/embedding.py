"""What a hypernetwork is told of one task: what its encoder reads, and the z that it makes."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from hypernet.encoders import DescriptionOptions, KindOptions, NoisyOptions
from hypernet.learners.hypernetwork import Hypernetwork, HypernetworkOptions
from hypernet.presets import shared
from hypernet.types import Task

#: Encoders whose z is the description, or its beginning, standardised.
READERS = (DescriptionOptions, KindOptions, NoisyOptions)


class Reading(NamedTuple):
    """What was read of a description, by symbol and in its own units, and z.

    `entries` is empty where the description is not looked at.
    """

    entries: dict[str, float]
    z: NDArray[np.float32]


def reading(preset: str, task: Task) -> Reading:
    """What the encoder of a preset makes of one task.

    Raises:
        ValueError: for a preset that is no hypernetwork.
    """
    experiment, learner = shared(preset)
    options = experiment.learner
    if not isinstance(learner, Hypernetwork) or not isinstance(options, HypernetworkOptions):
        raise ValueError(f"preset must be a hypernetwork, got {preset!r}")
    with torch.no_grad():
        z = learner.embed(task.description, task.support).numpy()
    if not isinstance(options.encoder, READERS):
        return Reading({}, z)
    read = zip(experiment.family.entries, z.tolist(), strict=False)  # the kind is the beginning
    return Reading({e.symbol: _in_units(value, e.low, e.high) for e, value in read}, z)


def _in_units(z: float, low: float, high: float) -> float:
    """The number whose standardised value over low..high is z."""
    return (low + high) / 2 + z * (high - low) / math.sqrt(12)
