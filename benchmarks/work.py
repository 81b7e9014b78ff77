"""The work to be timed: start weights and tasks, the same for every contestant."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

import torch
from jaxtyping import Float
from torch import Tensor, nn

from hypernet.encoders.description import DescriptionOptions
from hypernet.init import stream
from hypernet.target import TargetNetwork, TargetOptions
from hypernet.tasks.sinusoid import Sinusoid
from hypernet.types import Batch, Params, Task

FAMILY = Sinusoid()
TARGET = TargetNetwork(FAMILY.n_in, FAMILY.n_out, TargetOptions(hidden=(40, 40)))
#: The standardised description: the z of every hypernetwork here.
ENCODER = DescriptionOptions().build(FAMILY, stream(0, "benchmark encoder"))
#: Layers between z and the generated weights.
GENERATOR_HIDDEN = (64, 64)
N_TASKS = 25
#: α of the inner loop, that of Finn et al. 2017 (MAML), section 5.1.
INNER_RATE = 0.01

Kind: TypeAlias = Literal["maml", "generate"]


@dataclass(frozen=True)
class Work:
    """One outer step: which method, from which weights, through how many inner steps."""

    kind: Kind
    start: Params
    steps: int
    shots: int
    queries: int

    def draw(self, rng: torch.Generator) -> Task:
        """A batch of fresh tasks."""
        return FAMILY.make(FAMILY.sample(N_TASKS, rng), rng, self.shots, self.queries)


class Contestant(NamedTuple):
    """One way to do the work.

    The parameters of all contestants hold the same numbers in the same order, however they are
    cut into tensors: for MAML those of the target network; for generate the trunk, then the
    weights, then the biases that write the target's tensors in turn.
    """

    parameters: list[Tensor]
    meta_loss: Callable[[Task], Float[Tensor, ""]]


#: Copies the start weights, so that contestants train independently.
Build: TypeAlias = Callable[[Work], Contestant]


def maml(steps: int) -> Work:
    """Second-order MAML, query loss after the last step, on 10 support and 10 query points.

    Source: Finn et al. 2017, section 5.1.
    """
    start = TARGET.init(stream(0, "benchmark start"))
    return Work("maml", start, steps=steps, shots=10, queries=10)


def generate() -> Work:
    """Description → hypernetwork → weights of every task → loss on 20 points; no inner loop."""
    hypernetwork = TargetNetwork(
        len(FAMILY.parameters), TARGET.n_parameters, TargetOptions(hidden=GENERATOR_HIDDEN)
    )
    start = hypernetwork.init(stream(0, "benchmark start"))
    return Work("generate", start, steps=0, shots=1, queries=20)


WORKS: dict[str, Work] = {"maml_1": maml(1), "maml_5": maml(5), "generate": generate()}


def each_task(task: Task) -> Iterator[tuple[Batch, Batch]]:
    """Support and query of one task after the other."""
    for support_x, support_y, query_x, query_y in zip(
        *(values.unbind() for values in (*task.support, *task.query)), strict=True
    ):
        yield Batch(support_x, support_y), Batch(query_x, query_y)


def named(flat: Float[Tensor, "task weight"]) -> Params:
    """Generated weights as the target's named tensors, with the task axis."""
    sizes = [math.prod(shape) for shape in TARGET.shapes.values()]
    return {
        name: values.reshape(-1, *shape)
        for (name, shape), values in zip(
            TARGET.shapes.items(), torch.split(flat, sizes, dim=-1), strict=True
        )
    }


def each_set(params: Params) -> Iterator[Params]:
    """The weights of one task after the other."""
    for values in zip(*(value.unbind() for value in params.values()), strict=True):
        yield dict(zip(params, values, strict=True))


def sequential(weights: Params) -> nn.Sequential:
    """An `nn.Sequential` of linear layers with a ReLU between, holding copies of the weights."""
    layers: list[nn.Module] = []
    for name, value in weights.items():
        if name.endswith("weight"):
            n_out, n_in = value.shape
            layers += [nn.Linear(n_in, n_out, device="meta"), nn.ReLU()]
    network = nn.Sequential(*layers[:-1])
    copies = {name: value.clone() for name, value in weights.items()}
    network.load_state_dict(copies, assign=True)
    return network


def skeleton() -> nn.Sequential:
    """The target network as an `nn.Sequential` without weights, for `functional_call`."""
    return sequential({name: torch.empty(s, device="meta") for name, s in TARGET.shapes.items()})


def fill(module: nn.Module, start: Params) -> list[Tensor]:
    """The parameters of a peer's own hypernetwork, overwritten with the start in their order."""
    module.to(next(iter(start.values())).dtype)
    parameters: list[Tensor] = list(module.parameters())
    with torch.no_grad():
        for parameter, value in zip(parameters, start.values(), strict=True):
            parameter.copy_(value)
    return parameters
