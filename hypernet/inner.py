"""The inner loop: k gradient steps on the support loss, recorded."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from hypernet.spec import check, choice, flag, number
from hypernet.types import Params, Trace

#: No learner is meta-trained through more inner steps than these.
MOST_STEPS = 20
#: A task's loss left the chart: the loop has diverged (see `diverged`).
DIVERGENCE_FACTOR = 1000.0


def weighting(default: str) -> Any:
    """A field for which losses along the inner loop make the meta-loss."""
    return choice(
        default,
        ("mean", "last"),
        help="Meta-loss: query loss averaged over steps 0…k, or after the last step only.",
    )


@dataclass(frozen=True)
class InnerOptions:
    """The inner loop that a learner is meta-trained through."""

    steps: int = number(
        1, 0, MOST_STEPS, help="Gradient steps on the support points during meta-training."
    )
    rate: float = number(0.01, 1e-6, 10.0, help="Learning rate α, or its start where learned.")
    learned_rate: bool = flag(False, help="Learn log α for each tensor of the target network.")
    first_order: bool = flag(False, help="Treat the inner gradients as constants (FOMAML).")
    weighting: str = weighting("mean")

    def __post_init__(self) -> None:
        check(self)


def descend(
    loss: Callable[[Params], Float[Tensor, "*task"]],
    params: Params,
    *,
    steps: int,
    rate: float | Mapping[str, Tensor],
    first_order: bool = False,
) -> Trace:
    """The parameters after 0…steps steps of w ← w − α ∇w loss(w).

    Each task descends its own loss, because the losses are summed and no task's loss depends on
    another's parameters. Where autograd is on, the trace is differentiable with respect to
    `params` and `rate`, through the inner gradients too unless `first_order`; under
    `torch.no_grad()` it carries no graph.

    Args:
        loss: support loss of each task, given parameters with those task axes.
        params: start, with task axes.
        steps: how many gradient steps, 0 or more.
        rate: α > 0 for all tensors, or one α per tensor.
        first_order: treat the inner gradients as constants.

    Raises:
        ValueError: for negative steps, or a rate that is not a finite number above 0.

    Source: Finn et al. 2017 (MAML), section 2.2.
    """
    check_walk(steps, rate if isinstance(rate, float | int) else None)
    rates = dict.fromkeys(params, rate) if isinstance(rate, float | int) else rate
    differentiable = torch.is_grad_enabled()
    params = first_entry(params)
    trace = [params]
    for _ in range(steps):
        with torch.enable_grad():
            here = {name: _differentiable(value) for name, value in params.items()}
            gradients = torch.autograd.grad(
                loss(here).sum(),
                list(here.values()),
                create_graph=differentiable and not first_order,
            )
        if differentiable:
            params = here
        params = {
            name: _step(value, gradient, rates[name])
            for (name, value), gradient in zip(params.items(), gradients, strict=True)
        }
        trace.append(params)
    return trace


def check_walk(steps: int, rate: float | None) -> None:
    """Refuse negative steps, and a rate that is given and not a finite number above 0."""
    if steps < 0:
        raise ValueError(f"inner steps must be 0 or more, got {steps}")
    if rate is not None and not (math.isfinite(rate) and rate > 0):
        raise ValueError(f"learning rate α must be a finite number above 0, got {rate}")


def first_entry(start: Params) -> Params:
    """The start as a trace holds it: where autograd is off, without a graph."""
    if torch.is_grad_enabled():
        return start
    return {name: value.detach() for name, value in start.items()}


def _differentiable(value: Tensor) -> Tensor:
    return value if value.requires_grad else value.detach().requires_grad_()


def _step(value: Tensor, gradient: Tensor, rate: float | Tensor) -> Tensor:
    """w − α g; with a plain number as α in one kernel, without a product to keep for backward."""
    if isinstance(rate, Tensor):
        return value - rate * gradient
    return torch.sub(value, gradient, alpha=rate)


def diverged(losses: Float[Tensor, "*task step"]) -> Bool[Tensor, "*task step"]:
    """Whether the loop has diverged by each step: a loss is not finite, or over 1000× the first.

    Once diverged, a task stays so, even where a later loss is small again.
    """
    bad = ~torch.isfinite(losses) | (losses > DIVERGENCE_FACTOR * losses[..., :1])
    return bad.cummax(dim=-1).values
