"""The four roles that a part may take: its table, how it is built, and a first try of it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from hypernet.boundary import check_whole
from hypernet.encoders import ENCODERS
from hypernet.experiment import expected_of
from hypernet.generators import GENERATORS
from hypernet.init import stream
from hypernet.learners import LEARNERS
from hypernet.protocols import Encoder, ForClasses, Learner, ReadsPoints, TaskFamily
from hypernet.target import TargetNetwork, TargetOptions
from hypernet.tasks import FAMILIES, Planar, Sinusoid
from hypernet.types import Params

#: What a first try is made of: two tasks of three points (of each class), and a small network.
TASKS, POINTS = 2, 3
TARGET = TargetOptions(hidden=(4, 3))
EMBEDDING = 5


@dataclass(frozen=True)
class Role:
    """What a part of one's own may be.

    Args:
        table: where its options are registered.
        file_table: what that table is called in a file of one's own.
        needs: what its class must have.
        arguments: what `build` is called with; None for a family, which is not built.
        attempt: builds it from its options and uses it once; ValueError where the result is not in
            the role.
    """

    table: dict[str, Any]
    file_table: str
    needs: Sequence[str]
    arguments: tuple[str, ...] | None
    attempt: Callable[[Any], None]


def _try_family(family: Any) -> None:
    if not isinstance(family, TaskFamily):
        raise ValueError("it is no TaskFamily")
    check_whole(_task(family), expected_of(family, any_classes=False))


def _try_encoder(options: Any) -> None:
    _on_one_of((Sinusoid(), Planar()), options, _encode)


def _encode(options: Any, family: TaskFamily) -> None:
    encoder = options.build(family, _rng())
    if not (isinstance(encoder, Encoder) and isinstance(encoder, nn.Module)):
        raise ValueError(f"build must give a module with n_out, got {type(encoder).__name__}")
    task = _task(family)
    _has_shape("z", encoder(task.description, task.support), (TASKS, encoder.n_out))


def _try_generator(options: Any) -> None:
    target = TargetNetwork(2, 2, TARGET)
    generator = options.build(EMBEDDING, target, _rng())
    if not isinstance(generator, nn.Module):
        raise ValueError(f"build must give a module, got {type(generator).__name__}")
    told = (_task(Planar()).support,) if isinstance(generator, ReadsPoints) else ()
    params: Params = generator(torch.zeros(TASKS, EMBEDDING), *told)
    if not isinstance(params, dict) or params.keys() != target.shapes.keys():
        names = ", ".join(params) if isinstance(params, dict) else type(params).__name__
        raise ValueError(f"it must write {', '.join(target.shapes)}, got {names}")
    for name, shape in target.shapes.items():
        _has_shape(name, params[name], (TASKS, *shape))


def _try_learner(options: Any) -> None:
    families = (Planar(),) if isinstance(options, ForClasses) else (Sinusoid(), Planar())
    _on_one_of(families, options, _learn)


def _learn(options: Any, family: TaskFamily) -> None:
    target = TargetNetwork(family.n_in, family.n_out, TARGET)
    learner = options.build(family, target, _rng())
    if not isinstance(learner, Learner):
        raise ValueError(f"build must give a Learner, got {type(learner).__name__}")
    task = _task(family)
    params = learner.adapt(task.description, task.support, 1)[-1]
    _has_shape("a prediction", learner.predict(params, task.query.x), tuple(task.query.y.shape))
    _has_shape("the meta-loss", learner.meta_loss(task), (TASKS,))


def _on_one_of(
    families: Sequence[TaskFamily], options: Any, attempt: Callable[[Any, TaskFamily], None]
) -> None:
    """Whether the part works on any of these families; else the error of the first."""
    errors: list[Exception] = []
    for family in families:
        try:
            attempt(options, family)
        except Exception as error:
            errors.append(error)
        else:
            return
    raise errors[0]


def _has_shape(name: str, value: object, shape: tuple[int, ...]) -> None:
    if not isinstance(value, Tensor) or value.shape != shape:
        seen = tuple(value.shape) if isinstance(value, Tensor) else type(value).__name__
        raise ValueError(f"{name} must be a tensor of shape {shape}, got {seen}")


def _task(family: TaskFamily) -> Any:
    rng = _rng()
    return family.make(family.sample(TASKS, rng), rng, POINTS, POINTS)


def _rng() -> torch.Generator:
    return stream(0, "first try")


def missing(kind: type, role: Role) -> list[str]:
    """What a class lacks to be in a role."""
    return [name for name in role.needs if not hasattr(kind, name)]


def other_signature(kind: Any, role: Role) -> str | None:
    """The signature of `build` where it is not that of the role."""
    if role.arguments is None:
        return None
    if not callable(kind.build):
        return repr(kind.build)
    seen = list(inspect.signature(kind.build).parameters)
    same = seen[1:] == list(role.arguments)
    return None if same else f"build({', '.join(seen)})"


ROLES: dict[str, Role] = {
    "family": Role(
        FAMILIES,
        "FAMILIES",
        [name for name in vars(TaskFamily) if not name.startswith("_")],
        None,
        _try_family,
    ),
    "encoder": Role(ENCODERS, "ENCODERS", ["build"], ("family", "rng"), _try_encoder),
    "generator": Role(
        GENERATORS, "GENERATORS", ["build"], ("n_z", "target", "rng"), _try_generator
    ),
    "learner": Role(LEARNERS, "LEARNERS", ["build"], ("family", "target", "rng"), _try_learner),
}
