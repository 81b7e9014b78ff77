"""What a shipped preset is."""

from __future__ import annotations

from typing import NamedTuple

from hypernet.experiment import Experiment


class Preset(NamedTuple):
    """What a preset is called, what it is in one sentence, and its experiment."""

    title: str
    summary: str
    experiment: Experiment
