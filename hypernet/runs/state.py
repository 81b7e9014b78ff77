"""A run between two chunks: all that is needed to go on, to draw its curves, and to keep it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from hypernet.checkpoint import MAX_BYTES, pack, read_about, read_experiment, unpack
from hypernet.experiment import Experiment
from hypernet.outer import Snapshot, first_snapshot
from hypernet.spec import Plain, check, from_plain, number, to_plain

KIND = "run"
#: A learner that fits into a checkpoint has a state three times as large, and its curves.
MAX_STATE_BYTES = 4 * MAX_BYTES
MAX_PROBES = 100_000


@dataclass(frozen=True)
class RunOptions:
    """How long a run may compute, and how often it says how it stands."""

    budget_seconds: float = number(120.0, 1.0, 1e6, unit="s", help="Longest time in computation.")
    report_every: int = number(10, 1, 1000, help="Outer steps behind one point of the curve.")
    probe_tasks: int = number(50, 2, 1000, help="Held-out tasks that are evaluated as it runs.")

    def __post_init__(self) -> None:
        check(self)


class RunState(NamedTuple):
    """Where a run stands.

    Args:
        pending: meta-losses since the last report; NaN for a step that was left out.
        meta_losses: the mean meta-loss of each report.
        probe_steps: when the held-out tasks were evaluated.
        probe_losses: their mean query loss after the last inner step.
        seconds: time in computation.
        cpu_seconds: CPU time of meta-training alone.
        origin: the checkpoint whose weights the run began with, as it was named; "" for none.
    """

    experiment: Experiment
    options: RunOptions
    snapshot: Snapshot
    pending: tuple[float, ...]
    meta_losses: Float[Tensor, " report"]
    probe_steps: Int[Tensor, " probe"]
    probe_losses: Float[Tensor, " probe"]
    seconds: float
    cpu_seconds: float
    origin: str = ""

    @property
    def report_steps(self) -> list[int]:
        """The outer step of each report."""
        steps, every = self.experiment.training.steps, self.options.report_every
        return [min(i * every, steps) for i in range(1, len(self.meta_losses) + 1)]


def first_state(experiment: Experiment, options: RunOptions) -> RunState:
    """The state of a run before its first step.

    Raises:
        ValueError: where there is nothing to train, or the learner is too large to be kept.
    """
    learner = experiment.build()
    size = sum(value.nbytes for value in learner.state_dict().values())
    if size > 0.9 * MAX_BYTES:
        raise ValueError(
            f"this learner has {size} bytes; at most {int(0.9 * MAX_BYTES)} can be kept: "
            "a smaller target network or narrower layers help"
        )
    snapshot = first_snapshot(learner, experiment.training)
    none = torch.zeros(0, dtype=torch.float64)
    probe_steps = torch.zeros(0, dtype=torch.int64)
    return RunState(experiment, options, snapshot, (), none, probe_steps, none, 0.0, 0.0)


def dump_state(state: RunState) -> bytes:
    """The state as the bytes of a file; `load_state` reads them."""
    about = {
        "kind": KIND,
        "experiment": state.experiment.to_json(),
        "options": to_plain(state.options),
        "step": state.snapshot.step,
        "pending": [None if math.isnan(loss) else loss for loss in state.pending],
        "probes": len(state.probe_steps),
        "seconds": state.seconds,
        "cpu_seconds": state.cpu_seconds,
        "origin": state.origin,
    }
    return pack(_tensors(state), about)


def load_state(data: bytes, name: str) -> RunState:
    """The state in `data`; `name` is what error sentences call it.

    Raises:
        ValueError: in one sentence, for anything but what `dump_state` wrote.
    """
    about = read_about(data, name)
    if about.get("kind") != KIND:
        raise ValueError(f"{name} is not the state of a run")
    experiment = read_experiment(about, name)
    try:
        options = from_plain(RunOptions, about.get("options"))
        step = _whole(about, "step", experiment.training.steps)
        probes = _whole(about, "probes", MAX_PROBES)
        seconds, cpu_seconds = _seconds(about, "seconds"), _seconds(about, "cpu_seconds")
        origin = _origin(about)
        pending = _pending(about, _n_pending(step, experiment, options))
        blank = first_state(experiment, options)
    except (ValueError, TypeError, OverflowError) as error:
        raise ValueError(f"{name} holds a state that is not valid: {error}") from None
    blank = blank._replace(
        meta_losses=torch.zeros(_n_reports(step, experiment, options), dtype=torch.float64),
        probe_steps=torch.zeros(probes, dtype=torch.int64),
        probe_losses=torch.zeros(probes, dtype=torch.float64),
    )
    tensors = unpack(data, name, _tensors(blank), about)
    try:
        torch.Generator().set_state(tensors["rng"])
    except RuntimeError:
        raise ValueError(f"{name} has a random state that is not valid") from None
    return RunState(
        experiment,
        options,
        Snapshot(step, _part(tensors, "learner"), _part(tensors, "optimizer"), tensors["rng"]),
        pending,
        tensors["meta_losses"],
        tensors["probe_steps"],
        tensors["probe_losses"],
        seconds,
        cpu_seconds,
        origin,
    )


def _tensors(state: RunState) -> dict[str, Tensor]:
    parts = {"learner": state.snapshot.learner, "optimizer": state.snapshot.optimizer}
    return {
        **{f"{part}/{name}": value for part, ts in parts.items() for name, value in ts.items()},
        "rng": state.snapshot.rng,
        "meta_losses": state.meta_losses,
        "probe_steps": state.probe_steps,
        "probe_losses": state.probe_losses,
    }


def _part(tensors: Mapping[str, Tensor], part: str) -> dict[str, Tensor]:
    return {
        name.removeprefix(f"{part}/"): value
        for name, value in tensors.items()
        if name.startswith(f"{part}/")
    }


def _n_reports(step: int, experiment: Experiment, options: RunOptions) -> int:
    if step == experiment.training.steps:
        return math.ceil(step / options.report_every)
    return step // options.report_every


def _n_pending(step: int, experiment: Experiment, options: RunOptions) -> int:
    return 0 if step == experiment.training.steps else step % options.report_every


def _whole(about: Plain, name: str, most: int) -> int:
    value = about.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise ValueError(f"{name} must be a whole number 0..{most}")
    return value


def _origin(about: Plain) -> str:
    """States of before 0.2.0 have none."""
    value = about.get("origin", "")
    if not isinstance(value, str):
        raise ValueError(f"origin must be a text, got {type(value).__name__}")
    return value


def _seconds(about: Plain, name: str) -> float:
    value = about.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
        raise ValueError(f"{name} must be a number of 0 or more")
    return float(value)


def _pending(about: Plain, expected: int) -> tuple[float, ...]:
    losses: Any = about.get("pending")
    if not isinstance(losses, Sequence) or len(losses) != expected:
        raise ValueError(f"pending must be {expected} losses")
    return tuple(math.nan if loss is None else float(loss) for loss in losses)
