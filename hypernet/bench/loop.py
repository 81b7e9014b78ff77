"""The plain way: one task after the other."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor
from torch.func import functional_call
from torch.nn.functional import linear

from hypernet.bench.work import (
    Contestant,
    Problem,
    Work,
    each_set,
    each_task,
    named,
    sequential,
    skeleton,
)
from hypernet.types import Batch, Task


def maml(work: Work) -> Contestant:
    """A functional network and `torch.autograd.grad` with `create_graph`."""
    start = [value.clone().requires_grad_() for value in work.start.values()]

    def meta_loss(task: Task) -> Float[Tensor, ""]:
        losses = []
        for support, query in each_task(task):
            weights = start
            for _ in range(work.steps):
                loss = _loss(work.problem, weights, support)
                gradients = torch.autograd.grad(loss, weights, create_graph=True)
                weights = [w - work.rate * g for w, g in zip(weights, gradients, strict=True)]
            losses.append(_loss(work.problem, weights, query))
        return torch.stack(losses).mean()

    return Contestant(start, meta_loss)


def _loss(problem: Problem, weights: list[Tensor], batch: Batch) -> Float[Tensor, ""]:
    *hidden, last = zip(weights[::2], weights[1::2], strict=True)
    x = batch.x
    for weight, bias in hidden:
        x = problem.target.activation(linear(x, weight, bias))
    return problem.loss(linear(x, *last), batch.y)


def generate(work: Work) -> Contestant:
    """All weights in one pass, then `functional_call` for each task."""
    _, target, loss = work.problem
    encoder, hypernetwork, network = work.encoder(), sequential(work.start), skeleton(target)

    def meta_loss(task: Task) -> Float[Tensor, ""]:
        z = encoder(task.description, task.support)
        weights = each_set(named(hypernetwork(z), target))
        losses = [
            loss(functional_call(network, params, query.x), query.y)
            for params, (_, query) in zip(weights, each_task(task), strict=True)
        ]
        return torch.stack(losses).mean()

    return Contestant(list(hypernetwork.parameters()), meta_loss)
