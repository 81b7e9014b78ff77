"""Held-out tasks → error per inner step, with interval, median and share diverged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from hypernet.boundary import check_batch, check_task, trusted
from hypernet.evaluate.intervals import (
    Drawn,
    covers,
    draws_classes,
    over_classes,
    over_images,
    over_tasks,
)
from hypernet.init import stream
from hypernet.inner import diverged
from hypernet.protocols import Classification, FixedClasses, Learner, TaskFamily
from hypernet.types import Batch, Trace

CHUNK = 250


@dataclass(frozen=True)
class Report:
    """Query loss over held-out tasks; the lists are aligned with `inner_steps`.

    A task that diverged keeps the loss of its last finite step, so the mean stays a number;
    `diverged` says how many tasks that touches, and the median does not care. Its answers count as
    wrong from that step on. `ci95_covers` says what else could have been drawn, for which the
    intervals allow.
    """

    shots: int
    tasks: int
    seed: int
    inner_steps: list[int]
    mean: list[float]
    ci95: list[float]
    median: list[float]
    diverged: list[float]
    ci95_covers: str
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


def last_finite_step(losses: Float[Tensor, "*task step"]) -> Int[Tensor, "*task step"]:
    """The last step up to each whose loss is finite; 0 where there is none."""
    steps = torch.arange(losses.shape[-1])
    return torch.where(torch.isfinite(losses), steps, 0).cummax(dim=-1).values


def answered_right(
    family: Classification,
    predictions: Sequence[Float[Tensor, "*task point ways"]],
    batch: Batch,
    gone: Bool[Tensor, "*task step"],
) -> Float[Tensor, "*task step"]:
    """Share of right answers after each step; none is right once a task has diverged."""
    right = torch.stack([family.accuracy(said, batch) for said in predictions], dim=-1)
    return right.masked_fill(gone, 0.0)


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
    family, steps = family.held_out(), list(inner_steps)
    seen = _look(learner, family, shots, max(steps), tasks, stream(seed, "held-out tasks"), rate)
    losses, right = _scores(family, seen, seen.query, steps)
    if not isinstance(family, FixedClasses):
        ci95, accuracy_ci95 = over_tasks(losses), None if right is None else over_tasks(right)
    elif draws_classes(family):
        drawn, count = _places(family, seen.theta), len(family.classes)
        ci95 = over_classes(losses, drawn, count)
        accuracy_ci95 = None if right is None else over_classes(right, drawn, count)
    else:
        ci95, accuracy_ci95 = _over_images(family, seen, steps)
    return Report(
        shots=shots,
        tasks=tasks,
        seed=seed,
        inner_steps=steps,
        mean=losses.mean(0).tolist(),
        ci95=ci95,
        median=losses.median(0).values.tolist(),
        diverged=seen.gone[:, steps].double().mean(0).tolist(),
        ci95_covers=covers(family),
        accuracy=None if right is None else right.mean(0).tolist(),
        accuracy_ci95=accuracy_ci95,
    )


class _Seen(NamedTuple):
    """What a learner saw and said of some tasks after each step, and who has diverged by then.

    Args:
        finite: the last step up to each whose query loss is finite.
    """

    theta: Float[Tensor, "task entry"]
    support: Batch
    query: Batch
    said: Float[Tensor, "step task point y_dim"]
    finite: Int[Tensor, "task step"]
    gone: Bool[Tensor, "task step"]


def _look(
    learner: Learner,
    family: TaskFamily,
    shots: int,
    steps: int,
    tasks: int,
    rng: torch.Generator,
    rate: float | None,
) -> _Seen:
    """A learner on fresh tasks, some at a time."""
    chunks = [
        _look_at(learner, family, theta, rng, shots, steps, rate)
        for theta in family.sample(tasks, rng).split(CHUNK)
    ]
    return _Seen(
        theta=torch.cat([chunk.theta for chunk in chunks]),
        support=_joined([chunk.support for chunk in chunks]),
        query=_joined([chunk.query for chunk in chunks]),
        said=torch.cat([chunk.said for chunk in chunks], dim=1),
        finite=torch.cat([chunk.finite for chunk in chunks]),
        gone=torch.cat([chunk.gone for chunk in chunks]),
    )


def _joined(batches: Sequence[Batch]) -> Batch:
    """The points of the tasks of all batches."""
    return Batch(torch.cat([batch.x for batch in batches]), torch.cat([b.y for b in batches]))


def _look_at(
    learner: Learner,
    family: TaskFamily,
    theta: Float[Tensor, "task entry"],
    rng: torch.Generator,
    shots: int,
    steps: int,
    rate: float | None,
) -> _Seen:
    """The trace of a learner that takes no step is held at its only entry."""
    task = family.make(theta, rng, shots)
    check_task(learner, task)
    with torch.no_grad(), trusted():
        trace = learner.adapt(task.description, task.support, steps, rate)
        support = loss_per_step(learner, family, trace, task.support)
        said = torch.stack([learner.predict(params, task.query.x) for params in trace])
        query = torch.stack([family.loss(answer, task.query) for answer in said], dim=-1)
    held = torch.arange(steps + 1).clamp(max=len(trace) - 1)
    gone = diverged(support) | diverged(query)
    return _Seen(
        theta, task.support, task.query, said[held], last_finite_step(query)[:, held], gone[:, held]
    )


def _scores(
    family: TaskFamily, seen: _Seen, query: Batch, steps: list[int]
) -> tuple[Float[Tensor, "*set step"], Float[Tensor, "*set step"] | None]:
    """Loss and, where there are classes, share of right answers after each of `steps`.

    `query` is that of each task, or has each of its points as a set of its own.
    """
    said = seen.said.view(len(seen.said), *query.y.shape)
    losses = torch.stack([family.loss(answer, query) for answer in said], dim=-1)
    finite, gone = (
        part.view(len(part), *[1] * (losses.ndim - 2), -1).expand_as(losses)
        for part in (seen.finite, seen.gone)
    )
    losses = losses.gather(-1, finite)[..., steps].double()
    if not isinstance(family, Classification):
        return losses, None
    return losses, answered_right(family, said.unbind(0), query, gone)[..., steps].double()


def _over_images(
    family: FixedClasses, seen: _Seen, steps: list[int]
) -> tuple[list[float], list[float] | None]:
    """Half intervals of what `_scores` gives, which allow for other images than these."""
    x, y = seen.query
    each = Batch(x.unsqueeze(-2), y.unsqueeze(-2))
    losses, right = _scores(family, seen, each, steps)
    drawn = _drawn(family, seen)
    return over_images(losses, drawn), None if right is None else over_images(right, drawn)


def _places(family: FixedClasses, theta: Float[Tensor, "task entry"]) -> Int[Tensor, "task entry"]:
    """Where in the family's classes those of each task stand."""
    classes = torch.tensor(family.classes, dtype=theta.dtype)
    return (theta.unsqueeze(-1) == classes).long().argmax(dim=-1)


def _drawn(family: FixedClasses, seen: _Seen) -> Drawn:
    """Which image each point is: points with the same numbers are the same image."""
    x, y = (torch.cat(parts, dim=1) for parts in zip(seen.support, seen.query, strict=True))
    unique, images = x.flatten(0, 1).unique(dim=0, return_inverse=True)
    images = images.view(x.shape[:2])
    classes = torch.zeros(len(unique), dtype=torch.long)
    classes[images] = seen.theta.gather(-1, y.argmax(dim=-1)).long()
    support, query = images.split([seen.support.x.shape[1], seen.query.x.shape[1]], dim=1)
    return Drawn(support, query, classes, family.ways)
