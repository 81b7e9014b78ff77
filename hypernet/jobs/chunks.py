"""Meta-training in pure chunks: (state, steps) → (state, metrics).

Everything random is in the state, so a run ends with the same bits whatever its chunks, and a chunk
that was lost with its worker is simply computed again.
"""

from __future__ import annotations

import math
import time
from typing import Any, NamedTuple

import torch

from hypernet.evaluate import evaluate
from hypernet.experiment import Experiment
from hypernet.learners.gradient import GradientLearner
from hypernet.model_cards import measured
from hypernet.outer import MetaTraining, mean_loss, steps_to_report
from hypernet.plugins import load_named_plugins
from hypernet.protocols import Learner
from hypernet.runs import RunOptions, RunState, dump_state, first_state, load_state


class Chunk(NamedTuple):
    """What a chunk computed.

    Args:
        state: the bytes of the new state; those that came in where the run has diverged.
        step: outer steps done.
        report_steps: the outer step of each report so far.
        meta_losses: the mean meta-loss of each.
        probe_steps: when the held-out tasks were evaluated.
        probe_losses: their mean query loss.
        seconds: time of all chunks so far.
        cpu_seconds: CPU time of meta-training alone.
        pace: seconds for a step of this chunk.
        diverged: the sentence that says so, or None.
    """

    state: bytes
    step: int
    report_steps: tuple[int, ...]
    meta_losses: tuple[float, ...]
    probe_steps: tuple[int, ...]
    probe_losses: tuple[float, ...]
    seconds: float
    cpu_seconds: float
    pace: float = 0.0
    diverged: str | None = None


def describe(state: RunState, data: bytes) -> Chunk:
    """A state as if a chunk without steps had just made it."""
    return Chunk(
        data,
        state.snapshot.step,
        tuple(state.report_steps),
        tuple(state.meta_losses.tolist()),
        tuple(state.probe_steps.tolist()),
        tuple(state.probe_losses.tolist()),
        state.seconds,
        state.cpu_seconds,
    )


def run_chunk(data: bytes, steps: int) -> Chunk:
    """The run in `data` after up to `steps` more outer steps."""
    load_named_plugins()
    torch.set_num_threads(1)
    started = time.perf_counter()
    before = load_state(data, "this run's state")
    experiment = before.experiment
    learner = experiment.build()
    run = MetaTraining(learner, experiment.family, experiment.training, before.snapshot)
    steps = min(steps, experiment.training.steps - run.step)
    cpu_started, trained = time.process_time(), time.perf_counter()
    try:
        reports, pending = _advance(run, before, steps)
    except ValueError as error:
        return describe(before, data)._replace(diverged=str(error))
    cpu_seconds = time.process_time() - cpu_started
    pace = (time.perf_counter() - trained) / max(steps, 1)
    after = before._replace(
        snapshot=run.snapshot(),
        pending=tuple(pending),
        meta_losses=_joined(before.meta_losses, reports),
        cpu_seconds=before.cpu_seconds + cpu_seconds,
    )
    probe = held_out_loss(learner, experiment, before.options.probe_tasks)
    if math.isfinite(probe):
        after = after._replace(
            probe_steps=_joined(before.probe_steps, [run.step]),
            probe_losses=_joined(before.probe_losses, [probe]),
        )
    after = after._replace(seconds=before.seconds + time.perf_counter() - started)
    return describe(after, dump_state(after))._replace(pace=pace)


def _joined(before: torch.Tensor, new: list[Any]) -> torch.Tensor:
    return torch.cat([before, torch.tensor(new, dtype=before.dtype)])


def _advance(run: MetaTraining, before: RunState, steps: int) -> tuple[list[float], list[float]]:
    """Reports that became due within the next steps, and losses that wait for the next one."""
    total, every = before.experiment.training.steps, before.options.report_every
    end = run.step + steps
    pending, reports = list(before.pending), []
    while run.step < end:
        due = steps_to_report(run.step, total, every)
        pending += run.advance(min(due, end - run.step))
        if run.step % every == 0 or run.step == total:
            reports.append(mean_loss(pending, run.step))
            pending = []
    return reports, pending


def held_out_loss(learner: Learner, experiment: Experiment, tasks: int) -> float:
    """Mean query loss of fixed held-out tasks after the inner steps of meta-training."""
    steps = learner.inner.steps if isinstance(learner, GradientLearner) else 0
    shots = experiment.training.shots[1]
    report = evaluate(learner, experiment.family, shots=shots, inner_steps=[steps], tasks=tasks)
    return report.mean[0]


def measure(data: bytes) -> list[dict[str, Any]]:
    """The numbers of the card of the run in `data`."""
    load_named_plugins()
    torch.set_num_threads(1)
    state = load_state(data, "this run's state")
    learner = state.experiment.build()
    learner.load_state_dict(state.snapshot.learner)
    return measured(learner, state.experiment)


def warm_up() -> None:
    """Load all that a first step loads, which takes seconds, before a run waits for it."""
    run_chunk(dump_state(first_state(Experiment(), RunOptions())), 1)
