"""What a shipped preset is."""

from __future__ import annotations

from typing import NamedTuple

from hypernet.experiment import Experiment


class Preset(NamedTuple):
    """What a preset is called, what it is in one sentence, and its experiment."""

    title: str
    summary: str
    experiment: Experiment


def described(title: str, sentence: str, experiment: Experiment) -> Preset:
    """A preset whose sentence takes its numbers from the learner's options.

    Args:
        title: what it is called.
        sentence: a format with these options, such as "through {inner.steps} inner steps".
        experiment: whose learner that is.
    """
    return Preset(title, sentence.format(**vars(experiment.learner)), experiment)
