"""Reptile: with plain SGD outside, the start is interpolated towards each task's weights."""

from __future__ import annotations

import dataclasses

import pytest
import torch
from torch import nn

from hypernet import evaluate, load_preset
from hypernet.experiment import Experiment
from hypernet.init import stream
from hypernet.learners import ReptileOptions
from hypernet.learners.reptile import Reptile
from hypernet.outer import MetaTraining, TrainingOptions
from hypernet.runs import RunOptions, dump_state, first_state, load_state
from hypernet.target import TargetOptions
from hypernet.types import Params, Task

SGD = TrainingOptions(
    steps=4, tasks=3, queries=12, rate=0.4, schedule="linear", clip=1000.0, optimizer="sgd"
)
EXPERIMENT = Experiment(
    target=TargetOptions(hidden=(6, 5), activation="tanh"),
    learner=ReptileOptions(steps=4, rate=0.05),
    training=SGD,
)


def built(experiment: Experiment = EXPERIMENT) -> Reptile:
    learner = experiment.build()
    assert isinstance(learner, Reptile)
    return learner


def some_task(n_tasks: int = 3, queries: int = 12) -> Task:
    family = EXPERIMENT.family
    return family.make(family.sample(n_tasks, stream(0, "theta")), stream(1, "p"), 5, queries)


def start_of(learner: Reptile) -> Params:
    return {name: value.detach().clone() for name, value in learner.start.items()}


def test_a_step_of_sgd_is_exactly_the_interpolation() -> None:
    learner, by_hand = built(), built()
    run = MetaTraining(learner, EXPERIMENT.family, SGD)
    rng = stream(SGD.seed, "meta-training tasks")
    for step in range(SGD.steps):
        run.advance(1)
        torch.randint(10, 11, (), generator=rng)
        task = EXPERIMENT.family.make(EXPERIMENT.family.sample(3, rng), rng, 10, 12)
        rate = 0.4 * (1 - step / SGD.steps)
        for name, end in by_hand.trained(task).items():
            start = by_hand.start[name.replace(".", "_")]
            start.data = start.data + rate * (end.mean(dim=0) - start.data)
    for name, expected in by_hand.start.items():
        torch.testing.assert_close(learner.start[name], expected)


def test_each_task_is_trained_on_its_support_and_then_on_equal_parts_of_its_query() -> None:
    learner, task = built(), some_task()
    trained = learner.trained(task)
    for index in range(3):
        with torch.device("meta"):
            layers = (nn.Linear(1, 6), nn.Tanh(), nn.Linear(6, 5), nn.Tanh(), nn.Linear(5, 1))
        net = nn.Sequential(*layers).to_empty(device="cpu")
        net.load_state_dict({n.replace("_", "."): v for n, v in start_of(learner).items()})
        optimizer = torch.optim.SGD(net.parameters(), lr=0.05)
        (sx, sy), (qx, qy) = task.support, task.query
        batches = [(sx[index], sy[index])] + [(qx[index, i::3], qy[index, i::3]) for i in range(3)]
        assert [len(x) for x, _ in batches] == [5, 4, 4, 4]
        for x, y in batches:
            optimizer.zero_grad()
            nn.functional.mse_loss(net(x), y).backward()
            optimizer.step()
        for name, value in net.state_dict().items():
            torch.testing.assert_close(trained[name][index], value)


def test_the_gradient_of_the_meta_loss_is_the_gap_and_nothing_else() -> None:
    learner, task = built(), some_task()
    learner.meta_loss(task).mean().backward()
    for name, end in learner.trained(task).items():
        start = learner.start[name.replace(".", "_")]
        assert not end.requires_grad
        torch.testing.assert_close(start.grad, start.detach() - end.mean(dim=0))


def test_one_step_trains_on_the_support_alone() -> None:
    learner = built(dataclasses.replace(EXPERIMENT, learner=ReptileOptions(steps=1)))
    task = some_task()
    with torch.no_grad():
        expected = learner.adapt(task.description, task.support, 1)[-1]
    for name, value in learner.trained(task).items():
        torch.testing.assert_close(value, expected[name])


def test_a_run_with_sgd_is_taken_up_again_to_the_same_bits() -> None:
    straight, resumed = built(), built()
    MetaTraining(straight, EXPERIMENT.family, SGD).advance(4)
    first = MetaTraining(built(), EXPERIMENT.family, SGD)
    first.advance(2)
    snapshot = first.snapshot()
    assert snapshot.optimizer == {}
    MetaTraining(resumed, EXPERIMENT.family, SGD, snapshot).advance(2)
    for name, value in straight.start.items():
        assert torch.equal(value, resumed.start[name])


def test_the_state_of_a_run_with_sgd_comes_back_bit_for_bit() -> None:
    state = dump_state(first_state(EXPERIMENT, RunOptions()))
    assert dump_state(load_state(state, "it")) == state


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_on_its_own_protocol_the_shipped_one_is_ten_times_better_than_from_scratch(
    seed: int,
) -> None:
    losses = {}
    for name in ("sinusoid-reptile", "sinusoid-reptile-scratch"):
        experiment, learner = load_preset(name)
        numbers = evaluate(
            learner, experiment.family, shots=10, inner_steps=[32], tasks=334, seed=seed
        )
        losses[name] = numbers.mean[0]
    assert losses["sinusoid-reptile"] <= losses["sinusoid-reptile-scratch"] / 10
