"""From an experiment to its stations."""

from __future__ import annotations

import functools

from hypernet.experiment import Experiment
from hypernet.inspection.machine.heads import computed, known
from hypernet.inspection.machine.station import (
    COMPUTED,
    LEARNED,
    Built,
    Station,
    counted,
    learned_in,
    support,
)
from hypernet.inspection.machine.told import told
from hypernet.inspection.machine.walks import contextual, started, walked
from hypernet.inspection.machine.written import written
from hypernet.learners import HypernetworkOptions
from hypernet.learners.bayes import Bayes
from hypernet.learners.cavia import Cavia
from hypernet.learners.embedding import EmbeddingLearner
from hypernet.learners.gradient import GradientLearner, OneStart
from hypernet.learners.hypernetwork import Hypernetwork
from hypernet.protocols import Learner


@functools.lru_cache(maxsize=256)
def stations(
    experiment: Experiment,
    *,
    shots: int | None = None,
    steps: int | None = None,
    rate: float | None = None,
) -> tuple[Station, ...]:
    """What a task passes on its way through a learner, in the order of the places.

    Every count is that of the learner which these options build, and each number that
    meta-training changes is held by exactly one station.

    Args:
        experiment: whose options are drawn.
        shots: support points, of each class where there are classes; by default those of
            meta-training.
        steps: inner steps that are taken; by default only what the learner's own α is, is told.
        rate: α of these steps; by default the learner's own.

    Raises:
        ValueError: for an experiment whose learner cannot be built.
    """
    return tuple(_stations(Built(experiment, _learner(experiment), shots, steps, rate)))


@functools.lru_cache(maxsize=128)
def _learner(experiment: Experiment) -> Learner:
    """The untrained learner, which is only looked at."""
    return experiment.build()


def _stations(built: Built) -> list[Station]:
    options, learner = built.experiment.learner, built.learner
    if isinstance(learner, EmbeddingLearner):
        return computed(built, learner)
    if isinstance(learner, Bayes):
        return known(built, learner)
    if not isinstance(learner, GradientLearner):
        return _own(built)
    if isinstance(learner, Hypernetwork) and isinstance(options, HypernetworkOptions):
        before = [*told(built, options, learner), *written(built, options, learner)]
    elif isinstance(learner, Cavia):
        before = contextual(learner)
    elif isinstance(learner, OneStart):
        before = started(built, learner)
    else:
        before = _own(built)[:-1]
    return [*before, *walked(built, learner, before[-1].out or 0)]


def _own(built: Built) -> list[Station]:
    """A learner of one's own, of which only is known what every learner has."""
    family, learned = built.experiment.family, learned_in(built.learner)
    size, origin = f"{counted(learned)} learned", LEARNED if learned else COMPUTED
    how = "A learner of one's own makes the weights of what it is given."
    what, count, numbers = "What this learner begins with on a task.", "of its own", None
    if isinstance(built.learner, GradientLearner):
        numbers = built.learner.target.n_parameters
        count = f"{counted(numbers)} numbers"
    shape = f"{family.n_in} → {family.n_out}"
    return [
        support(built),
        Station("generator", "own learner", size, origin, how, numbers, learned),
        Station("weights", "weights", count, COMPUTED, what, numbers),
        Station(
            "target", "target", shape, COMPUTED, "From x to y with these weights.", family.n_out
        ),
    ]
