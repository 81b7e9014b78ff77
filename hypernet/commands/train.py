"""The command `train`: presets and seeds, here one after another or on workers side by side."""

from __future__ import annotations

import argparse
import dataclasses
import functools
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tqdm import tqdm

from hypernet.checkpoint import save, save_card
from hypernet.commands.arguments import SEEDS, whole, wholes
from hypernet.experiment import Experiment
from hypernet.family_files import file_of
from hypernet.jobs import Job, JobProgress, JobQueue, Limits, RunOptions, connect
from hypernet.model_cards import card, identity, line, measured
from hypernet.outer import REPORT_EVERY, meta_train
from hypernet.presets import preset
from hypernet.protocols import Learner

HELP = "meta-train presets from nothing"
#: Much longer than any preset takes: a command is ended by hand.
NO_BUDGET = 1e6
LOOK_SECONDS = 0.1


class Training(NamedTuple):
    """One run of a sweep."""

    preset: str
    experiment: Experiment
    out: Path

    def trainable(self) -> bool:
        """Whether there is anything to meta-train."""
        return any(p.requires_grad for p in self.experiment.build().parameters())


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "presets",
        nargs="+",
        type=_preset_name,
        metavar="PRESET",
        help="one or more, see `list`",
    )
    parser.add_argument("--steps", type=whole(1, 1_000_000), help="outer steps")
    parser.add_argument("--seed", type=whole(*SEEDS), help="seed of weights and tasks")
    parser.add_argument("--seeds", type=wholes(*SEEDS), help="a run for each, such as 0,1,2")
    parser.add_argument(
        "--workers", type=whole(1, 1000), help="as many runs side by side, in processes"
    )
    parser.add_argument("--out", help="checkpoint file, default PRESET.safetensors")


def _preset_name(text: str) -> str:
    """The type of a preset's name."""
    try:
        preset(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def run(options: argparse.Namespace) -> None:
    """Meta-train presets from nothing; write their checkpoints and cards."""
    trainings = _trainings(options)
    if options.workers is None:
        for training in trainings:
            _train_here(training)
        return
    for training in trainings:
        if not training.trainable():
            _train_here(training)
    _train_on_workers([t for t in trainings if t.trainable()], options.workers)


def _trainings(options: argparse.Namespace) -> list[Training]:
    if options.seed is not None and options.seeds is not None:
        raise ValueError("--seed and --seeds cannot be given together")
    names = list(dict.fromkeys(options.presets))
    seeds = [options.seed] if options.seeds is None else list(dict.fromkeys(options.seeds))
    if options.out and len(names) * len(seeds) > 1:
        raise ValueError(f"--out is for one run, got {len(names) * len(seeds)} runs")
    found = []
    for name in names:
        for seed in seeds:
            stem = name if len(seeds) == 1 else f"{name}-seed{seed}"
            out = Path(options.out or f"{stem}.safetensors")
            if out.suffix != ".safetensors":
                raise ValueError(f"--out must end in .safetensors, got {str(out)!r}")
            found.append(Training(name, _experiment(name, options.steps, seed), out))
    return found


def _experiment(name: str, steps: int | None, seed: int | None) -> Experiment:
    experiment = preset(name).experiment
    training = experiment.training
    if steps is not None:
        training = dataclasses.replace(training, steps=steps)
    if seed is not None:
        training = dataclasses.replace(training, seed=seed)
    return dataclasses.replace(experiment, training=training)


def _train_here(training: Training) -> None:
    learner = training.experiment.build()
    started = time.process_time()
    _meta_train(learner, training)
    seconds = time.process_time() - started
    _write(training, learner, measured(learner, training.experiment.family), seconds)


def _meta_train(learner: Learner, training: Training) -> None:
    if not training.trainable():
        print("nothing to meta-train: the random start is written as it is")
        return
    experiment = training.experiment
    terminal = sys.stderr.isatty()
    with tqdm(total=experiment.training.steps, unit="step", disable=not terminal) as bar:
        for progress in meta_train(learner, experiment.family, experiment.training):
            bar.update(progress.step - bar.n)
            bar.set_postfix_str(f"meta-loss {progress.meta_loss:.4f}")
            if not terminal:
                _report(experiment, "", [(progress.step, progress.meta_loss)])


def _report(experiment: Experiment, name: str, reports: Iterable[tuple[int, float]]) -> None:
    """Print about ten of a run's reports."""
    steps = experiment.training.steps
    for step, meta_loss in reports:
        if step % max(1, steps // 10) < REPORT_EVERY:
            print(f"{name}step {step}/{steps}: meta-loss {meta_loss:.4f}", flush=True)


def _train_on_workers(trainings: Sequence[Training], workers: int) -> None:
    options = RunOptions(budget_seconds=NO_BUDGET, report_every=REPORT_EVERY, probe_tasks=2)
    # Two for each worker: while one's next chunk is on its way, the other's is computed.
    limits = Limits(queued=len(trainings), per_worker=2)
    queue = JobQueue(functools.partial(connect, workers), None, limits)
    try:
        jobs = {
            queue.submit(training.experiment, session=str(i), options=options): training
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
            _report(training.experiment, name, reports[printed[job] :])
            printed[job] = len(reports)
            if view.active:
                continue
            del printed[job]
            if view.status == "done":
                _write_view(training, view)
            else:
                failures.append(f"{name}{view.sentence}")
        time.sleep(LOOK_SECONDS)
    return failures


def _write_view(training: Training, view: JobProgress) -> None:
    _write(training, view.learner(), view.numbers, view.cpu_seconds)


def _write(
    training: Training,
    learner: Learner,
    numbers: Sequence[Mapping[str, Any]],
    seconds: float,
) -> None:
    name, experiment, out = training
    steps, seed = experiment.training.steps, experiment.training.seed
    title, summary, _ = preset(name)
    file = file_of(identity(experiment, learner)["family"])
    families = f"--family {file} " if file else ""
    words = {
        "title": title,
        "summary": summary,
        "command": f"python -m hypernet {families}train {name} --steps {steps} --seed {seed}",
    }
    try:
        save(out, experiment, learner)
        save_card(out, {"preset": name, **card(experiment, learner, numbers, seconds, **words)})
    except OSError as error:
        raise ValueError(f"--out {str(out)!r} cannot be written: {error.strerror}") from None
    for report in numbers:
        print(line(report))
    print(f"{seconds:.1f} s of CPU time; written to {out}")
