"""What is to be seen of a run from outside: an immutable snapshot."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from hypernet.experiment import Experiment
from hypernet.protocols import Learner
from hypernet.runs import RunOptions, load_state

#: waiting for its turn | in computation | at rest until it is resumed | all steps done |
#: ended by its session or its budget | no finite meta-gradient any more | given up
STATUSES = ("queued", "running", "paused", "done", "stopped", "diverged", "failed")


@dataclass(frozen=True)
class JobProgress:
    """Where a run stands.

    Args:
        sentence: why it ended, where that was not by itself; else empty.
        position: its place in the queue, 1 for the next; 0 where it does not wait.
        steps_per_second: outer steps in one second of wall time, lately; None before that is known.
        seconds_left: at that speed; None before it is known.
        seconds: time in computation, which the budget bounds.
        report_steps: outer steps of the points of the meta-loss curve.
        meta_losses: mean meta-loss since the point before.
        probe_steps: outer steps after which fixed held-out tasks were evaluated.
        probe_losses: their mean query loss after the inner steps of meta-training.
        saved_step: the step from which the run goes on if this process is killed; None if not kept.
        numbers: reports on 1000 held-out tasks as on a card, once the run is done.
    """

    token: str
    experiment: Experiment
    options: RunOptions
    status: str
    sentence: str
    position: int
    step: int
    steps: int
    steps_per_second: float | None
    seconds_left: float | None
    seconds: float
    cpu_seconds: float
    report_steps: tuple[int, ...]
    meta_losses: tuple[float, ...]
    probe_steps: tuple[int, ...]
    probe_losses: tuple[float, ...]
    saved_step: int | None
    numbers: tuple[dict[str, Any], ...]
    state: bytes = field(repr=False)

    @property
    def active(self) -> bool:
        """Whether it may still change without anyone's doing: a page looks again."""
        return self.status in ("queued", "running")

    def learner_state(self) -> dict[str, Tensor]:
        """The learner's tensors at `step`."""
        return load_state(self.state, "this run's state").snapshot.learner

    def learner(self) -> Learner:
        """The learner at `step`, ready to use."""
        learner = self.experiment.build()
        learner.load_state_dict(self.learner_state())
        return learner.requires_grad_(False)
