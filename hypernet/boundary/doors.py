"""Which methods of a learner are doors, and how the core's own loops pass them unchecked."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol, runtime_checkable

from torch import nn

from hypernet.boundary.checks import Expected, check_inputs, check_points, check_told, check_whole
from hypernet.types import Batch, Task

_trusted: ContextVar[bool] = ContextVar("trusted", default=False)


@runtime_checkable
class Guarded(Protocol):
    """A learner, as far as a door knows it."""

    #: Where None, as for a learner that no experiment has built, nothing is checked.
    expected: Expected | None

    def parameters(self) -> Iterator[nn.Parameter]:
        """What tells its type and device; a learner may have none."""


@contextmanager
def trusted() -> Iterator[None]:
    """Open every door: for loops over tasks that were checked, or that the core itself has made."""
    before = _trusted.set(True)
    try:
        yield
    finally:
        _trusted.reset(before)


def guard(kind: type) -> None:
    """Put a door before each method of a class of learners that a user may call.

    The outermost call is checked; what the method itself calls is trusted.
    """
    for name, check in DOORS.items():
        if name in vars(kind):
            setattr(kind, name, _door(vars(kind)[name], check))


def _door(method: Callable[..., Any], check: Callable[..., None]) -> Callable[..., Any]:
    signature = inspect.signature(method)

    @functools.wraps(method)
    def checked(learner: Guarded, *arguments: Any, **named: Any) -> Any:
        if _trusted.get():
            return method(learner, *arguments, **named)
        expected = _expected(learner)
        if expected is not None:
            _, *given = signature.bind(learner, *arguments, **named).args
            check(expected, *given)
        with trusted():
            return method(learner, *arguments, **named)

    return checked


def check_batch(learner: Guarded, batch: Batch) -> None:
    """Refuse points that this learner cannot be judged on.

    Raises:
        ValueError: one sentence with the tensor, what was seen and what is allowed.
    """
    expected = _expected(learner)
    if expected is not None:
        check_points(batch, "batch", expected)


def check_task(learner: Guarded, task: Task) -> None:
    """Refuse a task that is not one of this learner's, whose query may not be empty.

    Raises:
        ValueError: one sentence with the tensor, what was seen and what is allowed.
    """
    expected = _expected(learner)
    if expected is not None:
        check_whole(task, expected)


def _expected(learner: Guarded) -> Expected | None:
    """What is to be checked now, of the type and on the device of the learner's parameters."""
    expected = learner.expected
    if expected is None or _trusted.get():
        return None
    return expected._replace(like=next(learner.parameters(), expected.like))


def _initial(expected: Expected, description: object, support: object, *_: object) -> None:
    check_told(description, support, expected)


def _walk(expected: Expected, _start: object, support: object, *_: object) -> None:
    check_points(support, "support", expected)


def _predict(expected: Expected, _params: object, x: object) -> None:
    check_inputs(x, "x", expected)


def _meta_loss(expected: Expected, task: object) -> None:
    check_whole(task, expected)


#: The methods that a user calls, each with what is asked of its arguments.
DOORS: dict[str, Callable[..., None]] = {
    "initial": _initial,
    "adapt": _initial,
    "walk": _walk,
    "predict": _predict,
    "meta_loss": _meta_loss,
}
