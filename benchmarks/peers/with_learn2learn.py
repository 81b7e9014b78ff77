"""learn2learn: a clone of the network for each task, adapted in turn."""

from __future__ import annotations

import torch
from jaxtyping import Float
from learn2learn.algorithms import MAML
from torch import Tensor
from torch.nn.functional import mse_loss

from benchmarks.work import INNER_RATE, Contestant, Work, each_task, sequential
from hypernet.types import Task


def build(work: Work) -> Contestant:
    """`MAML` with `clone` and `adapt`."""
    learner = MAML(sequential(work.start), lr=INNER_RATE, first_order=False)

    def meta_loss(task: Task) -> Float[Tensor, ""]:
        losses = []
        for support, query in each_task(task):
            clone = learner.clone()
            for _ in range(work.steps):
                clone.adapt(mse_loss(clone(support.x), support.y))
            losses.append(mse_loss(clone(query.x), query.y))
        return torch.stack(losses).mean()

    return Contestant(list(learner.parameters()), meta_loss)
