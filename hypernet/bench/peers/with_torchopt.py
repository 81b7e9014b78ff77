"""TorchOpt: its differentiable SGD inside `vmap`."""

from __future__ import annotations

import torchopt
from jaxtyping import Float
from torch import Tensor
from torch.func import functional_call, grad, vmap

from hypernet.bench.work import Contestant, Work, skeleton
from hypernet.types import Params, Task


def build(work: Work) -> Contestant:
    """`torchopt.sgd` as a pure function, as in its few-shot example with `vmap`.

    Its other idiom, `MetaSGD` on a module for one task after the other, is several times slower.
    """
    network = skeleton(work.problem.target)
    start = {name: value.clone().requires_grad_() for name, value in work.start.items()}
    optimizer = torchopt.sgd(lr=work.rate)

    def loss(params: Params, x: Tensor, y: Tensor) -> Float[Tensor, ""]:
        return work.problem.loss(functional_call(network, params, x), y)

    def query_loss(x: Tensor, y: Tensor, query_x: Tensor, query_y: Tensor) -> Float[Tensor, ""]:
        params, state = start, optimizer.init(start)
        for _ in range(work.steps):
            gradients = grad(loss)(params, x, y)
            updates, state = optimizer.update(gradients, state, inplace=False)
            params = torchopt.apply_updates(params, updates, inplace=False)
        return loss(params, query_x, query_y)

    query_losses = vmap(query_loss)

    def meta_loss(task: Task) -> Float[Tensor, ""]:
        losses: Tensor = query_losses(*task.support, *task.query)
        return losses.mean()

    return Contestant(list(start.values()), meta_loss)
