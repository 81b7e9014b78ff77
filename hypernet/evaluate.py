"""Held-out tasks → error per inner step, with interval, median and share diverged."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from hypernet.boundary import check_batch, check_task, trusted
from hypernet.init import stream
from hypernet.inner import diverged
from hypernet.protocols import Classification, Learner, TaskFamily
from hypernet.types import Batch, Trace

CHUNK = 250


@dataclass(frozen=True)
class Report:
    """Query loss over held-out tasks; the lists are aligned with `inner_steps`.

    A task that diverged keeps the loss of its last finite step, so the mean stays a number;
    `diverged` says how many tasks that touches, and the median does not care.
    """

    shots: int
    tasks: int
    seed: int
    inner_steps: list[int]
    mean: list[float]
    ci95: list[float]
    median: list[float]
    diverged: list[float]
    accuracy: list[float] | None = None
    accuracy_ci95: list[float] | None = None

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON values; accuracies only where there are classes."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def loss_per_step(
    learner: Learner, family: TaskFamily, trace: Trace, batch: Batch
) -> Float[Tensor, "*task step"]:
    """The loss on `batch` after each step of the inner loop.

    Raises:
        ValueError: for a batch that the learner cannot be judged on (see `hypernet.boundary`).
    """
    check_batch(learner, batch)
    with trusted():
        losses = [family.loss(learner.predict(params, batch.x), batch) for params in trace]
    return torch.stack(losses, dim=-1)


def last_finite(losses: Float[Tensor, "*task step"]) -> Float[Tensor, "*task step"]:
    """Losses with every value that is not finite replaced by the last finite one before it."""
    kept = [losses[..., 0]]
    for loss in losses.unbind(-1)[1:]:
        kept.append(torch.where(torch.isfinite(loss), loss, kept[-1]))
    return torch.stack(kept, dim=-1)


def evaluate(
    learner: Learner,
    family: TaskFamily,
    *,
    shots: int,
    inner_steps: Sequence[int] = (0, 1, 5, 10),
    tasks: int = 1000,
    seed: int = 0,
    rate: float | None = None,
) -> Report:
    """Query loss of fresh tasks of the held-out family after each of `inner_steps`.

    The tasks come from a stream of their own: no seed shares tasks with meta-training.

    Raises:
        ValueError: for no tasks, for empty or negative inner steps, and for a family whose tasks
            are not what the learner was built for (see `hypernet.boundary`).
    """
    if tasks < 2:
        raise ValueError(f"tasks must be 2 or more, got {tasks}")
    if not inner_steps or min(inner_steps) < 0:
        raise ValueError(f"inner steps must be 0 or more, got {list(inner_steps)}")
    family = family.held_out()
    rng = stream(seed, "held-out tasks")
    theta = family.sample(tasks, rng)
    parts = [
        _evaluate_chunk(learner, family, chunk, rng, shots, max(inner_steps), rate)
        for chunk in theta.split(CHUNK)
    ]
    steps = list(inner_steps)
    losses, bad, right = (torch.cat(part)[:, steps].double() for part in zip(*parts, strict=True))
    accuracy = right.mean(0).tolist() if isinstance(family, Classification) else None
    return Report(
        shots=shots,
        tasks=tasks,
        seed=seed,
        inner_steps=steps,
        mean=losses.mean(0).tolist(),
        ci95=_ci95(losses),
        median=losses.median(0).values.tolist(),
        diverged=bad.mean(0).tolist(),
        accuracy=accuracy,
        accuracy_ci95=None if accuracy is None else _ci95(right),
    )


def _ci95(values: Float[Tensor, "task step"]) -> list[float]:
    """Half the width of the 95 % interval of each mean."""
    half: list[float] = (1.96 * values.std(0) / math.sqrt(len(values))).tolist()
    return half


def _evaluate_chunk(
    learner: Learner,
    family: TaskFamily,
    theta: Float[Tensor, "task entry"],
    rng: torch.Generator,
    shots: int,
    steps: int,
    rate: float | None,
) -> tuple[Tensor, Tensor, Tensor]:
    """Query loss, divergence and accuracy (zeros without classes), each (task, step).

    The trace of a learner that takes no step is held at its only entry.
    """
    task = family.make(theta, rng, shots)
    check_task(learner, task)
    with torch.no_grad(), trusted():
        trace = learner.adapt(task.description, task.support, steps, rate)
        support = loss_per_step(learner, family, trace, task.support)
        predictions = [learner.predict(params, task.query.x) for params in trace]
    query = torch.stack([family.loss(p, task.query) for p in predictions], dim=-1)
    right = torch.zeros_like(query)
    if isinstance(family, Classification):
        right = torch.stack([family.accuracy(p, task.query) for p in predictions], dim=-1)
    held = torch.arange(steps + 1).clamp(max=len(trace) - 1)
    bad = diverged(support) | diverged(query)
    return last_finite(query)[:, held], bad[:, held], right[:, held]
