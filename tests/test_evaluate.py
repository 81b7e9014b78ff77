"""Reports count every task, and a diverged one is counted rather than hidden."""

from __future__ import annotations

import math

import pytest
import torch

from hypernet.evaluate import evaluate, last_finite
from hypernet.experiment import Experiment
from hypernet.inner import InnerOptions
from hypernet.learners import MamlOptions

EXPERIMENT = Experiment(learner=MamlOptions())


def test_the_same_seed_gives_the_same_report_and_another_seed_another() -> None:
    learner, family = EXPERIMENT.build(), EXPERIMENT.family
    first, again, other = (
        evaluate(learner, family, shots=5, tasks=300, seed=seed) for seed in (0, 0, 1)
    )
    assert first == again
    assert first.mean != other.mean


def test_mean_and_median_agree_with_the_losses_of_each_task() -> None:
    learner, family = EXPERIMENT.build(), EXPERIMENT.family
    report = evaluate(learner, family, shots=5, inner_steps=[0, 2], tasks=40)
    steps_twice = evaluate(learner, family, shots=5, inner_steps=[2, 0], tasks=40)
    assert report.mean == steps_twice.mean[::-1]
    assert report.median == steps_twice.median[::-1]
    assert all(half > 0 for half in report.ci95)


def test_a_diverging_inner_loop_is_counted_and_keeps_the_numbers_finite() -> None:
    wild = Experiment(learner=MamlOptions(inner=InnerOptions(rate=10.0)))
    report = evaluate(wild.build(), wild.family, shots=5, inner_steps=[0, 50], tasks=20)
    assert report.diverged[0] == 0
    assert report.diverged[1] > 0.5
    assert all(math.isfinite(value) for value in (*report.mean, *report.ci95, *report.median))


def test_the_last_finite_loss_stands_in_for_what_comes_after() -> None:
    losses = torch.tensor([[1.0, 2.0, math.inf, math.nan], [1.0, math.nan, 0.5, 0.4]])
    expected = torch.tensor([[1.0, 2.0, 2.0, 2.0], [1.0, 1.0, 0.5, 0.4]])
    torch.testing.assert_close(last_finite(losses), expected)


@pytest.mark.parametrize("steps", [[], [-1], [0, -2]])
def test_inner_steps_below_zero_are_refused(steps: list[int]) -> None:
    with pytest.raises(ValueError, match="inner steps must be 0 or more, got"):
        evaluate(EXPERIMENT.build(), EXPERIMENT.family, shots=5, inner_steps=steps)
