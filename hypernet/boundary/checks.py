"""What the tensors of a task must look like: shape, type, device, finite, one-hot."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from hypernet.types import Batch, Task

#: Any number of leading task axes, as the beginning of a shape.
TASKS = "*task"
#: The sizes of a shape; a word where any size will do.
Shape = tuple[int | str, ...]


class Expected(NamedTuple):
    """What the tasks of a learner look like.

    Args:
        n_in: size of one input x.
        n_out: size of one target y; None for any number of classes.
        entries: length of a description; None for any.
        classes: whether targets are one-hot classes.
        like: a tensor of the learner's type, on its device.
    """

    n_in: int
    n_out: int | None
    entries: int | None
    classes: bool
    like: Tensor = torch.empty(0)


def check_whole(task: object, expected: Expected) -> None:
    """Refuse what is no task as expected, with at least one query point."""
    if not isinstance(task, Task):
        raise ValueError(f"a task must be a Task, got {type(task).__name__}")
    check_told(task.description, task.support, expected)
    tasks, ways = task.support.x.shape[:-2], task.support.y.shape[-1]
    check_points(task.query, "query", expected._replace(n_out=ways), tasks, least=1)


def check_told(description: object, support: object, expected: Expected) -> None:
    """Refuse wrong support points, and a description of another length or of other tasks."""
    points = check_points(support, "support", expected)
    entries = "entry" if expected.entries is None else expected.entries
    _check(description, "description", (*points.x.shape[:-2], entries), expected.like)


def check_points(
    points: object, name: str, expected: Expected, tasks: Shape = (TASKS,), least: int = 0
) -> Batch:
    """Refuse points that are not at least `least` inputs with a target each, of these tasks."""
    if not isinstance(points, Batch):
        raise ValueError(f"{name} must be a Batch of x and y, got {type(points).__name__}")
    check_inputs(points.x, f"{name} x", expected, tasks)
    if points.x.shape[-2] < least:
        raise ValueError(
            f"{name} x must have {least} point or more, got shape {tuple(points.x.shape)}"
        )
    shape = (*points.x.shape[:-1], "ways" if expected.n_out is None else expected.n_out)
    if expected.classes:
        _refuse_indices(points.y, f"{name} y", shape)
    _check(points.y, f"{name} y", shape, expected.like)
    if expected.classes:
        _check_one_hot(points.y, f"{name} y")
    return points


def check_inputs(x: object, name: str, expected: Expected, tasks: Shape = (TASKS,)) -> None:
    """Refuse what is no set of inputs of each of these tasks."""
    _check(x, name, (*tasks, "point", expected.n_in), expected.like)


def _check(value: object, name: str, shape: Shape, like: Tensor) -> None:
    """Refuse what is no finite tensor of this shape, and of the type and device of `like`."""
    if not isinstance(value, Tensor):
        raise ValueError(f"{name} must be a tensor of shape {_said(shape)}, got {value!r:.60}")
    if not _fits(tuple(value.shape), shape):
        raise ValueError(f"{name} must have shape {_said(shape)}, got {tuple(value.shape)}")
    if value.dtype != like.dtype:
        raise ValueError(f"{name} must be of type {like.dtype}, got {value.dtype}")
    if value.device != like.device:
        raise ValueError(f"{name} must lie on {like.device}, got {value.device}")
    finite = torch.isfinite(value)
    if not finite.all():
        raise ValueError(f"{name} must be finite numbers, got {value[~finite][0].item()}")


def _refuse_indices(y: object, name: str, shape: Shape) -> None:
    """Refuse class numbers where one-hot labels are asked for."""
    if isinstance(y, Tensor) and y.dim() == len(shape) - 1 and y.numel():
        seen = f"numbers from {y.min().item():g} to {y.max().item():g}"
        raise ValueError(
            f"{name} must be one-hot labels of shape {_said(shape)}, got {seen} of shape "
            f"{tuple(y.shape)}"
        )


def _check_one_hot(y: Tensor, name: str) -> None:
    wrong = (y != 0) & (y != 1)
    bad = wrong.any(dim=-1) | (y.sum(dim=-1) != 1)
    if bad.any():
        raise ValueError(
            f"{name} must be one-hot, a single 1 among {y.shape[-1]} numbers, got "
            f"{y[bad][0].tolist()}"
        )


def _fits(seen: tuple[int, ...], shape: Shape) -> bool:
    if shape[0] == TASKS:
        shape = shape[1:]
        seen = seen[max(0, len(seen) - len(shape)) :]
    return len(seen) == len(shape) and all(
        isinstance(size, str) or size == there for size, there in zip(shape, seen, strict=True)
    )


def _said(shape: Shape) -> str:
    return f"({', '.join(map(str, shape))}{',' * (len(shape) == 1)})"
