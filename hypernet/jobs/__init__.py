"""Background meta-training for pages and the command line.

submit ─► queue ─ one driver thread ─► chunks on a Dask cluster ─► progress, kept in a store

job = submit(experiment, session="…")     returns at once
view = job.progress()                     an immutable snapshot, to be asked for again
job.pause(); job.resume(); job.stop()
resume(token, session="…")                after a restart of the server
"""

from __future__ import annotations

import atexit
import threading

from hypernet.experiment import Experiment
from hypernet.jobs.cluster import (
    Call,
    Cluster,
    DaskCluster,
    check_installed,
    connect,
    load_client,
)
from hypernet.jobs.job_queue import Job, JobQueue, Limits
from hypernet.jobs.progress import STATUSES, JobProgress
from hypernet.runs import RunOptions, Store, default_folder

_lock = threading.Lock()
_queues: list[JobQueue] = []


def queue() -> JobQueue:
    """The queue of this process: users' runs, kept in their folder. Made once."""
    with _lock:
        if not _queues:
            _queues.append(JobQueue(connect, Store(default_folder())))
            atexit.register(close)
        return _queues[0]


def close() -> None:
    """Keep all runs of this process as they stand and end what trains them, if there is any."""
    for made in _queues:
        made.close()


def submit(experiment: Experiment, *, session: str, options: RunOptions | None = None) -> Job:
    """A new run in the queue of this process (see `JobQueue.submit`)."""
    return queue().submit(experiment, session=session, options=options)


def find(token: str, *, session: str) -> Job:
    """A run by its name, under way or kept (see `JobQueue.find`)."""
    return queue().find(token, session=session)


def resume(token: str, *, session: str) -> Job:
    """A run by its name, going on (see `JobQueue.resume`)."""
    return queue().resume(token, session=session)


__all__ = [
    "STATUSES",
    "Call",
    "Cluster",
    "DaskCluster",
    "Job",
    "JobProgress",
    "JobQueue",
    "Limits",
    "RunOptions",
    "check_installed",
    "close",
    "connect",
    "find",
    "load_client",
    "queue",
    "resume",
    "submit",
]
