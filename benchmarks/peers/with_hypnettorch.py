"""hypnettorch: a list of weights for each task, passed to the main network in turn."""

from __future__ import annotations

import torch
from hypnettorch.hnets import HMLP
from hypnettorch.mnets import MLP
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import mse_loss

from benchmarks.work import (
    ENCODER,
    FAMILY,
    GENERATOR_HIDDEN,
    TARGET,
    Contestant,
    Work,
    each_task,
    fill,
)
from hypernet.types import Task


def build(work: Work) -> Contestant:
    """`HMLP` on the description, `MLP` without weights of its own as the target network."""
    _, *hidden, _ = TARGET.widths
    with torch.random.fork_rng(devices=[]):
        target = MLP(FAMILY.n_in, FAMILY.n_out, hidden, no_weights=True, verbose=False)
        hypernetwork = HMLP(
            target.param_shapes,
            uncond_in_size=ENCODER.n_out,
            cond_in_size=0,
            num_cond_embs=0,
            layers=GENERATOR_HIDDEN,
            verbose=False,
        )
    parameters = fill(hypernetwork, work.start)

    def meta_loss(task: Task) -> Float[Tensor, ""]:
        weights = hypernetwork(uncond_input=ENCODER(task.description, task.support))
        losses = [
            mse_loss(target(query.x, weights=one), query.y)
            for one, (_, query) in zip(weights, each_task(task), strict=True)
        ]
        return torch.stack(losses).mean()

    return Contestant(parameters, meta_loss)
