"""hypnettorch: a list of weights for each task, passed to the main network in turn."""

from __future__ import annotations

import torch
from hypnettorch.hnets import HMLP
from hypnettorch.mnets import MLP
from jaxtyping import Float
from torch import Tensor

from hypernet.bench.work import (
    GENERATOR_HIDDEN,
    MODULES,
    Contestant,
    Work,
    each_task,
    fill,
)
from hypernet.types import Task


def build(work: Work) -> Contestant:
    """`HMLP` on the description, `MLP` without weights of its own as the target network."""
    encoder, (_, network, loss) = work.encoder(), work.problem
    n_in, *hidden, n_out = network.widths
    activation = MODULES[network.activation]()
    with torch.random.fork_rng(devices=[]):
        target = MLP(n_in, n_out, hidden, activation_fn=activation, no_weights=True, verbose=False)
        hypernetwork = HMLP(
            target.param_shapes,
            uncond_in_size=encoder.n_out,
            cond_in_size=0,
            num_cond_embs=0,
            layers=GENERATOR_HIDDEN,
            verbose=False,
        )
    parameters = fill(hypernetwork, work.start)

    def meta_loss(task: Task) -> Float[Tensor, ""]:
        weights = hypernetwork(uncond_input=encoder(task.description, task.support))
        losses = [
            loss(target(query.x, weights=one), query.y)
            for one, (_, query) in zip(weights, each_task(task), strict=True)
        ]
        return torch.stack(losses).mean()

    return Contestant(parameters, meta_loss)
