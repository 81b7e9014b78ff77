"""A checkpoint's card: what a reader needs to trust and repeat its numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from hypernet import __version__
from hypernet.evaluate import evaluate
from hypernet.experiment import Experiment
from hypernet.protocols import Classification, Learner

CARD_SHOTS = (5, 10, 20)
CARD_STEPS = (0, 1, 5, 10)
CARD_TASKS = 1000


def measured(learner: Learner, experiment: Experiment) -> list[dict[str, Any]]:
    """The numbers of a card: a report for each of a few counts of support points."""
    family, steps = experiment.family, experiment.measured_steps(CARD_STEPS)
    return [
        evaluate(learner, family, shots=shots, inner_steps=steps, tasks=CARD_TASKS).as_dict()
        for shots in CARD_SHOTS
    ]


def identity(experiment: Experiment, learner: Learner) -> dict[str, Any]:
    """What was trained on what."""
    plain = json.loads(experiment.to_json())
    return {
        "family": plain["family"]["name"],
        "learner": plain["learner"]["name"],
        "protocol": experiment.family.protocol,
        "parameters": sum(p.numel() for p in learner.parameters()),
    }


def card(
    experiment: Experiment,
    learner: Learner,
    numbers: Sequence[Mapping[str, Any]],
    cpu_seconds: float,
    **words: str,
) -> dict[str, Any]:
    """The card of a learner; `words` is what else can be said, such as a title or a command."""
    return {
        **identity(experiment, learner),
        **words,
        "metric": (
            "query cross-entropy in nats and accuracy; shots count points of each class"
            if isinstance(experiment.family, Classification)
            else "query MSE on the 100-point grid, no noise"
        ),
        "version": __version__,
        "meta_training_cpu_seconds": round(cpu_seconds, 1),
        "experiment": json.loads(experiment.to_json()),
        "numbers": list(numbers),
    }


def line(numbers: Mapping[str, Any]) -> str:
    """A report in one line."""
    accuracy = numbers.get("accuracy", [None] * len(numbers["mean"]))
    cells = [
        f"step {step}: "
        + ("" if right is None else f"accuracy {right:.3f}, ")
        + f"{mean:.4g} ± {ci95:.2g} (median {median:.3g}, diverged {share:.1%})"
        for step, right, mean, ci95, median, share in zip(
            numbers["inner_steps"],
            accuracy,
            numbers["mean"],
            numbers["ci95"],
            numbers["median"],
            numbers["diverged"],
            strict=True,
        )
    ]
    return f"{numbers['shots']}-shot, {numbers['tasks']} tasks  " + "  ".join(cells)
