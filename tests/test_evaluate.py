"""Reports count every task, and a diverged one is counted rather than hidden."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from hypernet.evaluate import answered_right, evaluate, last_finite_step
from hypernet.evaluate.intervals import Drawn, over_classes, over_images, over_tasks
from hypernet.experiment import Experiment
from hypernet.init import stream
from hypernet.inner import InnerOptions
from hypernet.learners import MamlOptions, PrototypesOptions
from hypernet.learners.embedding import PixelsOptions
from hypernet.tasks import Clusters, Digits
from hypernet.types import Batch

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
    torch.testing.assert_close(losses.gather(-1, last_finite_step(losses)), expected)


@pytest.mark.parametrize("steps", [[], [-1], [0, -2]])
def test_inner_steps_below_zero_are_refused(steps: list[int]) -> None:
    with pytest.raises(ValueError, match="inner steps must be 0 or more, got"):
        evaluate(EXPERIMENT.build(), EXPERIMENT.family, shots=5, inner_steps=steps)


def test_an_answer_after_divergence_is_wrong_even_where_it_is_right() -> None:
    logits = torch.tensor([[[3.0, 0.0], [0.0, 3.0]]]).expand(2, 2, 2)
    batch = Batch(torch.zeros(2, 2, 2), torch.eye(2).expand(2, 2, 2))
    gone = torch.tensor([[False, False, False], [False, True, True]])
    said = [logits, logits, torch.full_like(logits, math.nan)]
    right = answered_right(Clusters(ways=2), said[:2], batch, gone[:, :2])
    assert right.tolist() == [[1, 1], [1, 0]]
    assert answered_right(Clusters(ways=2), said, batch, gone)[1].tolist() == [1, 0, 0]


def test_a_report_counts_the_answers_of_diverged_tasks_as_wrong() -> None:
    wild = Experiment(family=Clusters(), learner=MamlOptions(inner=InnerOptions(rate=10.0)))
    report = evaluate(
        wild.build(), wild.family, shots=5, inner_steps=[0, 60], tasks=40, rate=1000.0
    )
    assert report.accuracy is not None
    assert report.diverged[1] > 0.5
    assert report.accuracy[1] <= 1 - report.diverged[1]


def test_a_family_without_images_of_its_own_says_that_other_tasks_could_have_been_drawn() -> None:
    report = evaluate(EXPERIMENT.build(), EXPERIMENT.family, shots=5, tasks=20)
    assert report.ci95_covers == "other tasks"


N_TASKS, SHOTS, QUERIES, IMAGES = 1000, 5, 10, 80


def invented(rng: torch.Generator) -> tuple[Tensor, Drawn]:
    """Scores of tasks of two classes: every image is easy or hard to name, and a good or bad guide.

    The truth, the mean over all images that there could be, is 0.
    """
    easy, guide = (torch.randn(2 * IMAGES, generator=rng) for _ in range(2))
    order = torch.rand(N_TASKS, 2, IMAGES, generator=rng).argsort(dim=-1)
    chosen = order[..., : SHOTS + QUERIES] + IMAGES * torch.arange(2).unsqueeze(-1)
    support, query = (part.flatten(1) for part in chosen.split([SHOTS, QUERIES], dim=-1))
    noise = torch.randn(N_TASKS, 2 * QUERIES, generator=rng)
    values = easy[query] + guide[support].mean(dim=1, keepdim=True) + noise
    classes = torch.arange(2).repeat_interleave(IMAGES)
    return values.unsqueeze(-1), Drawn(support, query, classes, 2)


@pytest.mark.slow
def test_ninety_five_of_a_hundred_intervals_over_images_hold_the_truth() -> None:
    """And those over tasks, as if none shared an image, hold it far less often."""
    rng = stream(0, "invented")
    held, held_by_tasks = 0, 0
    for _ in range(100):
        values, drawn = invented(rng)
        off = values.mean().abs().item()
        held += off <= over_images(values, drawn)[0]
        held_by_tasks += off <= over_tasks(values.mean(dim=1))[0]
    assert 89 <= held <= 100
    assert held_by_tasks < 60


def test_images_that_are_all_alike_add_nothing_to_an_interval() -> None:
    _, drawn = invented(stream(0, "invented"))
    values = torch.randn(N_TASKS, 2 * QUERIES, 1, generator=stream(1, "noise"))
    alike, tasks = over_images(values, drawn)[0], over_tasks(values.mean(dim=1))[0]
    assert tasks <= alike < 1.5 * tasks


WAYS, MANY = 3, 30


def drawn_classes(rng: torch.Generator) -> Tensor:
    """Which classes some tasks draw."""
    return torch.rand(N_TASKS, MANY, generator=rng).argsort(dim=-1)[:, :WAYS]


@pytest.mark.slow
def test_ninety_five_of_a_hundred_intervals_over_classes_hold_the_truth() -> None:
    """Every class is easy or hard; the truth, the mean over all that there could be, is 0."""
    rng = stream(0, "invented")
    held, held_by_tasks = 0, 0
    for _ in range(100):
        easy, classes = torch.randn(MANY, generator=rng), drawn_classes(rng)
        noise = torch.randn(N_TASKS, generator=rng)
        values = (easy[classes].mean(dim=1) + noise).unsqueeze(-1)
        off = values.mean().abs().item()
        held += off <= over_classes(values, classes, MANY)[0]
        held_by_tasks += off <= over_tasks(values)[0]
    assert 89 <= held <= 100
    assert held_by_tasks < 60


def test_the_interval_over_classes_is_that_of_their_mean_where_tasks_have_no_noise() -> None:
    rng = stream(0, "invented")
    easy, classes = torch.randn(MANY, generator=rng), drawn_classes(rng)
    values = easy[classes].mean(dim=1, keepdim=True)
    of_classes, of_tasks = 1.96 * easy.std().item() / MANY**0.5, over_tasks(values)[0]
    expected = (of_classes**2 + of_tasks**2) ** 0.5
    assert over_classes(values, classes, MANY)[0] == pytest.approx(expected, rel=0.05)


def test_classes_that_are_all_alike_add_little_to_an_interval() -> None:
    values = torch.randn(N_TASKS, 1, generator=stream(1, "noise"))
    alike = over_classes(values, drawn_classes(stream(0, "invented")), MANY)[0]
    assert over_tasks(values)[0] <= alike < 1.5 * over_tasks(values)[0]


def test_the_interval_on_digits_allows_for_other_images_and_says_so() -> None:
    family = Digits()
    learner = Experiment(
        family=family, learner=PrototypesOptions(embedding=PixelsOptions())
    ).build()
    report = evaluate(learner, family, shots=5, inner_steps=[0], tasks=300)
    assert report.ci95_covers == (
        "other tasks and other images of the same 3 classes, not other classes"
    )
    assert report.accuracy is not None
    assert report.accuracy_ci95 is not None
    # 261 images, each named right or wrong nearly whatever the support is
    of_images = 1.96 * (report.accuracy[0] * (1 - report.accuracy[0]) / 261) ** 0.5
    assert 0.5 * of_images < report.accuracy_ci95[0] < 1.5 * of_images
