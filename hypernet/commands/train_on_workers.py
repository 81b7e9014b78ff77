"""Runs of the command `train` on workers side by side."""

from __future__ import annotations

import functools
import time
from collections.abc import Mapping, Sequence

from hypernet.commands.training import OPTIONS, Training, report, write
from hypernet.jobs import Job, JobQueue, Limits, connect

LOOK_SECONDS = 0.1


def train_on_workers(trainings: Sequence[Training], workers: int) -> None:
    """Meta-train on as many processes; ValueError at the end names the runs that failed."""
    # Two for each worker: while one's next chunk is on its way, the other's is computed.
    limits = Limits(queued=len(trainings), per_worker=2)
    queue = JobQueue(functools.partial(connect, workers), None, limits)
    try:
        jobs = {
            queue.submit(training.experiment, session=str(i), options=OPTIONS): training
            for i, training in enumerate(trainings)
        }
        failures = _follow(jobs)
    finally:
        queue.close()
    if failures:
        raise ValueError("; ".join(failures))


def _follow(jobs: Mapping[Job, Training]) -> list[str]:
    """Print and write until all jobs have ended; what went wrong with each that failed."""
    failures, printed = [], dict.fromkeys(jobs, 0)
    while printed:
        for job in list(printed):
            training, view = jobs[job], job.progress()
            name = f"{training.out.stem}: " if len(jobs) > 1 else ""
            reports = list(zip(view.report_steps, view.meta_losses, strict=True))
            report(training.experiment, name, reports[printed[job] :])
            printed[job] = len(reports)
            if view.active:
                continue
            del printed[job]
            if view.status == "done":
                write(training, view.learner(), view.numbers, view.cpu_seconds)
            else:
                failures.append(f"{name}{view.sentence}")
        time.sleep(LOOK_SECONDS)
    return failures
