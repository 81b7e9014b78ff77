"""The work to be timed: start weights and tasks, the same for every contestant."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, mse_loss

from hypernet.encoders.description import DescriptionEncoder, DescriptionOptions
from hypernet.init import stream
from hypernet.protocols import TaskFamily
from hypernet.target import TargetNetwork, TargetOptions
from hypernet.tasks.planar import Planar
from hypernet.tasks.sinusoid import Sinusoid
from hypernet.types import Batch, Params, Task

#: Activations as modules.
MODULES: dict[Callable[[Tensor], Tensor], type[nn.Module]] = {
    torch.relu: nn.ReLU,
    torch.tanh: nn.Tanh,
}
#: Layers between z and the generated weights.
GENERATOR_HIDDEN = (64, 64)
N_TASKS = 25

Kind: TypeAlias = Literal["maml", "generate"]
#: (prediction, y) → mean over all points.
Loss: TypeAlias = Callable[[Tensor, Tensor], Tensor]


class Problem(NamedTuple):
    """What is learned, by which target network, and its loss as PyTorch has it."""

    family: TaskFamily
    target: TargetNetwork
    loss: Loss


def _problem(family: TaskFamily, target: TargetOptions, loss: Loss) -> Problem:
    return Problem(family, TargetNetwork(family.n_in, family.n_out, target), loss)


SINUSOID = _problem(Sinusoid(), TargetOptions(hidden=(40, 40)), mse_loss)
PLANAR = _problem(Planar(), TargetOptions(hidden=(16, 16), activation="tanh"), cross_entropy)


@dataclass(frozen=True)
class Work:
    """One outer step: on what, by which method, from which weights, how many inner steps.

    Shots and queries count as in the family: points, or points of each class.
    """

    problem: Problem
    kind: Kind
    start: Params
    shots: int
    queries: int
    steps: int = 0
    rate: float = 0.0

    def draw(self, rng: torch.Generator) -> Task:
        """A batch of fresh tasks."""
        family = self.problem.family
        return family.make(family.sample(N_TASKS, rng), rng, self.shots, self.queries)

    def encoder(self) -> DescriptionEncoder:
        """The standardised description: the z of every hypernetwork here."""
        return DescriptionOptions().build(self.problem.family, stream(0, "benchmark encoder"))


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


def maml(problem: Problem, steps: int, rate: float, shots: int, queries: int) -> Work:
    """Second-order MAML with one α, query loss after the last step."""
    start = problem.target.init(stream(0, "benchmark start"))
    return Work(problem, "maml", start, shots, queries, steps, rate)


def generate(problem: Problem, queries: int) -> Work:
    """Description → hypernetwork → weights of every task → query loss; no inner loop."""
    widths = TargetOptions(hidden=GENERATOR_HIDDEN)
    entries, size = len(problem.family.entries), problem.target.n_parameters
    start = TargetNetwork(entries, size, widths).init(stream(0, "benchmark start"))
    return Work(problem, "generate", start, shots=1, queries=queries)


#: Sinusoids as in Finn et al. 2017 (MAML), section 5.1: α = 0.01, 10 points each.
WORKS: dict[str, Work] = {
    "maml_1": maml(SINUSOID, steps=1, rate=0.01, shots=10, queries=10),
    "maml_5": maml(SINUSOID, steps=5, rate=0.01, shots=10, queries=10),
    "generate": generate(SINUSOID, queries=20),
    "planar_maml_5": maml(PLANAR, steps=5, rate=0.1, shots=5, queries=10),
    "planar_generate": generate(PLANAR, queries=10),
}


def each_task(task: Task) -> Iterator[tuple[Batch, Batch]]:
    """Support and query of one task after the other."""
    for support_x, support_y, query_x, query_y in zip(
        *(values.unbind() for values in (*task.support, *task.query)), strict=True
    ):
        yield Batch(support_x, support_y), Batch(query_x, query_y)


def named(flat: Float[Tensor, "task weight"], target: TargetNetwork) -> Params:
    """Generated weights as the target's named tensors, with the task axis."""
    sizes = [math.prod(shape) for shape in target.shapes.values()]
    return {
        name: values.reshape(-1, *shape)
        for (name, shape), values in zip(
            target.shapes.items(), torch.split(flat, sizes, dim=-1), strict=True
        )
    }


def each_set(params: Params) -> Iterator[Params]:
    """The weights of one task after the other."""
    for values in zip(*(value.unbind() for value in params.values()), strict=True):
        yield dict(zip(params, values, strict=True))


def sequential(weights: Params, activation: type[nn.Module] = nn.ReLU) -> nn.Sequential:
    """An `nn.Sequential` of linear layers that holds copies of the weights."""
    layers: list[nn.Module] = []
    for name, value in weights.items():
        if name.endswith("weight"):
            n_out, n_in = value.shape
            layers += [nn.Linear(n_in, n_out, device="meta"), activation()]
    network = nn.Sequential(*layers[:-1])
    copies = {name: value.clone() for name, value in weights.items()}
    network.load_state_dict(copies, assign=True)
    return network


def skeleton(target: TargetNetwork) -> nn.Sequential:
    """The target network as an `nn.Sequential` without weights, for `functional_call`."""
    shapes = {name: torch.empty(s, device="meta") for name, s in target.shapes.items()}
    return sequential(shapes, MODULES[target.activation])


def fill(module: nn.Module, start: Params) -> list[Tensor]:
    """The parameters of a peer's own hypernetwork, overwritten with the start in their order."""
    module.to(next(iter(start.values())).dtype)
    parameters: list[Tensor] = list(module.parameters())
    with torch.no_grad():
        for parameter, value in zip(parameters, start.values(), strict=True):
            parameter.copy_(value)
    return parameters
