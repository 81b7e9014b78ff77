"""The race: contestants take turns, so that whatever else the machine does hits all alike.

One iteration is one whole outer step: sample the tasks, meta-loss, backward, fused Adam. All of
that is timed, on one thread, in process CPU time. Nobody clips the meta-gradient, not even ours
as `meta_train` would, so that only the methods differ.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch

from benchmarks.contestants import builds
from benchmarks.work import WORKS, Build, Work
from hypernet.init import stream

ROUNDS = 15
OUTER_RATE = 1e-3


def run(
    seconds: float = 90.0, report: Callable[[str], None] = print
) -> dict[str, dict[str, float]]:
    """Iterations per second of process CPU time, for each work and each contestant.

    Args:
        seconds: CPU time of the whole run, warm-up included; every turn makes at least one
            iteration, so a very small budget is exceeded.
        report: gets one line for each contestant that has finished.

    Raises:
        ValueError: where seconds is not a finite number above 0.
    """
    if not 0 < seconds < math.inf:
        raise ValueError(f"seconds must be a finite number above 0, got {seconds}")
    entrants = {name: builds(work.kind) for name, work in WORKS.items()}
    turn = seconds / ((ROUNDS + 1) * sum(len(found) for found in entrants.values()))
    rates: dict[str, dict[str, float]] = {}
    with _one_thread():
        for name, found in entrants.items():
            rates[name] = _race(WORKS[name], found, turn)
            for contestant, rate in rates[name].items():
                report(f"{name} {contestant}: {rate:.4g} iterations per CPU second")
    return rates


def _race(work: Work, entrants: dict[str, Build], turn: float) -> dict[str, float]:
    """The fastest turn of each contestant; a first round warms up and does not count.

    Whatever else runs can only slow a turn down, so the fastest one repeats best: on a shared
    machine the ratios of medians scatter several times as much.
    """
    steps = {name: _outer_step(work, build) for name, build in entrants.items()}
    rounds = [{name: _rate(step, turn) for name, step in steps.items()} for _ in range(ROUNDS + 1)]
    return {name: max(rates[name] for rates in rounds[1:]) for name in entrants}


def _outer_step(work: Work, build: Build) -> Callable[[], None]:
    """One outer step of a contestant with its own weights, optimiser and random stream."""
    contestant = build(work)
    optimizer = torch.optim.Adam(contestant.parameters, lr=OUTER_RATE, fused=True)
    rng = stream(0, "benchmark tasks")

    def step() -> None:
        meta_loss = contestant.meta_loss(work.draw(rng))
        optimizer.zero_grad(set_to_none=True)
        meta_loss.backward()
        optimizer.step()

    return step


def _rate(step: Callable[[], None], seconds: float) -> float:
    """Iterations per second of CPU time, measured for this long or one iteration."""
    count, start = 0, time.process_time()
    while True:
        step()
        count += 1
        elapsed = time.process_time() - start
        if elapsed >= seconds:
            return count / elapsed


@contextmanager
def _one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
