"""The contest: contestants take turns, so that whatever else the machine does hits all alike.

One iteration is one whole outer step: sample the tasks, meta-loss, backward, fused Adam. All of
that is timed, on one thread, in process CPU time. Nobody clips the meta-gradient, not even ours
as `meta_train` would, so that only the methods differ.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import torch

from hypernet.bench.contestants import OWN, builds
from hypernet.bench.peers import reason
from hypernet.bench.work import WORKS, Build, Work
from hypernet.init import stream

ROUNDS = 15
OUTER_RATE = 1e-3


class Contest(NamedTuple):
    """Iterations per CPU second by work and contestant; why each absent peer is left out."""

    rates: dict[str, dict[str, float]]
    left_out: dict[str, str]


def run(seconds: float = 90.0, report: Callable[[str], None] = print) -> Contest:
    """Iterations per second of process CPU time, for each work and each contestant.

    Args:
        seconds: CPU time of the whole run, warm-up included; every turn makes at least one
            iteration, so a very small budget is exceeded.
        report: gets one line for each contestant that has finished, or that cannot take part.

    Raises:
        ValueError: where seconds is not a finite number above 0.
    """
    if not 0 < seconds < math.inf:
        raise ValueError(f"seconds must be a finite number above 0, got {seconds}")
    fields = {name: builds(work.kind) for name, work in WORKS.items()}
    turn = seconds / ((ROUNDS + 1) * sum(len(found) for found, _ in fields.values()))
    contest = Contest({}, {})
    with _one_thread():
        for name, (found, absent) in fields.items():
            rates, broken = _take_turns(WORKS[name], found, turn)
            contest.rates[name] = rates
            for peer, why in (absent | broken).items():
                if peer not in contest.left_out:
                    report(f"{peer} is left out: {why}")
                    contest.left_out[peer] = why
            for contestant, rate in rates.items():
                report(f"{name} {contestant}: {rate:.4g} iterations per CPU second")
    return contest


def _take_turns(
    work: Work, entrants: dict[str, Build], turn: float
) -> tuple[dict[str, float], dict[str, str]]:
    """The fastest turn of each contestant, and which peers could not make a single one.

    Whatever else runs can only slow a turn down, so the fastest one repeats best: on a shared
    machine the ratios of medians scatter several times as much.
    """
    steps, broken = _warmed_up(work, entrants, turn)
    rounds = [{name: _rate(step, turn) for name, step in steps.items()} for _ in range(ROUNDS)]
    return {name: max(rates[name] for rates in rounds) for name in steps}, broken


def _warmed_up(
    work: Work, entrants: dict[str, Build], turn: float
) -> tuple[dict[str, Callable[[], None]], dict[str, str]]:
    """Outer steps after a first turn that does not count; a peer that breaks in it is left out."""
    steps: dict[str, Callable[[], None]] = {}
    broken: dict[str, str] = {}
    for name, build in entrants.items():
        try:
            step = _outer_step(work, build)
            _rate(step, turn)
        except Exception as error:
            if name in OWN[work.kind]:
                raise
            broken[name] = reason(error)
        else:
            steps[name] = step
    return steps, broken


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
