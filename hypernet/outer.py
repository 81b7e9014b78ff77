"""The outer loop: meta-training as a Python generator that neither draws nor prints."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from hypernet.boundary import check_task, trusted
from hypernet.init import stream
from hypernet.protocols import Learner, TaskFamily
from hypernet.spec import check, choice, number, span
from hypernet.types import Task

#: Outer steps between two reports of `meta_train`.
REPORT_EVERY = 50
OPTIMIZERS: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "adam": torch.optim.Adam,
    "adamw": functools.partial(torch.optim.AdamW, weight_decay=1e-4),
    "sgd": torch.optim.SGD,
}


@dataclass(frozen=True)
class TrainingOptions:
    """Length, batch and optimiser of a meta-training run."""

    steps: int = number(3000, 1, 1_000_000, help="Outer steps.")
    tasks: int = number(25, 1, 1000, help="Tasks of one outer step.")
    shots: tuple[int, int] = span(
        (10, 10), 1, 100, help="Support points; drawn anew at each step where the ends differ."
    )
    queries: int = number(10, 1, 1000, help="Query points of a task.")
    rate: float = number(3e-3, 1e-6, 1.0, help="The optimiser's learning rate.")
    schedule: str = choice(
        "cosine", ("cosine", "constant", "linear"), help="Learning rate over the run."
    )
    clip: float = number(10.0, 0.01, 1000.0, help="Largest norm of the meta-gradient.")
    seed: int = number(0, 0, 2**31 - 1, help="Seed of the first weights and of all tasks.")
    optimizer: str = choice(
        "adam",
        ("adam", "adamw", "sgd"),
        help="Adam, with a decay of the weights of 1e-4 or without, or plain gradient descent.",
    )
    warm_up: int = number(
        0, 0, 10_000, help="First steps, over which the learning rate rises from 0."
    )

    def __post_init__(self) -> None:
        check(self)


class Snapshot(NamedTuple):
    """All that is needed to go on as if nothing had happened; named plain tensors, copied."""

    step: int
    learner: dict[str, torch.Tensor]
    optimizer: dict[str, torch.Tensor]
    rng: torch.Tensor


class Progress(NamedTuple):
    """Where a run stands: outer steps done, mean meta-loss since the last report, snapshot."""

    step: int
    meta_loss: float
    snapshot: Snapshot


class MetaTraining:
    """A meta-training run of `learner`, in place, that may be left after any step.

    Taken up again from a snapshot it ends with the same bits as an undisturbed one.

    Raises:
        ValueError: where the learner has nothing to train, or the family's first tasks are not what
            it was built for (see `hypernet.boundary`).
    """

    def __init__(
        self,
        learner: Learner,
        family: TaskFamily,
        training: TrainingOptions,
        resume: Snapshot | None = None,
    ) -> None:
        self.step = 0
        self._learner, self._family, self._training = learner, family, training
        self._trainable = _trainable(learner)
        first = _batch(family, training, _first_rng(training), learner.training_tasks())
        check_task(learner, first)  # once: the steps of the run are not checked
        kind = OPTIMIZERS[training.optimizer]
        self._optimizer = kind(self._trainable.values(), lr=training.rate, fused=True)
        self._rng = _first_rng(training)
        if resume is not None:
            self.step = resume.step
            learner.load_state_dict(resume.learner)
            self._optimizer.state.update(self._moments(resume.optimizer))
            self._rng.set_state(resume.rng)

    def advance(self, steps: int) -> list[float]:
        """The meta-losses of the next steps; NaN for a step that was left out.

        A step whose meta-gradient is not finite is left out, as when the inner loop of a single
        task explodes.
        """
        with trusted():
            return [self._advance() for _ in range(steps)]

    def snapshot(self) -> Snapshot:
        """Where the run stands, as copies that later steps do not touch."""
        optimizer = {
            f"{name}.{moment}": self._optimizer.state[parameter].get(moment, start).clone()
            for name, parameter in self._trainable.items()
            for moment, start in _first_moments(parameter, self._training).items()
        }
        return Snapshot(self.step, _copied(self._learner), optimizer, self._rng.get_state())

    def _advance(self) -> float:
        self.step += 1
        _set_rate(self._optimizer, self._training, self.step)
        pool = self._learner.training_tasks()
        task = _batch(self._family, self._training, self._rng, pool)
        meta_loss = self._learner.meta_loss(task).mean()
        self._optimizer.zero_grad(set_to_none=True)
        meta_loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(self._trainable.values(), self._training.clip)
        if not norm.isfinite():
            return math.nan
        self._optimizer.step()
        return meta_loss.item()

    def _moments(self, optimizer: dict[str, torch.Tensor]) -> dict[torch.Tensor, Any]:
        return {
            parameter: {
                moment: optimizer[f"{name}.{moment}"].clone()
                for moment in _first_moments(parameter, self._training)
            }
            for name, parameter in self._trainable.items()
        }


def meta_train(
    learner: Learner,
    family: TaskFamily,
    training: TrainingOptions,
    *,
    resume: Snapshot | None = None,
    report_every: int = REPORT_EVERY,
) -> Iterator[Progress]:
    """Meta-train `learner` in place, yielding Progress every `report_every` steps and at the end.

    A resumed run ends with the same bits as an undisturbed one. Snapshots are copies: keep the
    last one, never the iterator.

    Raises:
        ValueError: where the learner has nothing to train, or all meta-gradients since the last
            report were not finite.
    """
    run = MetaTraining(learner, family, training, resume)
    while run.step < training.steps:
        losses = run.advance(steps_to_report(run.step, training.steps, report_every))
        yield Progress(run.step, mean_loss(losses, run.step), run.snapshot())


def first_snapshot(learner: Learner, training: TrainingOptions) -> Snapshot:
    """Where a run of `learner` stands before its first step.

    Raises:
        ValueError: where the learner has nothing to train.
    """
    optimizer = {
        f"{name}.{moment}": start
        for name, parameter in _trainable(learner).items()
        for moment, start in _first_moments(parameter, training).items()
    }
    return Snapshot(0, _copied(learner), optimizer, _first_rng(training).get_state())


def steps_to_report(step: int, steps: int, report_every: int) -> int:
    """How many steps after `step` the next report is due: at a multiple, or at the end."""
    return min(report_every - step % report_every, steps - step)


def mean_loss(losses: Sequence[float], step: int) -> float:
    """The mean meta-loss of the steps up to `step` that were not left out.

    Raises:
        ValueError: where all of them were, which is divergence.
    """
    kept = [loss for loss in losses if math.isfinite(loss)]
    if not kept:
        raise ValueError(
            f"meta-training diverged: no finite meta-gradient up to step {step}; "
            "a smaller learning rate may help"
        )
    return math.fsum(kept) / len(kept)


def _trainable(learner: Learner) -> dict[str, torch.nn.Parameter]:
    trainable = {n: p for n, p in learner.named_parameters() if p.requires_grad}
    if not trainable:
        raise ValueError("this learner has no parameters to meta-train")
    return trainable


def _copied(learner: Learner) -> dict[str, torch.Tensor]:
    return {name: value.detach().clone() for name, value in learner.state_dict().items()}


def _first_rng(training: TrainingOptions) -> torch.Generator:
    return stream(training.seed, "meta-training tasks")


def _first_moments(parameter: torch.Tensor, training: TrainingOptions) -> dict[str, torch.Tensor]:
    """What the optimiser keeps of a parameter, before its first step."""
    if training.optimizer == "sgd":
        return {}
    return {
        "step": torch.zeros(()),
        "exp_avg": torch.zeros_like(parameter),
        "exp_avg_sq": torch.zeros_like(parameter),
    }


def _set_rate(optimizer: torch.optim.Optimizer, training: TrainingOptions, step: int) -> None:
    rate, done = training.rate, (step - 1) / training.steps
    if training.schedule == "cosine":
        rate *= (1 + math.cos(math.pi * done)) / 2
    elif training.schedule == "linear":
        rate *= 1 - done
    rate *= min(1.0, step / max(1, training.warm_up))
    for group in optimizer.param_groups:
        group["lr"] = rate


def _batch(
    family: TaskFamily,
    training: TrainingOptions,
    rng: torch.Generator,
    pool: Float[Tensor, "pool entry"] | None,
) -> Task:
    """The tasks of one outer step: fresh ones, or drawn from the pool."""
    low, high = training.shots
    shots = int(torch.randint(low, high + 1, (), generator=rng))
    if pool is None:
        theta = family.sample(training.tasks, rng)
    else:
        theta = pool[torch.randint(len(pool), (training.tasks,), generator=rng)]
    return family.make(theta, rng, shots, training.queries)
