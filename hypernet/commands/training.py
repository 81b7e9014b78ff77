"""One run of the command `train`: what is meta-trained, and the files that it ends in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from hypernet.checkpoint import save, save_card
from hypernet.experiment import Experiment
from hypernet.model_cards import card, line
from hypernet.outer import REPORT_EVERY
from hypernet.plugins import own_files
from hypernet.presets import preset
from hypernet.protocols import Learner
from hypernet.runs import RunOptions

#: Longer than any preset takes: a command is ended by hand.
OPTIONS = RunOptions(budget_seconds=1e6, report_every=REPORT_EVERY, probe_tasks=2)


class Training(NamedTuple):
    """One run of a sweep; `origin` is the checkpoint whose weights it begins with, if any."""

    preset: str
    experiment: Experiment
    out: Path
    origin: str = ""

    @property
    def state_path(self) -> Path:
        """Where an interrupted run is kept until it is done."""
        return self.out.with_suffix(".state.safetensors")

    def trainable(self) -> bool:
        """Whether there is anything to meta-train."""
        return any(p.requires_grad for p in self.experiment.build().parameters())

    def command(self) -> str:
        """The command that repeats the run."""
        files = "".join(f"--plugin {file} " for file in own_files(self.experiment))
        steps, seed = self.experiment.training.steps, self.experiment.training.seed
        begun = f" --from {self.origin}" if self.origin else ""
        return f"python -m hypernet {files}train {self.preset} --steps {steps} --seed {seed}{begun}"


def report(experiment: Experiment, name: str, reports: Iterable[tuple[int, float]]) -> None:
    """Print about ten of a run's reports."""
    steps = experiment.training.steps
    for step, meta_loss in reports:
        if step % max(1, steps // 10) < REPORT_EVERY:
            print(f"{name}step {step}/{steps}: meta-loss {meta_loss:.4f}", flush=True)


def write(
    training: Training,
    learner: Learner,
    numbers: Sequence[Mapping[str, Any]],
    seconds: float,
) -> None:
    """Write checkpoint and card; print the card's numbers."""
    name, experiment, out, _ = training
    title, summary, _ = preset(name)
    words = {"title": title, "summary": summary, "command": training.command()}
    try:
        save(out, experiment, learner)
        save_card(out, {"preset": name, **card(experiment, learner, numbers, seconds, **words)})
    except OSError as error:
        raise ValueError(f"--out {str(out)!r} cannot be written: {error.strerror}") from None
    for numbers_of_shots in numbers:
        print(line(numbers_of_shots))
    print(f"{seconds:.1f} s of CPU time; written to {out}")
