"""The outer loop: meta-training as a Python generator that neither draws nor prints."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch

from hypernet.init import stream
from hypernet.protocols import Learner, TaskFamily
from hypernet.spec import check, choice, number, span
from hypernet.types import Task


@dataclass(frozen=True)
class TrainingOptions:
    """Length, batch and optimiser of a meta-training run."""

    steps: int = number(3000, 1, 1_000_000, help="Outer steps.")
    tasks: int = number(25, 1, 1000, help="Tasks of one outer step.")
    shots: tuple[int, int] = span(
        (10, 10), 1, 100, help="Support points; drawn anew at each step where the ends differ."
    )
    queries: int = number(10, 1, 1000, help="Query points of a task.")
    rate: float = number(3e-3, 1e-6, 1.0, help="Adam's learning rate.")
    schedule: str = choice("cosine", ("cosine", "constant"), help="Learning rate over the run.")
    clip: float = number(10.0, 0.01, 1000.0, help="Largest norm of the meta-gradient.")
    seed: int = number(0, 0, 2**31 - 1, help="Seed of the first weights and of all tasks.")

    def __post_init__(self) -> None:
        check(self)


class Snapshot(NamedTuple):
    """All that is needed to go on as if nothing had happened; plain copied tensors."""

    step: int
    learner: dict[str, torch.Tensor]
    optimizer: dict[str, Any]
    rng: torch.Tensor


class Progress(NamedTuple):
    """Where a run stands: outer steps done, mean meta-loss since the last report, snapshot."""

    step: int
    meta_loss: float
    snapshot: Snapshot


def meta_train(
    learner: Learner,
    family: TaskFamily,
    training: TrainingOptions,
    *,
    resume: Snapshot | None = None,
    report_every: int = 50,
) -> Iterator[Progress]:
    """Meta-train `learner` in place, yielding Progress every `report_every` steps and at the end.

    A step whose meta-gradient is not finite is left out, as when the inner loop of a single task
    explodes. A resumed run ends with the same bits as an undisturbed one. Snapshots are copies:
    keep the last one, never the iterator.

    Raises:
        ValueError: where the learner has nothing to train, or all meta-gradients since the last
            report were not finite.
    """
    trainable = [p for p in learner.parameters() if p.requires_grad]
    if not trainable:
        raise ValueError("this learner has no parameters to meta-train")
    optimizer = torch.optim.Adam(trainable, lr=training.rate, fused=True)
    rng = stream(training.seed, "meta-training tasks")
    first = 0
    if resume is not None:
        first = resume.step
        learner.load_state_dict(resume.learner)
        optimizer.load_state_dict(copy.deepcopy(resume.optimizer))
        rng.set_state(resume.rng)
    losses: list[torch.Tensor] = []
    for step in range(first + 1, training.steps + 1):
        _set_rate(optimizer, training, step)
        meta_loss = learner.meta_loss(_batch(family, training, rng)).mean()
        optimizer.zero_grad(set_to_none=True)
        meta_loss.backward()
        if torch.nn.utils.clip_grad_norm_(trainable, training.clip).isfinite():
            optimizer.step()
            losses.append(meta_loss.detach())
        if step % report_every == 0 or step == training.steps:
            if not losses:
                raise ValueError(
                    f"meta-training diverged: no finite meta-gradient up to step {step}; "
                    "a smaller learning rate may help"
                )
            mean_loss = torch.stack(losses).mean().item()
            losses.clear()
            yield Progress(step, mean_loss, _snapshot(step, learner, optimizer, rng))


def _set_rate(optimizer: torch.optim.Optimizer, training: TrainingOptions, step: int) -> None:
    rate = training.rate
    if training.schedule == "cosine":
        rate *= (1 + math.cos(math.pi * (step - 1) / training.steps)) / 2
    for group in optimizer.param_groups:
        group["lr"] = rate


def _batch(family: TaskFamily, training: TrainingOptions, rng: torch.Generator) -> Task:
    low, high = training.shots
    shots = int(torch.randint(low, high + 1, (), generator=rng))
    return family.make(family.sample(training.tasks, rng), rng, shots, training.queries)


def _snapshot(
    step: int, learner: Learner, optimizer: torch.optim.Optimizer, rng: torch.Generator
) -> Snapshot:
    state = {name: value.detach().clone() for name, value in learner.state_dict().items()}
    return Snapshot(step, state, copy.deepcopy(optimizer.state_dict()), rng.get_state())
