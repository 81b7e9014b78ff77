"""Meta-SGD: one learned step size for every weight, and MAML where they are all alike."""

from __future__ import annotations

import pytest
import torch

from hypernet import evaluate, load_preset
from hypernet.experiment import Experiment
from hypernet.init import stream
from hypernet.inner import InnerOptions
from hypernet.learners import MamlOptions, MetaSgdOptions
from hypernet.learners.gradient import named
from hypernet.learners.meta_sgd import MetaSgd
from hypernet.target import TargetOptions
from hypernet.types import Task

TARGET = TargetOptions(hidden=(6, 5), activation="tanh")


def meta_sgd() -> tuple[MetaSgd, Task]:
    experiment = Experiment(target=TARGET, learner=MetaSgdOptions())
    learner, family = experiment.build(), experiment.family
    assert isinstance(learner, MetaSgd)
    return learner, family.make(family.sample(3, stream(0, "theta")), stream(1, "points"), 5, 7)


def test_with_one_value_everywhere_it_is_maml() -> None:
    learner, task = meta_sgd()
    inner = InnerOptions(rate=0.03, weighting="last")
    maml = Experiment(target=TARGET, learner=MamlOptions(inner=inner)).build()
    start = {n: v for n, v in learner.state_dict().items() if n.startswith("start.")}
    maml.load_state_dict(start)
    for alpha in learner.alphas.values():
        torch.nn.init.constant_(alpha, 0.03)
    ours, theirs = learner.meta_loss(task), maml.meta_loss(task)
    torch.testing.assert_close(ours, theirs)
    torch.testing.assert_close(
        torch.autograd.grad(ours.sum(), list(learner.start.values())),
        torch.autograd.grad(theirs.sum(), list(maml.parameters())),
    )


def test_the_step_size_of_a_weight_moves_this_weight_alone() -> None:
    learner, task = meta_sgd()
    before = learner.adapt(task.description, task.support, 1)[1]
    with torch.no_grad():
        learner.alphas["2_weight"][3, 1] *= 2
    after = learner.adapt(task.description, task.support, 1)[1]
    moved = {name: (before[name] != after[name]).nonzero().tolist() for name in before}
    assert moved.pop("2.weight") == [[task, 3, 1] for task in range(3)]
    assert not any(moved.values())


def test_the_derivative_by_a_step_size_is_the_two_gradients_product() -> None:
    learner, task = meta_sgd()
    start, end = learner.adapt(task.description, task.support, 1)
    query = learner.loss(learner.predict(end, task.query.x), task.query)
    after = torch.autograd.grad(query.sum(), list(end.values()), retain_graph=True)
    support = learner.loss(learner.predict(start, task.support.x), task.support)
    before = torch.autograd.grad(support.sum(), list(start.values()))
    learner.meta_loss(task).sum().backward()
    alphas = named(learner.alphas, learner.target).values()
    for alpha, g0, g1 in zip(alphas, before, after, strict=True):
        torch.testing.assert_close(alpha.grad, -(g0 * g1).sum(dim=0))


def test_step_sizes_begin_in_their_range() -> None:
    learner, _ = meta_sgd()
    values = torch.cat([alpha.flatten() for alpha in learner.alphas.values()])
    assert values.min() >= 0.005
    assert values.max() <= 0.1
    assert values.std() > 0.02


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_shipped_one_is_better_than_maml_after_its_one_step(seed: int) -> None:
    losses = {}
    for name in ("sinusoid-meta-sgd", "sinusoid-maml"):
        experiment, learner = load_preset(name)
        numbers = evaluate(learner, experiment.family, shots=10, inner_steps=[1], seed=seed)
        losses[name] = numbers.mean[0]
    assert losses["sinusoid-meta-sgd"] <= 0.26
    assert losses["sinusoid-meta-sgd"] < 0.8 * losses["sinusoid-maml"]
