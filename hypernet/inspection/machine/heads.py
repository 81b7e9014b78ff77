"""Learners without a gradient step: a head computed from the support, and what knows the family."""

from __future__ import annotations

import math

import torch
from torch import nn

from hypernet.inspection.machine.station import (
    COMPUTED,
    GIVEN,
    LEARNED,
    Built,
    Station,
    counted,
    learned_in,
    many,
    support,
)
from hypernet.inspection.machine.walks import loss_words
from hypernet.learners import (
    LogisticHeadOptions,
    LogisticOptions,
    MatchingOptions,
    NeighboursOptions,
    PrototypesOptions,
    RidgeOptions,
)
from hypernet.learners.bayes import Bayes
from hypernet.learners.embedding import EmbeddingLearner
from hypernet.posterior import CurvePosterior, Method, ShapePosterior
from hypernet.types import Batch


def computed(built: Built, learner: EmbeddingLearner) -> list[Station]:
    """support → embedding → features → what is computed → weights → target → loss."""
    family = built.experiment.family
    n_in, ways = family.n_in, family.held_out().n_out
    learned = learned_in(learner.embedding)
    features = _features(learner, n_in)
    stations = [support(built)]
    if not isinstance(learner.embedding, nn.Identity):
        size = f"{counted(learned)} learned"
        sentence = (
            f"A network, the same for all tasks, makes {many(features, 'feature')} of each x."
        )
        each = f"{many(features, 'number')} that stand for a point; classes are told apart by them."
        stations += [
            Station("encoder", "embedding", size, LEARNED, sentence, features, learned),
            Station("z", "features", f"{features} per point", COMPUTED, each, features),
        ]
    own = learned_in(learner) - learned
    name, size, sentence = _said(built.experiment.learner, features, ways)
    answers = f"From {n_in} inputs to {ways} classes, by what the points said; no step is taken."
    stations += [
        Station("generator", name, size, COMPUTED, sentence, None, own),
        _weights(learner, built, ways),
        Station("target", "target", f"{n_in} → {ways}", COMPUTED, answers, ways),
    ]
    if learned + own:
        words = loss_words(family)
        lowered = (
            f"{words.capitalize()}: meta-training lowers it on the query points, no step does."
        )
        stations.append(Station("loss", "loss", words, COMPUTED, lowered, 1))
    return stations


def _features(learner: EmbeddingLearner, n_in: int) -> int:
    """Numbers that stand for one point."""
    with torch.no_grad():
        return int(nn.Module.__call__(learner.embedding, torch.zeros(1, n_in)).shape[-1])


def _weights(learner: EmbeddingLearner, built: Built, ways: int) -> Station:
    """What is computed from one point of each class: the last layer, or the points themselves."""
    n_in = built.experiment.family.n_in
    if isinstance(built.experiment.learner, LogisticOptions):
        # scikit-learn's fit would be imported for it; its weights are those of a linear layer.
        shapes: dict[str, tuple[int, ...]] = {"head.weight": (ways, n_in), "head.bias": (ways,)}
    else:
        points = Batch(torch.zeros(ways, n_in), torch.eye(ways))
        entries = len(built.experiment.family.entries)
        with torch.no_grad():
            made = learner.initial(torch.zeros(entries), points)
        shapes = {name: tuple(value.shape) for name, value in made.items()}
    parts = " and ".join(
        f"{name.partition('.')[2]} {' × '.join(map(str, shape))}" for name, shape in shapes.items()
    )
    count = sum(math.prod(shape) for shape in shapes.values())
    if "support.label" in shapes:
        each = f"{count // ways} per point"
        sentence = f"The support points themselves: {count // ways} numbers of each are kept."
        return Station("weights", "weights", each, COMPUTED, sentence)
    sentence = f"The last layer, computed from the points: {parts}."
    return Station("weights", "weights", f"{counted(count)} numbers", COMPUTED, sentence, count)


def _said(options: object, features: int, ways: int) -> tuple[str, str, str]:
    """What is computed, how much of it, and how."""
    fitted = f"A logistic regression on {many(features, 'number')} of each point"
    match options:
        case PrototypesOptions():
            how = f"The mean of a class's points, {many(features, 'number')}, becomes its weights."
            return "class means", f"{ways} × {features}", how
        case MatchingOptions():
            how = f"Points are compared by the angle between their {features} features."
            return "comparison", f"of {features}", how
        case RidgeOptions():
            how = f"Ridge regression on {features} features and a 1, solved in one go."
            return "solved layer", f"{ways} × {features + 1}", how
        case LogisticHeadOptions(steps=steps):
            return (
                "fitted layer",
                f"{ways} × {features + 1}",
                f"{fitted}, fitted by {many(steps, 'Newton step')}.",
            )
        case LogisticOptions(penalty):
            return "fitted layer", f"C = {penalty:g}", f"{fitted}; nothing is meta-trained."
        case NeighboursOptions(k):
            how = f"The {k} nearest support points vote; nothing is meta-trained."
            return "nearest points", f"k = {k}", how
        case _:
            how = "A head of one's own is computed from the support points."
            return "computed head", "one's own", how


def known(built: Built, learner: Bayes) -> list[Station]:
    """support → the family itself → tasks that fit → their mean."""
    family, entries = built.experiment.family, len(built.experiment.family.parameters)
    size = many(entries, "number")
    how = f"How the family draws the {size} of a task is known; nothing is meta-trained."
    count, fit = _fitting(learner.method)
    mean = "What all tasks that fit say at x, averaged: on average nobody does better."
    shape = f"{family.n_in} → {family.n_out}"
    return [
        support(built),
        Station("generator", "the family", size, GIVEN, how, entries),
        Station("weights", "tasks that fit", count, COMPUTED, fit),
        Station("target", "their mean", shape, COMPUTED, mean, family.n_out),
    ]


def _fitting(method: Method) -> tuple[str, str]:
    """How many tasks that fit are kept, and how they are found."""
    match method:
        case CurvePosterior():
            count, drawn = many(method.kept, "task"), counted(len(method.drawn))
            return count, f"{count} stand for {drawn} drawn from the family, weighed by the points."
        case ShapePosterior():
            count, moved = many(method.kept, "task"), counted(method.particles)
            return (
                count,
                f"{count} stand for {moved} moved to where the points are likely.",
            )
        case _:
            return "closed form", "All tasks that fit the points at once, in closed form."
