"""What has been measured is kept; what has not is computed, in processes side by side."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path
from typing import Any

import torch

from hypernet.results.measures import MEASURES
from hypernet.spec import Plain


class Measurements:
    """Measurements by what they are of: asked for twice, computed once.

    With a file, each is kept there as soon as it is computed, one JSON object a line, so that a run
    that was interrupted goes on where it stood. A line that was cut off is computed again.
    """

    def __init__(
        self,
        kept: Path | None = None,
        pool: ProcessPoolExecutor | None = None,
        report: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._kept, self._pool, self._report = kept, pool, report
        self._known: dict[str, Future[Plain]] = {}
        self._writing = threading.Lock()
        for key, found in _read(kept):
            self._known[key] = _finished(found)

    def ask(self, measure: str, stamp: Plain, **about: Any) -> Future[Plain]:
        """What `measure` gives for `about`, now or later.

        Args:
            measure: one of MEASURES.
            stamp: what else the numbers depend on, such as the bytes of a checkpoint.
            about: the measure's arguments, as JSON values.
        """
        key = json.dumps({"measure": measure, **stamp, **about}, sort_keys=True)
        if key not in self._known:
            self._known[key] = self._compute(key, measure, about)
        return self._known[key]

    def _compute(self, key: str, measure: str, about: Plain) -> Future[Plain]:
        if self._pool is not None:
            future = self._pool.submit(_measure, measure, about)
            future.add_done_callback(lambda done: self._keep(key, done))
            return future
        done = _finished(_measure(measure, about))
        self._keep(key, done)
        return done

    def _keep(self, key: str, done: Future[Plain]) -> None:
        if done.cancelled() or done.exception() is not None:
            return
        with self._writing:
            if self._kept is not None:
                with self._kept.open("a", encoding="utf-8") as file:
                    file.write(json.dumps({"of": json.loads(key), "found": done.result()}) + "\n")
            self._report(_said(key))


@contextlib.contextmanager
def measurements(kept: Path, workers: int, report: Callable[[str], None]) -> Iterator[Measurements]:
    """Measurements kept in a file and computed by `workers` processes, or here if it is 1.

    Leaving early drops what has not begun.
    """
    if workers == 1:
        yield Measurements(kept, None, report)
        return
    pool = ProcessPoolExecutor(
        workers, mp_context=multiprocessing.get_context("spawn"), initializer=_begin
    )
    try:
        yield Measurements(kept, pool, report)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begin() -> None:
    """One thread for each process; Ctrl-C ends it without a word."""
    torch.set_num_threads(1)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _measure(measure: str, about: Plain) -> Plain:
    return MEASURES[measure](**about)


def _finished(found: Plain) -> Future[Plain]:
    future: Future[Plain] = Future()
    future.set_result(found)
    return future


def _read(kept: Path | None) -> Iterator[tuple[str, Plain]]:
    """Keys and results of the whole lines; a last line that was cut off is dropped.

    The file is there afterwards, so that one that cannot be written is found out at once.
    """
    if kept is None:
        return
    kept.touch()
    text = kept.read_text(encoding="utf-8")
    if text and not text.endswith("\n"):
        kept.write_text(text[: text.rfind("\n") + 1], encoding="utf-8")
    for line in text.splitlines():
        with contextlib.suppress(json.JSONDecodeError, KeyError, TypeError):
            entry = json.loads(line)
            yield json.dumps(entry["of"], sort_keys=True), entry["found"]


def _said(key: str) -> str:
    """One line of progress."""
    of = json.loads(key)
    words = (str(of[name]) for name in ("preset", "count", "shots", "beta", "seed") if name in of)
    return f"{of['measure']}: {', '.join(words)}"
