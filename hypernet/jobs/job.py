"""One run in the queue, as its driver sees it."""

from __future__ import annotations

import math
import time
from collections import deque
from typing import Any

from hypernet.jobs.chunks import Chunk, describe
from hypernet.jobs.cluster import Call
from hypernet.jobs.progress import JobProgress
from hypernet.runs import RunState

#: A chunk is about this long: twice a second there is something new to draw.
CHUNK_SECONDS = 0.33
#: Chunks behind the speed that is shown.
RECENT = 6


class Record:
    """The mutable state of one run; its queue's lock guards it."""

    def __init__(self, token: str, session: str, state: RunState, data: bytes) -> None:
        self.token, self.session = token, session
        self.experiment, self.options = state.experiment, state.options
        self.chunk = describe(state, data)
        self.status, self.sentence = "queued", ""
        self.numbers: list[dict[str, Any]] = []
        self.future: Call | None = None
        self.submitted = 0.0
        self.attempts = 0
        self.saved_step: int | None = None
        self._saved_as: tuple[str, int] | None = None
        self._saved_at = -math.inf
        self.changed = time.monotonic()
        self._length = 1
        self._arrivals: deque[tuple[float, int]] = deque(maxlen=RECENT)

    @property
    def active(self) -> bool:
        """Whether it waits for its turn or runs."""
        return self.status in ("queued", "running")

    @property
    def saved(self) -> bool:
        """Whether the store holds the run as it stands."""
        return self._saved_as == (self.status, self.chunk.step)

    @property
    def trained(self) -> bool:
        """Whether all outer steps are done."""
        return self.chunk.step == self.experiment.training.steps

    def set_status(self, status: str, sentence: str = "") -> None:
        """Change how the run stands; what is being computed for it is dropped."""
        if self.future is not None:
            self.future.release()
            self.future = None
        self.status, self.sentence = status, sentence
        self.attempts = 0
        self.changed = time.monotonic()
        self._arrivals.clear()

    def next_steps(self) -> int:
        """How many steps the next chunk is to have, by the speed of the last one."""
        if self.chunk.pace:
            self._length = min(8 * self._length, round(CHUNK_SECONDS / self.chunk.pace))
        return max(1, self._length)

    def accept(self, result: Chunk | list[dict[str, Any]]) -> None:
        """Take the result of a chunk, or at the end the numbers of the card."""
        self.future = None
        self.attempts = 0
        if not isinstance(result, Chunk):
            self.numbers = result
            self.set_status("done")
            return
        self.chunk = result
        self._arrivals.append((time.monotonic(), result.step))
        if result.diverged is not None:
            self.set_status("diverged", result.diverged)
        elif result.seconds > self.options.budget_seconds and not self.trained:
            self.set_status(
                "stopped",
                f"its time of {self.options.budget_seconds:g} s was used up at step {result.step}",
            )

    def due(self, seconds: float, everything: bool) -> bool:
        """Whether it is time to keep the run: what is under way waits for its next turn."""
        if self.saved:
            return False
        new = self.saved_step is None or not self.active
        return new or everything or time.monotonic() - self._saved_at > seconds

    def mark_saved(self, view: JobProgress | None) -> None:
        """Note what the store holds now; None where writing failed, which is tried again later."""
        self._saved_at = time.monotonic()
        if view is not None:
            self.saved_step, self._saved_as = view.step, (view.status, view.step)

    def progress(self, position: int) -> JobProgress:
        """What is to be seen of the run."""
        steps, speed = self.experiment.training.steps, self._steps_per_second()
        return JobProgress(
            token=self.token,
            experiment=self.experiment,
            options=self.options,
            status=self.status,
            sentence=self.sentence,
            position=position,
            step=self.chunk.step,
            steps=steps,
            steps_per_second=speed,
            seconds_left=(steps - self.chunk.step) / speed if speed else None,
            seconds=self.chunk.seconds,
            cpu_seconds=self.chunk.cpu_seconds,
            report_steps=self.chunk.report_steps,
            meta_losses=self.chunk.meta_losses,
            probe_steps=self.chunk.probe_steps,
            probe_losses=self.chunk.probe_losses,
            saved_step=self.saved_step,
            numbers=tuple(self.numbers),
            state=self.chunk.state,
        )

    def _steps_per_second(self) -> float | None:
        if len(self._arrivals) < 2:
            return None
        (first, start), (last, end) = self._arrivals[0], self._arrivals[-1]
        return (end - start) / (last - first)
