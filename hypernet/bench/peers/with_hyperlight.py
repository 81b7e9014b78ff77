"""hyperlight: weights set on the module in a context manager, one task after the other."""

from __future__ import annotations

import hyperlight
import torch
from jaxtyping import Float
from torch import Tensor

from hypernet.bench.work import (
    GENERATOR_HIDDEN,
    Contestant,
    Work,
    each_set,
    each_task,
    fill,
    skeleton,
)
from hypernet.types import Task


def build(work: Work) -> Contestant:
    """`HyperNet` and a hypernetized `nn.Sequential`."""
    encoder, loss = work.encoder(), work.problem.loss
    network = skeleton(work.problem.target)
    layers = hyperlight.find_modules_of_type(network, [torch.nn.Linear])
    target = hyperlight.hypernetize(network, modules=layers)
    with torch.random.fork_rng(devices=[]):
        hypernetwork = hyperlight.HyperNet(
            input_shapes={"z": (encoder.n_out,)},
            output_shapes=target.external_shapes(),
            hidden_sizes=list(GENERATOR_HIDDEN),
            encoding=None,
            fc_kws={"nonlinearity": "ReLU"},
        )
    parameters = fill(hypernetwork, work.start)

    def meta_loss(task: Task) -> Float[Tensor, ""]:
        weights = each_set(hypernetwork(z=encoder(task.description, task.support)))
        losses = []
        for params, (_, query) in zip(weights, each_task(task), strict=True):
            with target.using_externals(params):
                losses.append(loss(target(query.x), query.y))
        return torch.stack(losses).mean()

    return Contestant(parameters, meta_loss)
