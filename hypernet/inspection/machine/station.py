"""What a station is, and the words and numbers that all of them share."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

from torch import nn

from hypernet.experiment import Experiment
from hypernet.inner import InnerOptions
from hypernet.protocols import Classification, Learner

#: The places of the machine, in the order that the data passes them.
PLACES = ("description", "encoder", "z", "generator", "weights", "target", "loss", "inner step")
#: How what a station hands on comes about.
GIVEN, LEARNED, GENERATED = "given", "learned", "generated"
COMPUTED, RANDOM = "computed", "drawn at random"
#: As many equal layers in a row are written out.
WRITTEN_OUT = 2
ORIGINS = (GIVEN, LEARNED, GENERATED, COMPUTED, RANDOM)


class Station(NamedTuple):
    """One station of a learner.

    Args:
        place: which of `PLACES` it takes.
        name: what it is called here, such as "learned start" in the place of the generator.
        size: how much there is of it, in at most 16 characters.
        origin: one of `ORIGINS`.
        sentence: what happens here, with its numbers, in at most 20 words.
        out: how many numbers it hands on, for one task or one point; None where that depends on
            the number of points, or where it hands on no numbers of a fixed count.
        learned: how many of the learner's numbers that meta-training changes are held here.
        back: the place that an inner step leads back to; empty for all other stations.
        beside: whether it stands beside the station before it instead of behind it.
    """

    place: str
    name: str
    size: str
    origin: str
    sentence: str
    out: int | None = None
    learned: int = 0
    back: str = ""
    beside: bool = False


class Built(NamedTuple):
    """What stations are made from: the options, the learner built from them, and what is set.

    Args:
        experiment: the options.
        learner: untrained; its parts are counted.
        shots: support points, of each class where there are classes; None where nobody set them.
        steps: inner steps that are taken; None likewise.
        rate: α of these steps; None for the learner's own.
    """

    experiment: Experiment
    learner: Learner
    shots: int | None
    steps: int | None
    rate: float | None


def counted(number: int) -> str:
    """Thousands apart by a narrow space."""
    return f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def many(number: int, noun: str) -> str:
    """A number and its noun, which gets an s unless there is one."""
    return f"{counted(number)} {noun}{'' if number == 1 else 's'}"


def learned_in(module: object) -> int:
    """How many numbers meta-training changes in a part; 0 for a part that is no module."""
    if not isinstance(module, nn.Module):
        return 0
    return sum(value.numel() for value in module.parameters() if value.requires_grad)


def widths(sizes: Sequence[int]) -> str:
    """The sizes of layers, such as 1-40-40-1 or 1-197×4-1."""
    runs = [(size, len(list(equal))) for size, equal in itertools.groupby(sizes)]
    parts = [
        [f"{size}×{count}"] if count > WRITTEN_OUT else [str(size)] * count for size, count in runs
    ]
    return "-".join(itertools.chain.from_iterable(parts))


def support(built: Built, *, beside: bool = False) -> Station:
    """The support points, where something reads them before any loss does."""
    experiment = built.experiment
    noun = "per class" if isinstance(experiment.family, Classification) else "points"
    low, high = experiment.training.shots
    count = f"{low}–{high}" if low < high else f"{high}"
    when = " in meta-training"
    if built.shots is not None:
        count, when = f"{built.shots}", ""
    elif not learned_in(built.learner):
        count, when = "K", ""
    if count == "1" and noun == "points":
        noun = "point"
    size = f"{count} {noun}"
    return Station(
        "description",
        "support",
        size,
        GIVEN,
        f"The labelled points of a task: {size}{when}, all that is read of it.",
        beside=beside,
    )


def trained_steps(built: Built) -> int | None:
    """Inner steps that the learner is meta-trained through; None where it is not meta-trained."""
    inner = getattr(built.learner, "inner", None)
    if not isinstance(inner, InnerOptions) or not learned_in(built.learner):
        return None
    return inner.steps
