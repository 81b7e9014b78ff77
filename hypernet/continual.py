"""Continual learning: tasks one after another, kept by a regulariser on what is generated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import mse_loss

from hypernet.generators import FullOptions
from hypernet.init import stream
from hypernet.spec import check, number, sizes
from hypernet.target import TargetNetwork, TargetOptions
from hypernet.tasks.polynomials import Polynomial
from hypernet.types import Batch, Params


@dataclass(frozen=True)
class ContinualOptions:
    """How tasks are learned one after another; the defaults are the source's.

    Source: von Oswald et al. 2020, section 2, and the command that its code gives for its three
    polynomials.
    """

    steps: int = number(4001, 1, 100_000, help="Updates on each task.")
    batch: int = number(32, 1, 100, help="Points of one update.")
    beta: float = number(0.005, 0.0, 100.0, help="Weight of the regulariser; 0 is fine-tuning.")
    code: int = number(2, 1, 64, help="Numbers of a task's learned code.")
    hidden: tuple[int, ...] = sizes((10, 10), 4, 256, most=4, help="The generator's layers.")
    rate: float = number(1e-2, 1e-6, 1.0, help="Adam's learning rate.")
    seed: int = number(0, 0, 2**31 - 1, help="Seed of first weights, codes and points.")

    def __post_init__(self) -> None:
        check(self)


TARGET = TargetOptions(hidden=(10, 10), activation="sigmoid")


class TaskCodes(nn.Module):
    """A learned code for each task → generator → weights of the target network."""

    def __init__(self, tasks: int, options: ContinualOptions) -> None:
        super().__init__()
        rng = stream(options.seed, "first weights")
        self.target = TargetNetwork(1, 1, TARGET)
        generator = FullOptions(hidden=options.hidden)
        self.generator = generator.build(options.code, self.target, rng)
        self.codes = nn.ParameterList(
            nn.Parameter(torch.randn(options.code, generator=rng)) for _ in range(tasks)
        )

    def weights(self, task: int) -> Params:
        """The weights of the target network for this task."""
        params: Params = self.generator(self.codes[task])
        return params

    def error(self, task: int, points: Batch) -> Tensor:
        """Mean squared error of this task's network on the points."""
        return mse_loss(self.target(self.weights(task), points.x), points.y)


def learn_in_turn(
    tasks: Sequence[Polynomial], options: ContinualOptions
) -> tuple[TaskCodes, list[list[float]]]:
    """A network that learned the tasks one after another, and its errors after each of them.

    No point of an earlier task is seen again. What a later task may not change is the weights
    generated for the earlier ones: the loss is

        error(task) + β / T · Σ_{earlier task j} ‖h(code_j, Θ*) − h(code_j, Θ)‖²

    with the T earlier tasks, and Θ* the generator before this task. Codes of earlier tasks stay as
    they are. The source evaluates the regulariser at Θ + ΔΘ, one update ahead; here it is at Θ.

    Returns:
        The network, and one list for each task learned: the test error of every task up to it.

    Source: von Oswald et al. 2020, equation 2.
    """
    network, errors = TaskCodes(len(tasks), options), []
    for task, polynomial in enumerate(tasks):
        rng = stream(options.seed, f"points of task {task}")
        _learn(network, task, polynomial.training_points(rng), options, rng)
        with torch.no_grad():
            seen = enumerate(tasks[: task + 1])
            errors.append([network.error(j, p.test_points()).item() for j, p in seen])
    return network, errors


def _learn(
    network: TaskCodes, task: int, points: Batch, options: ContinualOptions, rng: torch.Generator
) -> None:
    """Learn one task with an optimiser of its own."""
    with torch.no_grad():
        before = [network.weights(earlier) for earlier in range(task)]
    trained = [*network.generator.parameters(), network.codes[task]]
    optimizer = torch.optim.Adam(trained, lr=options.rate, fused=True)
    for _ in range(options.steps):
        chosen = torch.randint(len(points.x), (options.batch,), generator=rng)
        loss = network.error(task, Batch(points.x[chosen], points.y[chosen]))
        if before and options.beta > 0:
            loss = loss + options.beta * output_change(network, before)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()


def output_change(network: TaskCodes, before: Sequence[Params]) -> Tensor:
    """Squared distance of each earlier task's weights to what they were, a mean over the tasks."""
    changes = [
        (value - then[name]).square().sum()
        for earlier, then in enumerate(before)
        for name, value in network.weights(earlier).items()
    ]
    return torch.stack(changes).sum() / len(before)
