"""The queue of runs: one thread that gives every running job its next chunk in turn."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError
from dataclasses import dataclass
from typing import Any, final

from hypernet.experiment import Experiment
from hypernet.jobs.chunks import measure, run_chunk
from hypernet.jobs.cluster import ANSWER_SECONDS, END_SECONDS, Call, Cluster
from hypernet.jobs.job import Record
from hypernet.jobs.progress import JobProgress
from hypernet.model_cards import card
from hypernet.runs import RunOptions, Store, dump_state, first_state

log = logging.getLogger(__name__)

#: How a run can end; a paused one has not ended.
ENDS = ("done", "stopped", "diverged", "failed")
#: Runs are looked at this often, even where nothing says that something is new.
TURN_SECONDS = 1.0
#: A chunk is computed again this often before its run is given up.
RETRIES = 3
#: A chunk that is not back by then is lost; a step may take this long at most.
CHUNK_TIMEOUT = 90.0
#: Without a scheduler for so long, runs are given up.
CLUSTER_TIMEOUT = 120.0
#: A killed process loses no more work than this and one chunk.
SAVE_SECONDS = 5.0
#: An ended run is looked up in memory so long, then in the store.
REMEMBER_SECONDS = 3600.0


@dataclass(frozen=True)
class Limits:
    """How many runs there may be.

    Args:
        queued: waiting, all together.
        per_session: waiting or running, of one session; only one of them is running.
        per_worker: running, for each worker; they share it chunk by chunk.
    """

    queued: int = 100
    per_session: int = 3
    per_worker: int = 4


@final
class Job:
    """A run in a queue; all methods return at once and may be called from any thread."""

    def __init__(self, queue: JobQueue, record: Record) -> None:
        self._queue, self._record = queue, record

    @property
    def token(self) -> str:
        """The name under which the run is kept; who knows it may look at the run."""
        return self._record.token

    def progress(self) -> JobProgress:
        """Where the run stands."""
        return self._queue.progress(self._record)

    def pause(self) -> None:
        """Let the run rest; it goes on from its last chunk when it is resumed."""
        self._queue.end(self._record, "paused")

    def stop(self) -> None:
        """End the run with what it has learned."""
        self._queue.end(self._record, "stopped")

    def resume(self) -> None:
        """Go on, at the end of the queue; a run that is done or under way is left alone.

        Raises:
            ValueError: where the queue is full.
        """
        self._queue.go_on(self._record)


@final
class JobQueue:
    """Runs of several sessions on one cluster.

    One thread drives all of them. What it has for each is the last state, so a chunk lost with a
    worker, or a scheduler lost with all its chunks, is computed again with the same result.

    Args:
        connect: starts or finds the cluster, at the first run.
        store: where runs are kept; None keeps nothing.
        limits: how many runs there may be.
    """

    def __init__(
        self,
        connect: Callable[[], Cluster],
        store: Store | None,
        limits: Limits | None = None,
    ) -> None:
        self._connect, self.store, self.limits = connect, store, limits or Limits()
        self._lock = threading.RLock()
        self._wake = threading.Event()
        self._closing = False
        self._wanted = False
        self._thread: threading.Thread | None = None
        self._cluster: Cluster | None = None
        self._lost_at: float | None = None
        self._records: dict[str, Record] = {}  # in the order of the queue

    @property
    def cluster(self) -> Cluster | None:
        """The connection at this moment; None before the first run and while it is lost."""
        return self._cluster

    def submit(
        self, experiment: Experiment, *, session: str, options: RunOptions | None = None
    ) -> Job:
        """A new run at the end of the queue.

        Args:
            experiment: what to meta-train.
            session: whose run it is; two runs side by side are two sessions.
            options: its budget and how often it reports.

        Raises:
            ValueError: where there is nothing to train, the learner is too large to be kept, or
                the queue is full.
        """
        state = first_state(experiment, options or RunOptions())
        token = secrets.token_urlsafe(16) if self.store is None else self.store.new_token()
        record = Record(token, session, state, dump_state(state))
        self._enter(record)
        return Job(self, record)

    def find(self, token: str, *, session: str) -> Job:
        """The run of that name, from memory or from the store; one that was under way is paused.

        Raises:
            ValueError: where there is none, or its file is damaged.
        """
        with self._lock:
            record = self._records.get(token)
        if record is None:
            record = self._from_store(token, session)
            with self._lock:
                record = self._records.setdefault(token, record)
        return Job(self, record)

    def resume(self, token: str, *, session: str) -> Job:
        """The run of that name, going on from its last state (see `find` and `Job.resume`)."""
        job = self.find(token, session=session)
        job.resume()
        return job

    def prepare(self) -> None:
        """Start the cluster ahead of the first run; returns at once."""
        self._wanted = True
        self._start()

    def close(self) -> None:
        """Keep all runs as they stand and let go of the cluster."""
        self._closing = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(2 * END_SECONDS)

    def progress(self, record: Record) -> JobProgress:
        """Where a run stands."""
        with self._lock:
            queued = [r for r in self._records.values() if r.status == "queued"]
            return record.progress(queued.index(record) + 1 if record in queued else 0)

    def end(self, record: Record, status: str) -> None:
        """Pause or stop a run that is under way, or stop a paused one."""
        with self._lock:
            if record.active or (record.status, status) == ("paused", "stopped"):
                record.set_status(status)
        self._wake.set()

    def go_on(self, record: Record) -> None:
        """Put a run that ended before its last step at the end of the queue."""
        if record.status in ("paused", "stopped", "failed"):
            self._enter(record)

    def _enter(self, record: Record) -> None:
        with self._lock:
            active = [r for r in self._records.values() if r.active]
            if sum(r.session == record.session for r in active) >= self.limits.per_session:
                raise ValueError(
                    f"{self.limits.per_session} runs of yours wait or run already; stop one first"
                )
            if sum(r.status == "queued" for r in active) >= self.limits.queued:
                raise ValueError(
                    f"the queue is full ({self.limits.queued} runs); try again in a minute"
                )
            record.set_status("queued")
            self._records.pop(record.token, None)
            self._records[record.token] = record
        self._start()

    def _from_store(self, token: str, session: str) -> Record:
        if self.store is None:
            raise ValueError("this run is not known")
        state, card = self.store.state(token), self.store.card(token) or {}
        record = Record(token, session, state, dump_state(state))
        record.set_status(str(card.get("ended", "paused")), str(card.get("sentence", "")))
        record.numbers = card.get("numbers", [])
        record.mark_saved(record.progress(0))
        return record

    def _start(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._drive, name="runs", daemon=True)
                self._thread.start()
        self._wake.set()

    def _drive(self) -> None:
        busy = True
        while not self._closing:
            self._wake.wait(TURN_SECONDS if busy else None)
            self._wake.clear()
            try:
                busy = self._turn()
            except Exception:  # one run's trouble must not end the others
                log.exception("the queue of runs met an error and goes on")
        self._save(everything=True)
        if self._cluster is not None:
            self._cluster.close()

    def _turn(self) -> bool:
        """Look at every run once; whether to look again soon without being woken."""
        running = self._running()
        if running or self._wanted:
            self._tend_cluster()
        for record in running:
            self._collect(record)
        for record in self._running():
            self._submit_next(record)
        self._save()
        self._forget()
        with self._lock:
            return any(r.active or not r.saved for r in self._records.values())

    def _running(self) -> list[Record]:
        """The runs whose turn it is: first come first served, one of each session."""
        workers = 1 if self._cluster is None else self._cluster.workers()
        with self._lock:
            running = [r for r in self._records.values() if r.status == "running"]
            for record in self._records.values():
                room = len(running) < self.limits.per_worker * workers
                free = all(record.session != other.session for other in running)
                if record.status == "queued" and room and free:
                    record.set_status("running")
                    running.append(record)
            return running

    def _tend_cluster(self) -> None:
        """Have a cluster that answers; chunks of one that does not are dropped."""
        if self._cluster is not None:
            if self._cluster.alive():
                return
            log.warning("the scheduler for training was lost; its chunks are computed again")
            with self._lock:
                for record in self._records.values():
                    record.future = None
            self._cluster.close()
            self._cluster = None
        lost_at = self._lost_at = self._lost_at or time.monotonic()
        try:
            self._cluster = self._connect()
            self._lost_at, self._wanted = None, False
        except Exception as error:  # whatever it is, runs must not wait for ever
            log.warning("no scheduler for training: %s", error)
            if time.monotonic() - lost_at > CLUSTER_TIMEOUT:
                self._wanted = False
                for record in self._running():
                    self._give_up(record)

    def _collect(self, record: Record) -> None:
        """Take what has been computed for a run, if it is there."""
        future = record.future
        if future is None:
            return
        if future.status == "pending":
            if time.monotonic() - record.submitted > CHUNK_TIMEOUT:
                self._again(record, future, "no answer in time")
            return
        try:
            result = future.result(timeout=ANSWER_SECONDS)
        except (Exception, CancelledError) as error:
            if self._cluster is not None and self._cluster.alive():
                self._again(record, future, repr(error))
            return
        with self._lock:
            if record.future is future:  # else it was paused or stopped in the meantime
                record.accept(result)
        future.release()

    def _again(self, record: Record, future: Call, reason: str) -> None:
        log.warning("a chunk was lost: %s", reason)
        with self._lock:
            if record.future is not future:
                return
            record.future = None
            record.attempts += 1
        future.release()
        if record.attempts > RETRIES:
            self._give_up(record)

    def _give_up(self, record: Record) -> None:
        with self._lock:
            record.set_status(
                "failed", f"this run stopped; its last checkpoint is step {record.chunk.step}"
            )

    def _submit_next(self, record: Record) -> None:
        cluster = self._cluster
        with self._lock:
            if cluster is None or record.status != "running" or record.future is not None:
                return
            if record.trained:
                future = cluster.submit(measure, record.chunk.state)
            else:
                future = cluster.submit(run_chunk, record.chunk.state, record.next_steps())
            record.future, record.submitted = future, time.monotonic()
        future.add_done_callback(lambda _: self._wake.set())

    def _save(self, *, everything: bool = False) -> None:
        """Keep what has changed: the state of runs under way every few seconds, ends at once."""
        if self.store is None:
            return
        with self._lock:
            due = [r for r in self._records.values() if r.due(SAVE_SECONDS, everything)]
            views = [(record, record.progress(0)) for record in due]
        for record, view in views:
            saved = True
            try:
                self.store.keep_state(record.token, view.state)
                if view.status in ENDS:
                    self.store.keep_card(record.token, _card(view))
            except OSError as error:
                log.warning("a run could not be kept: %s", error.strerror)
                saved = False
            with self._lock:
                record.mark_saved(view if saved else None)

    def _forget(self) -> None:
        """Leave runs that ended long ago to the store."""
        with self._lock:
            for record in list(self._records.values()):
                old = time.monotonic() - record.changed > REMEMBER_SECONDS
                if self.store is not None and old and record.saved and not record.active:
                    del self._records[record.token]


def _card(view: JobProgress) -> dict[str, Any]:
    return card(
        view.experiment,
        view.experiment.build(),
        view.numbers,
        view.cpu_seconds,
        ended=view.status,
        sentence=view.sentence,
    )
