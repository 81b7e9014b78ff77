"""Runs of the command `train` in this process, which may be interrupted and taken up again.

Every half minute, and at Ctrl+C, the state of the run is kept beside its output; the run that goes
on from it ends with the same bits as an undisturbed one.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import torch
from tqdm import tqdm

from hypernet.checkpoint import load, read, write
from hypernet.commands import training as files
from hypernet.commands.training import OPTIONS, Training, report
from hypernet.experiment import Experiment
from hypernet.model_cards import measured
from hypernet.outer import Progress, first_snapshot, meta_train
from hypernet.protocols import Learner
from hypernet.runs import RunState, dump_state, first_state, load_state
from hypernet.runs.state import MAX_STATE_BYTES
from hypernet.spec import to_plain

#: Seconds between two states on disk.
KEEP_SECONDS = 30.0


def train_here(training: Training, start: RunState | None) -> None:
    """Meta-train from a state, or write a learner without anything to train as it is."""
    learner = training.experiment.build()
    if start is None:
        print("nothing to meta-train: the random start is written as it is")
        _write(training, learner, 0.0)
        return
    state, kept_at = start, time.monotonic()
    try:
        for state in _states(training, learner, start):
            if time.monotonic() - kept_at > KEEP_SECONDS and _kept(training, state):
                kept_at = time.monotonic()
        _write(training, learner, state.cpu_seconds)
    except KeyboardInterrupt:
        if _kept(training, state):
            done = f"step {state.snapshot.step} of {training.experiment.training.steps}"
            print(f"{done} is kept: go on with --resume {training.state_path}", file=sys.stderr)
        raise
    training.state_path.unlink(missing_ok=True)


def first(training: Training) -> RunState | None:
    """The state before the first step, with the weights of `origin`; None where nothing trains.

    Raises:
        ValueError: where the learner is too large, or `origin` is the checkpoint of another one.
    """
    if not training.trainable():
        if training.origin:
            raise ValueError(f"--from: {training.preset} has nothing to meta-train")
        return None
    state = first_state(training.experiment, OPTIONS)
    if not training.origin:
        return state
    learner = training.experiment.build()
    _begin_with(learner, Path(training.origin))
    snapshot = first_snapshot(learner, training.experiment.training)
    return state._replace(snapshot=snapshot, origin=training.origin)


def kept(path: Path) -> RunState:
    """The state in a file; ValueError where it holds none."""
    return load_state(read(path, MAX_STATE_BYTES), path.name)


def difference(here: Experiment, there: Experiment) -> str | None:
    """The first option in which two experiments differ, in words; None where all agree."""
    pairs = zip(_options(to_plain(here)), _options(to_plain(there)), strict=False)
    for (name, value), (_, other) in pairs:
        if value != other:
            return f"{name} is {other!r} there, {value!r} here"
    return None


def _options(plain: dict[str, object], path: str = "") -> Iterator[tuple[str, object]]:
    """All options of an experiment by their whole names, in a fixed order."""
    for name, value in plain.items():
        if isinstance(value, dict):
            yield from _options(value, f"{path}{name}.")
        else:
            yield path + name, value


def _begin_with(learner: Learner, path: Path) -> None:
    """Give the learner the weights of a checkpoint of the same shapes."""
    weights, own = load(path).learner.state_dict(), learner.state_dict()
    shapes = {name: tuple(value.shape) for name, value in weights.items()}
    for name, value in own.items():
        if shapes.pop(name, None) != tuple(value.shape):
            found = tuple(weights[name].shape) if name in weights else "missing"
            raise ValueError(
                f"--from {path.name} is of another learner: {name!r} must be "
                f"{tuple(value.shape)}, got {found}"
            )
    if shapes:
        raise ValueError(f"--from {path.name} is of another learner: it has {min(shapes)!r} too")
    learner.load_state_dict(weights)


def _states(training: Training, learner: Learner, state: RunState) -> Iterator[RunState]:
    """The state at each report."""
    experiment, terminal = training.experiment, sys.stderr.isatty()
    steps, done = experiment.training.steps, state.snapshot.step
    started = time.process_time()
    with tqdm(total=steps, initial=done, unit="step", disable=not terminal) as bar:
        for progress in meta_train(
            learner, experiment.family, experiment.training, resume=state.snapshot
        ):
            seconds = time.process_time() - started
            started += seconds
            state = _after(state, progress, seconds)
            bar.update(progress.step - bar.n)
            bar.set_postfix_str(f"meta-loss {progress.meta_loss:.4f}")
            if not terminal:
                report(experiment, "", [(progress.step, progress.meta_loss)])
            yield state


def _after(state: RunState, progress: Progress, seconds: float) -> RunState:
    """The state with one report more."""
    new = torch.tensor([progress.meta_loss], dtype=torch.float64)
    return state._replace(
        snapshot=progress.snapshot,
        meta_losses=torch.cat([state.meta_losses, new]),
        seconds=state.seconds + seconds,
        cpu_seconds=state.cpu_seconds + seconds,
    )


def _kept(training: Training, state: RunState) -> bool:
    """Whether the state could be written; where not, a line says why and the run goes on."""
    try:
        write(training.state_path, dump_state(state))
    except OSError as error:
        print(f"{training.state_path} cannot be written: {error.strerror}", file=sys.stderr)
        return False
    return True


def _write(training: Training, learner: Learner, seconds: float) -> None:
    numbers = measured(learner, training.experiment)
    files.write(training, learner, numbers, seconds)
