"""CAVIA: the network reads [x; φ], and only φ takes steps."""

from __future__ import annotations

import pytest
import torch

from hypernet import evaluate, load_preset
from hypernet.experiment import Experiment
from hypernet.figures.weights import symbols
from hypernet.init import stream
from hypernet.inner import InnerOptions
from hypernet.learners import CaviaOptions
from hypernet.learners.cavia import Cavia
from hypernet.target import TargetNetwork, TargetOptions
from hypernet.types import Task

TARGET = TargetOptions(hidden=(6, 5), activation="tanh")


def cavia() -> tuple[Cavia, Task]:
    experiment = Experiment(target=TARGET, learner=CaviaOptions(context=3))
    learner, family = experiment.build(), experiment.family
    assert isinstance(learner, Cavia)
    return learner, family.make(family.sample(4, stream(0, "theta")), stream(1, "points"), 5, 7)


def test_it_equals_a_network_whose_input_is_x_beside_the_context() -> None:
    learner, task = cavia()
    wide = TargetNetwork(4, 1, TARGET)
    params = {name.replace("_", "."): value for name, value in learner.shared.items()}
    params["0.weight"] = torch.cat([params["0.weight"], learner.context_weight], dim=-1)
    context = torch.zeros(4, 3, requires_grad=True)

    def predicted(x: torch.Tensor) -> torch.Tensor:
        beside = context[:, None, :].expand(-1, x.shape[1], -1)
        return wide(params, torch.cat([x, beside], dim=-1))

    for step in learner.adapt(task.description, task.support, 3):
        torch.testing.assert_close(step["context"], context)
        torch.testing.assert_close(learner.predict(step, task.query.x), predicted(task.query.x))
        loss = (predicted(task.support.x) - task.support.y).square().mean(dim=(-2, -1)).sum()
        (gradient,) = torch.autograd.grad(loss, context)
        context = (context - gradient).detach().requires_grad_()


def test_only_the_context_and_what_it_adds_to_the_first_bias_move() -> None:
    learner, task = cavia()
    first, *_, last = learner.adapt(task.description, task.support, 3)
    assert (first["context"] == 0).all()
    assert (last["context"] != 0).all()
    for name in learner.target.shapes:
        assert torch.equal(first[name], last[name]) is (name != "0.bias")
    added = last["context"] @ learner.context_weight.mT
    torch.testing.assert_close(last["0.bias"], first["0.bias"] + added)


def test_a_walk_goes_on_from_any_of_its_steps() -> None:
    learner, task = cavia()
    trace = learner.adapt(task.description, task.support, 3)
    again = learner.walk(trace[2], task.support, 1)[-1]
    for name, value in trace[3].items():
        torch.testing.assert_close(again[name], value)


def test_a_learned_step_size_is_refused() -> None:
    with pytest.raises(ValueError, match="learned_rate must be false for cavia"):
        CaviaOptions(inner=InnerOptions(learned_rate=True))


def test_the_context_is_shown_as_phi() -> None:
    learner, task = cavia()
    shown = symbols(learner.initial(task.description, task.support))
    assert list(shown.values()) == ["W₁", "b₁", "W₂", "b₂", "W₃", "b₃", "φ"]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_shipped_one_repeats_the_published_error_and_stays_stable(seed: int) -> None:
    experiment, learner = load_preset("sinusoid-cavia")
    steps = [1, 5, 10]
    numbers = evaluate(learner, experiment.family, shots=10, inner_steps=steps, seed=seed)
    assert numbers.mean[0] == pytest.approx(0.21, rel=0.15)  # Zintgraf et al. 2019, table 1
    assert numbers.mean[2] < numbers.mean[1] < numbers.mean[0]
    assert numbers.diverged == [0, 0, 0]
