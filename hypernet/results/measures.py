"""The measurements that the tables are made of: from JSON values to JSON values."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch

from hypernet.continual import ContinualOptions, learn_in_turn
from hypernet.evaluate import evaluate
from hypernet.experiment import Experiment
from hypernet.init import stream
from hypernet.outer import meta_train
from hypernet.posterior import EFFECTIVE
from hypernet.presets import FOLDER, PRESETS, shared
from hypernet.protocols import TaskFamily
from hypernet.spec import Plain, from_plain, part, to_plain
from hypernet.target import TargetNetwork, TargetOptions
from hypernet.tasks import FAMILIES, Sinusoid
from hypernet.tasks.corner import Corner
from hypernet.tasks.curves import Curves
from hypernet.tasks.few_tasks import FewTasks
from hypernet.tasks.polynomials import POLYNOMIALS
from hypernet.types import Params

#: Tasks that plain training learns at once.
CHUNK = 100
ADAM_RATE = 0.003
#: Tasks whose effective sample size is looked at.
SIZED = 50


@dataclass(frozen=True)
class Evaluated:
    """The family that a learner is evaluated on."""

    family: TaskFamily = part(Sinusoid(), FAMILIES)


def plain_family(family: TaskFamily) -> Plain:
    """A family as JSON values."""
    found: Plain = to_plain(Evaluated(family))["family"]
    return found


@functools.cache
def digest(preset: str) -> str:
    """What tells a shipped checkpoint from one trained otherwise."""
    data = (FOLDER / f"{preset}.safetensors").read_bytes()
    return hashlib.sha256(data).hexdigest()[:16]


def evaluation(
    *,
    preset: str,
    family: Plain,
    shots: int,
    steps: Sequence[int],
    tasks: int,
    seed: int,
) -> Plain:
    """The report of a shipped preset on a family."""
    held_out = from_plain(Evaluated, {"family": family}).family
    learner = shared(preset).learner
    report = evaluate(learner, held_out, shots=shots, inner_steps=steps, tasks=tasks, seed=seed)
    return report.as_dict()


def corner(
    *,
    preset: str,
    family: Plain,
    share: float,
    shots: int,
    steps: Sequence[int],
    tasks: int,
    seed: int,
) -> Plain:
    """The report of a shipped preset on curves whose points crowd at one end of the x range."""
    curves = from_plain(Evaluated, {"family": family}).family
    if not isinstance(curves, Curves):
        raise ValueError(f"family must be of curves, got {family['name']}")
    learner, held_out = shared(preset).learner, Corner(curves, share)
    report = evaluate(learner, held_out, shots=shots, inner_steps=steps, tasks=tasks, seed=seed)
    return report.as_dict()


def limit(
    *, experiment: str, family: Plain, shots: int, steps: Sequence[int], tasks: int, seed: int
) -> Plain:
    """The report of a learner that nothing is meta-trained of, with its effective sample size.

    The size is the median over a few of the tasks; None for a learner that has none.
    """
    held_out = from_plain(Evaluated, {"family": family}).family
    learner = Experiment.from_json(experiment).build()
    report = evaluate(learner, held_out, shots=shots, inner_steps=steps, tasks=tasks, seed=seed)
    rng = stream(seed, "held-out tasks")
    some = held_out.make(held_out.sample(min(tasks, SIZED), rng), rng, shots)
    size = learner.initial(some.description, some.support).get(EFFECTIVE)
    return {"effective": None if size is None else size.median().item(), **report.as_dict()}


def few_tasks(
    *, experiment: str, count: int, shots: int, step: int, tasks: int, seed: int
) -> Plain:
    """An experiment meta-trained on `count` tasks of its family, evaluated on fresh ones."""
    trained = Experiment.from_json(experiment)
    learner, rng = trained.build(), stream(trained.training.seed, "few tasks")
    started = time.process_time()
    for _ in meta_train(learner, FewTasks(trained.family, count, rng), trained.training):
        pass
    seconds = time.process_time() - started
    report = evaluate(
        learner, trained.family, shots=shots, inner_steps=(step,), tasks=tasks, seed=seed
    )
    return {"cpu_seconds": seconds, **report.as_dict()}


def plain_training(
    *, family: Plain, hidden: Sequence[int], shots: int, steps: Sequence[int], tasks: int, seed: int
) -> Plain:
    """Query loss of ordinary networks, each trained with Adam on the points of its one task."""
    held_out = from_plain(Evaluated, {"family": family}).family
    target = TargetNetwork(held_out.n_in, held_out.n_out, TargetOptions(hidden=tuple(hidden)))
    rng = stream(seed, "held-out tasks")
    theta = held_out.sample(tasks, rng)
    losses = torch.cat(
        [_trained(held_out, target, chunk, shots, steps, rng) for chunk in theta.split(CHUNK)]
    ).double()
    half = 1.96 * losses.std(0) / tasks**0.5
    return {"steps": list(steps), "mean": losses.mean(0).tolist(), "ci95": half.tolist()}


def _trained(
    family: TaskFamily,
    target: TargetNetwork,
    theta: torch.Tensor,
    shots: int,
    steps: Sequence[int],
    rng: torch.Generator,
) -> torch.Tensor:
    """Query loss of each task after each of `steps` updates; Adam treats every weight alone."""
    task = family.make(theta, rng, shots)
    starts = [target.init(rng) for _ in theta]
    params: Params = {
        name: torch.stack([start[name] for start in starts]).requires_grad_()
        for name in target.shapes
    }
    optimizer = torch.optim.Adam(params.values(), lr=ADAM_RATE, fused=True)
    losses = []
    for step in range(max(steps) + 1):
        if step in steps:
            with torch.no_grad():
                losses.append(family.loss(target(params, task.query.x), task.query))
        optimizer.zero_grad(set_to_none=True)
        family.loss(target(params, task.support.x), task.support).sum().backward()
        optimizer.step()
    return torch.stack(losses, dim=-1)


def in_turn(*, beta: float, steps: int, seed: int) -> Plain:
    """The errors of three polynomials after each was learned (see `continual`)."""
    _, errors = learn_in_turn(POLYNOMIALS, ContinualOptions(beta=beta, steps=steps, seed=seed))
    return {"errors": errors}


MEASURES: dict[str, Callable[..., Plain]] = {
    "evaluation": evaluation,
    "corner": corner,
    "limit": limit,
    "few tasks": few_tasks,
    "plain training": plain_training,
    "in turn": in_turn,
}


def shortened(preset: str, steps: int) -> str:
    """A preset's experiment with another number of outer steps, as JSON."""
    experiment = PRESETS[preset].experiment
    training = dataclasses.replace(experiment.training, steps=steps)
    return dataclasses.replace(experiment, training=training).to_json()
