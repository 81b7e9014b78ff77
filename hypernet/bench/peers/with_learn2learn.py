"""learn2learn: a clone of the network for each task, adapted in turn."""

from __future__ import annotations

import torch
from jaxtyping import Float
from learn2learn.algorithms import MAML
from torch import Tensor

from hypernet.bench.work import MODULES, Contestant, Work, each_task, sequential
from hypernet.types import Task


def build(work: Work) -> Contestant:
    """`MAML` with `clone` and `adapt`."""
    _, target, loss = work.problem
    network = sequential(work.start, MODULES[target.activation])
    learner = MAML(network, lr=work.rate, first_order=False)

    def meta_loss(task: Task) -> Float[Tensor, ""]:
        losses = []
        for support, query in each_task(task):
            clone = learner.clone()
            for _ in range(work.steps):
                clone.adapt(loss(clone(support.x), support.y))
            losses.append(loss(clone(query.x), query.y))
        return torch.stack(losses).mean()

    return Contestant(list(learner.parameters()), meta_loss)
