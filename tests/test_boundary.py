"""What a user may hand over by mistake, at each door: one sentence with name, seen and allowed."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Callable

import pytest
import torch

from hypernet import Batch, Experiment, Task, evaluate, load_preset, loss_per_step, meta_train
from hypernet.boundary import trusted
from hypernet.checkpoint import Checkpoint
from hypernet.init import stream
from hypernet.learners import MamlOptions, RidgeOptions
from hypernet.protocols import Learner
from hypernet.tasks import Planar, Sinusoid
from tests.parts import EXPERIMENTS

SINUSOID, PLANAR = "sinusoid-points-inner", "planar-points"
#: Three tasks of five support points (of each class) and seven query points.
TASKS, SHOTS, QUERIES = 3, 5, 7


def task_of(preset: str) -> Task:
    family = load_preset(preset).experiment.family
    return family.make(family.sample(TASKS, stream(0, "theta")), stream(0, "x"), SHOTS, QUERIES)


Damage = Callable[[Task], Task]
Call = Callable[[Checkpoint, Task, Task], object]


def support(change: Callable[[Batch], Batch]) -> Damage:
    return lambda task: task._replace(support=change(task.support))


def query(change: Callable[[Batch], Batch]) -> Damage:
    return lambda task: task._replace(query=change(task.query))


def described(change: Callable[[torch.Tensor], torch.Tensor]) -> Damage:
    return lambda task: task._replace(description=change(task.description))


def with_value(tensor: torch.Tensor, value: float) -> torch.Tensor:
    changed = tensor.clone()
    changed[..., -1, -1] = value
    return changed


def trace(learner: Learner, task: Task) -> list[dict[str, torch.Tensor]]:
    with torch.no_grad():
        return learner.adapt(task.description, task.support, 1)


#: The doors that take the support points: a learner, a task as it should be, and a wrong one.
SUPPORT: dict[str, Call] = {
    "initial": lambda made, _, wrong: made.learner.initial(wrong.description, wrong.support),
    "adapt": lambda made, _, wrong: made.learner.adapt(wrong.description, wrong.support, steps=1),
    "walk": lambda made, task, wrong: made.learner.walk(
        made.learner.initial(*task[:2]), steps=1, support=wrong.support
    ),
    "meta_loss": lambda made, _, wrong: made.learner.meta_loss(wrong),
}
DESCRIPTION = {name: SUPPORT[name] for name in ("initial", "adapt", "meta_loss")}
QUERY: dict[str, Call] = {"meta_loss": SUPPORT["meta_loss"]}

#: Name, what is wrong, at which doors, and the sentence.
WRONG_CURVES: list[tuple[str, Damage, dict[str, Call], str]] = [
    (
        "y of the wrong rank",
        support(lambda b: Batch(b.x, b.y[..., 0])),
        SUPPORT,
        "support y must have shape (3, 5, 1), got (3, 5)",
    ),
    (
        "x of the wrong rank",
        support(lambda b: Batch(b.x[0, :, 0], b.y)),
        SUPPORT,
        "support x must have shape (*task, point, 1), got (5,)",
    ),
    (
        "x of the wrong size",
        support(lambda b: Batch(b.x.expand(-1, -1, 2), b.y)),
        SUPPORT,
        "support x must have shape (*task, point, 1), got (3, 5, 2)",
    ),
    (
        "y of fewer points",
        support(lambda b: Batch(b.x, b.y[:, :4])),
        SUPPORT,
        "support y must have shape (3, 5, 1), got (3, 4, 1)",
    ),
    (
        "y of other tasks",
        support(lambda b: Batch(b.x, b.y[:1])),
        SUPPORT,
        "support y must have shape (3, 5, 1), got (1, 5, 1)",
    ),
    (
        "a type that is not the learner's",
        support(lambda b: Batch(b.x, b.y.double())),
        SUPPORT,
        "support y must be of type torch.float32, got torch.float64",
    ),
    (
        "another device",
        support(lambda b: Batch(b.x.to("meta"), b.y)),
        SUPPORT,
        "support x must lie on cpu, got meta",
    ),
    (
        "NaN",
        support(lambda b: Batch(b.x, with_value(b.y, math.nan))),
        SUPPORT,
        "support y must be finite numbers, got nan",
    ),
    (
        "an infinite value",
        support(lambda b: Batch(with_value(b.x, -math.inf), b.y)),
        SUPPORT,
        "support x must be finite numbers, got -inf",
    ),
    (
        "lists",
        support(lambda b: Batch([1.0, 2.0], b.y)),  # type: ignore[arg-type]
        SUPPORT,
        "support x must be a tensor of shape (*task, point, 1), got [1.0, 2.0]",
    ),
    (
        "a bare pair",
        lambda task: task._replace(support=(task.support.x, task.support.y)),  # type: ignore[arg-type]
        SUPPORT,
        "support must be a Batch of x and y, got tuple",
    ),
    (
        "a description of the wrong length",
        described(lambda told: told[:, :1]),
        DESCRIPTION,
        "description must have shape (3, 2), got (3, 1)",
    ),
    (
        "a description of other tasks",
        described(lambda told: told[:2]),
        DESCRIPTION,
        "description must have shape (3, 2), got (2, 2)",
    ),
    (
        "a description that is not finite",
        described(lambda told: told / 0),
        DESCRIPTION,
        "description must be finite numbers, got inf",
    ),
    (
        "an empty query",
        query(lambda b: Batch(b.x[:, :0], b.y[:, :0])),
        QUERY,
        "query x must have 1 point or more, got shape (3, 0, 1)",
    ),
    (
        "a query of other tasks",
        query(lambda b: Batch(b.x[0], b.y[0])),
        QUERY,
        "query x must have shape (3, point, 1), got (7, 1)",
    ),
    (
        "a query y of the wrong rank",
        query(lambda b: Batch(b.x, b.y[..., 0])),
        QUERY,
        "query y must have shape (3, 7, 1), got (3, 7)",
    ),
]
WRONG_CLASSES: list[tuple[str, Damage, dict[str, Call], str]] = [
    (
        "class numbers for one-hot labels",
        support(lambda b: Batch(b.x, b.y.argmax(-1))),
        SUPPORT,
        "support y must be one-hot labels of shape (3, 10, 2), got numbers from 0 to 1 of shape "
        "(3, 10)",
    ),
    (
        "a class number outside the classes",
        support(lambda b: Batch(b.x, b.y.argmax(-1) + 6)),
        SUPPORT,
        "support y must be one-hot labels of shape (3, 10, 2), got numbers from 6 to 7 of shape "
        "(3, 10)",
    ),
    (
        "labels of more classes",
        support(lambda b: Batch(b.x, torch.eye(4)[b.y.argmax(-1)])),
        SUPPORT,
        "support y must have shape (3, 10, 2), got (3, 10, 4)",
    ),
    (
        "a label that is none of the classes",
        support(lambda b: Batch(b.x, torch.zeros_like(b.y))),
        SUPPORT,
        "support y must be one-hot, a single 1 among 2 numbers, got [0.0, 0.0]",
    ),
    (
        "shares for one-hot labels",
        support(lambda b: Batch(b.x, torch.full_like(b.y, 0.5))),
        SUPPORT,
        "support y must be one-hot, a single 1 among 2 numbers, got [0.5, 0.5]",
    ),
    (
        "whole numbers",
        support(lambda b: Batch(b.x, b.y.long())),
        SUPPORT,
        "support y must be of type torch.float32, got torch.int64",
    ),
    (
        "class numbers in the query",
        query(lambda b: Batch(b.x, b.y.argmax(-1))),
        QUERY,
        "query y must be one-hot labels of shape (3, 14, 2), got numbers from 0 to 1 of shape "
        "(3, 14)",
    ),
]
CASES = [
    pytest.param(preset, damage, call, sentence, id=f"{name}-{door}")
    for preset, wrong in ((SINUSOID, WRONG_CURVES), (PLANAR, WRONG_CLASSES))
    for name, damage, doors, sentence in wrong
    for door, call in doors.items()
]


def refused(sentence: str, call: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        call()


@pytest.mark.parametrize(("preset", "damage", "call", "sentence"), CASES)
def test_a_wrong_task_is_refused_at_every_door_of_a_learner(
    preset: str, damage: Damage, call: Call, sentence: str
) -> None:
    made, task = load_preset(preset), task_of(preset)
    call(made, task, task)
    refused(sentence, lambda: call(made, task, damage(task)))


@pytest.mark.parametrize(
    ("x", "sentence"),
    [
        (torch.zeros(4), "x must have shape (*task, point, 1), got (4,)"),
        (torch.zeros(4, 2), "x must have shape (*task, point, 1), got (4, 2)"),
        (torch.zeros(4, 1).long(), "x must be of type torch.float32, got torch.int64"),
        (torch.full((4, 1), math.nan), "x must be finite numbers, got nan"),
    ],
)
def test_wrong_inputs_are_refused_where_a_learner_predicts(x: torch.Tensor, sentence: str) -> None:
    learner, task = load_preset(SINUSOID).learner, task_of(SINUSOID)
    params = trace(learner, task)[0]
    refused(sentence, lambda: learner.predict(params, x))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda b: Batch(b.x, b.y[..., 0]), "batch y must have shape (3, 7, 1), got (3, 7)"),
        (lambda b: Batch(b.x, b.y / 0), "batch y must be finite numbers, got "),
        (
            lambda b: Batch(b.x[..., 0], b.y),
            "batch x must have shape (*task, point, 1), got (3, 7)",
        ),
    ],
)
def test_a_wrong_batch_is_refused_where_losses_are_taken(
    change: Callable[[Batch], Batch], sentence: str
) -> None:
    (experiment, learner), task = load_preset(SINUSOID), task_of(SINUSOID)
    steps = trace(learner, task)
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        loss_per_step(learner, experiment.family, steps, change(task.query))


class Broken(Sinusoid):
    """Sinusoids whose support targets come without their last axis."""

    def held_out(self) -> Broken:
        """The same."""
        return self

    def make(  # type: ignore[no-untyped-def]
        self, theta: torch.Tensor, rng: torch.Generator, shots: int, queries: int | None = None
    ):
        """A task with one mistake."""
        task = super().make(theta, rng, shots, queries)
        return task._replace(support=Batch(task.support.x, task.support.y[..., 0]))


def test_tasks_of_a_family_are_checked_before_a_learner_is_evaluated_or_trained_on_them() -> None:
    learner = load_preset(SINUSOID).learner
    refused(
        "support y must have shape (20, 5, 1), got (20, 5)",
        lambda: evaluate(learner, Broken(), shots=5, tasks=20),
    )
    refused(
        "support x must have shape (*task, point, 1), got (20, 10, 2)",
        lambda: evaluate(learner, Planar(), shots=5, tasks=20),
    )
    experiment = EXPERIMENTS["sinusoid-joint"]
    for family, seen in ((Broken(), "y must have shape (4, "), (Planar(), "x must have shape (*t")):
        with pytest.raises(ValueError, match=rf"^support {re.escape(seen)}"):
            next(meta_train(experiment.build(), family, experiment.training))


def test_a_computed_head_takes_any_number_of_classes_but_the_same_in_support_and_query() -> None:
    learner = Experiment(Planar(), learner=RidgeOptions()).build()
    task = task_of(PLANAR)
    wider = Batch(task.support.x, torch.eye(4)[task.support.y.argmax(-1)])
    assert learner.initial(task.description, wider)["head.weight"].shape[-2] == 4
    refused(
        "query y must have shape (3, 14, 4), got (3, 14, 2)",
        lambda: learner.meta_loss(task._replace(support=wider)),
    )


def test_no_support_point_and_no_task_axis_are_allowed() -> None:
    learner, task = load_preset(SINUSOID).learner, task_of(SINUSOID)
    none = Batch(*(values[0, :0] for values in task.support))
    assert len(learner.adapt(task.description[0], none, 2)) == 3


def test_a_learner_of_another_type_takes_tasks_of_that_type() -> None:
    learner, task = load_preset(SINUSOID).learner.double(), task_of(SINUSOID)
    refused(
        "support x must be of type torch.float64, got torch.float32",
        lambda: learner.meta_loss(task),
    )
    doubled = Task(
        task.description.double(),
        *(Batch(*(values.double() for values in batch)) for batch in (task.support, task.query)),
    )
    assert learner.meta_loss(doubled).dtype == torch.float64


@dataclasses.dataclass(frozen=True)
class Counted:
    """How often values were looked at: `torch.isfinite` waits for the device."""

    calls: list[int]


@pytest.fixture(name="looks")
def _looks(monkeypatch: pytest.MonkeyPatch) -> Counted:
    counted, look = Counted([0]), torch.isfinite

    def isfinite(value: torch.Tensor) -> torch.Tensor:
        counted.calls[0] += 1
        return look(value)

    monkeypatch.setattr(torch, "isfinite", isfinite)
    return counted


def test_steps_of_meta_training_look_at_no_value(looks: Counted) -> None:
    experiment = Experiment(learner=MamlOptions())
    run = meta_train(experiment.build(), experiment.family, experiment.training, report_every=3)
    next(run)
    first = looks.calls[0]
    next(run)
    assert (first, looks.calls[0]) == (5, 5)


def test_what_a_method_itself_calls_is_not_checked_again(looks: Counted) -> None:
    learner, task = load_preset(SINUSOID).learner, task_of(SINUSOID)
    looks.calls[0] = 0
    learner.meta_loss(task)
    assert looks.calls[0] == 5
    with trusted():
        learner.meta_loss(task)
    assert looks.calls[0] == 5


def test_a_door_closes_again_after_an_error() -> None:
    learner, task = load_preset(SINUSOID).learner, task_of(SINUSOID)
    with pytest.raises(ZeroDivisionError), trusted():
        raise ZeroDivisionError
    wrong = task._replace(description=task.description[:2])
    with pytest.raises(ValueError, match="description must have shape"):
        learner.meta_loss(wrong)
