"""Learned optimiser: one recurrent network for all weights, with a memory for each of them."""

from __future__ import annotations

import dataclasses
import math

import pytest
import torch
from torch import nn

from hypernet import evaluate, load_preset
from hypernet.experiment import Experiment
from hypernet.init import stream
from hypernet.inner import descend
from hypernet.learners import LearnedOptimiserOptions, learned_optimiser
from hypernet.learners.learned_optimiser import LearnedOptimiser, seen
from hypernet.target import TargetOptions
from hypernet.types import Params, Task

OPTIONS = LearnedOptimiserOptions(width=4, layers=2, scale=0.3)


def optimiser(options: LearnedOptimiserOptions = OPTIONS) -> tuple[LearnedOptimiser, Task]:
    target = TargetOptions(hidden=(6, 5), activation="tanh")
    experiment = Experiment(target=target, learner=options)
    learner, family = experiment.build(), experiment.family
    assert isinstance(learner, LearnedOptimiser)
    return learner, family.make(family.sample(3, stream(0, "theta")), stream(1, "points"), 5, 7)


def test_a_gradient_is_read_by_its_size_and_its_sign() -> None:
    edge = math.exp(-10)
    gradients = torch.tensor([0.0, 1.0, -math.exp(5), edge / 2, -edge / 2])
    expected = [[-1.0, 0.0], [0.0, 1.0], [0.5, -1.0], [-1.0, 0.5], [-1.0, -0.5]]
    torch.testing.assert_close(seen(gradients), torch.tensor(expected))


def lstm_of(learner: LearnedOptimiser) -> nn.LSTM:
    """The same recurrent network as PyTorch's own."""
    lstm = nn.LSTM(2, 4, 2, device="meta").to_empty(device="cpu")
    lstm.load_state_dict(
        {f"{n}_l{i}": v for i, cell in enumerate(learner.cells) for n, v in cell.named_parameters()}
    )
    return lstm


def test_every_weight_is_moved_by_an_lstm_over_its_own_gradients() -> None:
    learner, task = optimiser()
    lstm, one = lstm_of(learner), task.support._replace(x=task.support.x[0], y=task.support.y[0])
    trace = learner.walk(learner.initial(task.description[0], one), one, 3)
    gradients = []
    for params in trace[:-1]:
        here = {name: value.detach().requires_grad_() for name, value in params.items()}
        loss = learner.loss(learner.predict(here, one.x), one)
        found = torch.autograd.grad(loss, list(here.values()))
        gradients.append(dict(zip(here, found, strict=True)))
    for name, index in (("0.weight", (4, 0)), ("2.bias", (2,)), ("2.weight", (1, 3))):
        history = torch.stack([seen(gradient[name][index][None])[0] for gradient in gradients])
        said = learner.out(lstm(history)[0])[:, 0]
        for step in range(3):
            moved = trace[step + 1][name][index] - trace[step][name][index]
            torch.testing.assert_close(moved, 0.3 * said[step], rtol=1e-4, atol=1e-6)


def test_with_factors_it_begins_as_gradient_descent() -> None:
    learner, task = optimiser(dataclasses.replace(OPTIONS, factors=True))
    start = learner.initial(task.description, task.support)
    plain = descend(
        lambda params: learner.loss(learner.predict(params, task.support.x), task.support),
        start,
        steps=3,
        rate=0.3,
    )
    for ours, theirs in zip(learner.walk(start, task.support, 3), plain, strict=True):
        for name, value in theirs.items():
            torch.testing.assert_close(ours[name], value)


def test_a_factor_multiplies_the_gradient_and_the_step_is_added() -> None:
    learner, task = optimiser(dataclasses.replace(OPTIONS, factors=True))
    start = learner.initial(task.description, task.support)
    plain = learner.walk(start, task.support, 1)[1]
    with torch.no_grad():
        learner.out.bias.copy_(torch.tensor([0.2, math.log(5)]))
    for name, value in learner.walk(start, task.support, 1)[1].items():
        expected = 5 * (plain[name] - start[name]) + 0.3 * 0.2
        torch.testing.assert_close(value - start[name], expected, rtol=1e-4, atol=1e-6)


def test_units_in_another_order_are_moved_alike() -> None:
    learner, task = optimiser()
    order = torch.tensor([3, 0, 5, 1, 4, 2])

    def reordered(params: Params) -> Params:
        changed = {n: params[n][:, order] for n in ("0.weight", "0.bias")}
        return {**params, **changed, "2.weight": params["2.weight"][..., order]}

    start = learner.initial(task.description, task.support)
    plain = learner.walk(start, task.support, 3)[-1]
    other = learner.walk(reordered(start), task.support, 3)[-1]
    for name, value in reordered(plain).items():
        torch.testing.assert_close(other[name], value, rtol=1e-4, atol=1e-5)


def test_it_does_not_matter_how_many_weights_are_read_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    learner, task = optimiser()
    together = learner.adapt(task.description, task.support, 3)[-1]
    monkeypatch.setattr(learned_optimiser, "BLOCK", 7)
    for name, value in learner.adapt(task.description, task.support, 3)[-1].items():
        torch.testing.assert_close(value, together[name])


def test_a_given_rate_takes_the_place_of_the_own_factor() -> None:
    learner, task = optimiser()
    start = learner.initial(task.description, task.support)
    own, same, half = (learner.walk(start, task.support, 1, r)[-1] for r in (None, 0.3, 0.15))
    for name, value in own.items():
        assert torch.equal(value, same[name])
        torch.testing.assert_close(half[name] - start[name], (value - start[name]) / 2)


def test_only_the_network_is_trained_unless_the_start_is_learned_too() -> None:
    for learned in (False, True):
        learner, _ = optimiser(dataclasses.replace(OPTIONS, learned_start=learned))
        assert {p.requires_grad for p in learner.start.values()} == {learned}
        assert all(p.requires_grad for p in learner.cells.parameters())


def test_with_gradients_as_constants_the_step_does_not_depend_on_them() -> None:
    gradients = []
    for first_order in (True, False):
        options = dataclasses.replace(OPTIONS, learned_start=True, first_order=first_order)
        learner, task = optimiser(options)
        end = learner.adapt(task.description, task.support, 1)[-1]["4.bias"].sum()
        gradients.append(torch.autograd.grad(end, learner.start["4_bias"])[0])
    torch.testing.assert_close(gradients[0], torch.full((1,), 3.0))
    assert (gradients[1] != gradients[0]).all()


def test_evaluation_leaves_no_graph_where_the_start_is_learned() -> None:
    learner, task = optimiser(dataclasses.replace(OPTIONS, learned_start=True))
    with torch.no_grad():
        trace = learner.adapt(task.description, task.support, 2)
    assert not any(value.requires_grad for params in trace for value in params.values())


@pytest.mark.parametrize("rate", [0.0, math.inf])
def test_a_bad_step_size_is_refused(rate: float) -> None:
    learner, task = optimiser()
    with pytest.raises(ValueError, match="learning rate α must be a finite number above 0, got"):
        learner.adapt(task.description, task.support, 1, rate)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_shipped_one_needs_5_steps_where_gradient_descent_gets_nowhere(seed: int) -> None:
    losses = {}
    for name in ("sinusoid-learned-optimiser", "sinusoid-scratch"):
        experiment, learner = load_preset(name)
        numbers = evaluate(
            learner, experiment.family, shots=10, inner_steps=[5], tasks=300, seed=seed
        )
        losses[name] = numbers.mean[0]
    assert losses["sinusoid-learned-optimiser"] < 0.3
    assert losses["sinusoid-scratch"] > 3
