"""The `torch.func` way: written for one task, mapped over all with `vmap`."""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor
from torch.func import functional_call, grad, vmap

from hypernet.bench.work import Contestant, Work, named, sequential, skeleton
from hypernet.types import Params, Task


def maml(work: Work) -> Contestant:
    """`grad` for the inner loop, `vmap` over tasks, autograd for the outer loop.

    Of the idioms tried this is the fastest: with `grad` for the outer loop too, it takes about a
    third more time.
    """
    network = skeleton(work.problem.target)
    start = {name: value.clone().requires_grad_() for name, value in work.start.items()}

    def loss(params: Params, x: Tensor, y: Tensor) -> Float[Tensor, ""]:
        return work.problem.loss(functional_call(network, params, x), y)

    def query_loss(
        params: Params, x: Tensor, y: Tensor, query_x: Tensor, query_y: Tensor
    ) -> Float[Tensor, ""]:
        for _ in range(work.steps):
            gradients = grad(loss)(params, x, y)
            params = {name: params[name] - work.rate * gradients[name] for name in params}
        return loss(params, query_x, query_y)

    query_losses = vmap(query_loss, in_dims=(None, 0, 0, 0, 0))

    def meta_loss(task: Task) -> Float[Tensor, ""]:
        losses: Tensor = query_losses(start, *task.support, *task.query)
        return losses.mean()

    return Contestant(list(start.values()), meta_loss)


def generate(work: Work) -> Contestant:
    """All weights in one pass, then `vmap` of `functional_call`; one loss of all points."""
    _, target, loss = work.problem
    encoder, hypernetwork, network = work.encoder(), sequential(work.start), skeleton(target)
    predict = vmap(lambda params, x: functional_call(network, params, x))

    def meta_loss(task: Task) -> Float[Tensor, ""]:
        params = named(hypernetwork(encoder(task.description, task.support)), target)
        prediction = predict(params, task.query.x)
        return loss(prediction.flatten(0, 1), task.query.y.flatten(0, 1))

    return Contestant(list(hypernetwork.parameters()), meta_loss)
