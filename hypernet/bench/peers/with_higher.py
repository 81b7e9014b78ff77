"""higher: a patched copy of the network inside a context manager, one task after the other."""

from __future__ import annotations

import higher
import torch
from jaxtyping import Float
from torch import Tensor

from hypernet.bench.work import MODULES, Contestant, Work, each_task, sequential
from hypernet.types import Task


def build(work: Work) -> Contestant:
    """`innerloop_ctx` on the original weights, as in its few-shot example."""
    _, target, loss = work.problem
    network = sequential(work.start, MODULES[target.activation])
    inner = torch.optim.SGD(network.parameters(), lr=work.rate)

    def meta_loss(task: Task) -> Float[Tensor, ""]:
        losses = []
        for support, query in each_task(task):
            with higher.innerloop_ctx(network, inner, copy_initial_weights=False) as (
                adapted,
                optimizer,
            ):
                for _ in range(work.steps):
                    optimizer.step(loss(adapted(support.x), support.y))
                losses.append(loss(adapted(query.x), query.y))
        return torch.stack(losses).mean()

    return Contestant(list(network.parameters()), meta_loss)
