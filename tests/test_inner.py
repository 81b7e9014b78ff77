"""The inner loop against closed forms, numeric gradients and a hand-written MAML."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from hypernet.init import stream, uniform
from hypernet.inner import descend, diverged
from hypernet.target import TargetNetwork, TargetOptions
from hypernet.types import Params

H = torch.tensor([[2.0, 0.5], [0.5, 1.0]], dtype=torch.float64)


def quadratic(params: Params) -> Tensor:
    w = params["w"]
    return 0.5 * (w @ H * w).sum(-1)


@pytest.mark.parametrize("rate", [0.3, {"w": torch.tensor(0.3, dtype=torch.float64)}])
def test_on_a_quadratic_step_k_is_the_closed_form(rate: float | dict[str, Tensor]) -> None:
    start = torch.tensor([[1.0, -2.0], [0.3, 0.4]], dtype=torch.float64)
    trace = descend(quadratic, {"w": start}, steps=7, rate=rate)
    shrink = torch.eye(2, dtype=torch.float64) - 0.3 * H
    for k, params in enumerate(trace):
        torch.testing.assert_close(params["w"], start @ torch.linalg.matrix_power(shrink, k))


def test_its_derivative_on_a_quadratic_is_the_closed_form() -> None:
    start = torch.tensor([1.0, -2.0], dtype=torch.float64, requires_grad=True)
    end = descend(quadratic, {"w": start}, steps=4, rate=0.3)[-1]["w"]
    shrink = torch.linalg.matrix_power(torch.eye(2, dtype=torch.float64) - 0.3 * H, 4)
    for row in range(2):
        (gradient,) = torch.autograd.grad(end[row], start, retain_graph=True)
        torch.testing.assert_close(gradient, shrink[row])


def test_first_order_treats_the_inner_gradient_as_a_constant() -> None:
    start = torch.tensor([1.0, -2.0], dtype=torch.float64, requires_grad=True)
    end = descend(quadratic, {"w": start}, steps=4, rate=0.3, first_order=True)[-1]["w"]
    (gradient,) = torch.autograd.grad(end[0], start)
    torch.testing.assert_close(gradient, torch.tensor([1.0, 0.0], dtype=torch.float64))


def test_gradients_through_the_inner_loop_pass_gradcheck() -> None:
    target = TargetNetwork(1, 1, TargetOptions(hidden=(3,), activation="tanh"))
    rng = stream(0, "gradcheck")
    x, y = (uniform((2, 4, 1), -1, 1, rng).double() for _ in range(2))
    start = {n: v.double().expand(2, *v.shape).clone() for n, v in target.init(rng).items()}
    log_rate = torch.tensor(-1.0, dtype=torch.float64)

    def query_loss(log_rate: Tensor, *values: Tensor) -> Tensor:
        params = dict(zip(target.shapes, values, strict=True))
        trace = descend(
            lambda p: (target(p, x) - y).square().mean((-2, -1)),
            params,
            steps=2,
            rate=dict.fromkeys(params, log_rate.exp()),
        )
        return (target(trace[-1], y) - x).square().mean()

    leaves = [log_rate, *start.values()]
    assert torch.autograd.gradcheck(query_loss, [v.requires_grad_() for v in leaves])


def test_second_order_gradients_equal_a_hand_written_maml() -> None:
    target = TargetNetwork(1, 1, TargetOptions(hidden=(4,), activation="tanh"))
    rng = stream(1, "maml")
    start = {n: v.requires_grad_() for n, v in target.init(rng).items()}
    x, y = uniform((3, 5, 1), -2, 2, rng), uniform((3, 5, 1), -2, 2, rng)
    by_hand = torch.zeros(())
    for task in range(3):
        loss = (target(start, x[task]) - y[task]).square().mean()
        gradients = torch.autograd.grad(loss, list(start.values()), create_graph=True)
        moved = {n: v - 0.1 * g for (n, v), g in zip(start.items(), gradients, strict=True)}
        by_hand = by_hand + (target(moved, -x[task]) - y[task]).square().mean()
    expected = torch.autograd.grad(by_hand, list(start.values()))

    shared = {n: v.expand(3, *v.shape) for n, v in start.items()}
    trace = descend(lambda p: (target(p, x) - y).square().mean((-2, -1)), shared, steps=1, rate=0.1)
    loss = (target(trace[-1], -x) - y).square().mean((-2, -1)).sum()
    torch.testing.assert_close(torch.autograd.grad(loss, list(start.values())), expected)


def test_no_steps_return_the_start_alone() -> None:
    start = {"w": torch.ones(2, dtype=torch.float64)}
    assert len(descend(quadratic, start, steps=0, rate=0.1)) == 1


@pytest.mark.parametrize("rate", [0.0, -1.0, math.nan, math.inf])
def test_a_rate_that_is_no_positive_number_is_refused_by_name(rate: float) -> None:
    with pytest.raises(ValueError, match="learning rate α must be a finite number above 0, got"):
        descend(quadratic, {"w": torch.ones(2, dtype=torch.float64)}, steps=1, rate=rate)


def test_negative_steps_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match="inner steps must be 0 or more, got -1"):
        descend(quadratic, {"w": torch.ones(2, dtype=torch.float64)}, steps=-1, rate=0.1)


def test_a_rate_above_two_over_the_largest_curvature_diverges() -> None:
    largest = torch.linalg.eigvalsh(H)[-1].item()
    start = {"w": torch.ones(1, 2, dtype=torch.float64)}
    for factor, expected in ((0.95, False), (1.5, True)):
        trace = descend(quadratic, start, steps=40, rate=factor * 2 / largest)
        losses = torch.stack([quadratic(params) for params in trace], dim=-1)
        assert bool(diverged(losses)[0, -1]) is expected


def test_a_task_that_diverged_stays_so() -> None:
    losses = torch.tensor([[1.0, 2000.0, 0.1], [1.0, math.nan, 0.1], [1.0, 999.0, 0.1]])
    expected = [[False, True, True], [False, True, True], [False, False, False]]
    assert diverged(losses).tolist() == expected
