"""The command `train`: presets and seeds, here one after another or on workers side by side."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path

from hypernet.commands.arguments import SEEDS, check_writable, whole, wholes
from hypernet.commands.train_here import difference, first, kept, train_here
from hypernet.commands.train_on_workers import train_on_workers
from hypernet.commands.training import Training
from hypernet.experiment import Experiment
from hypernet.jobs import check_installed
from hypernet.presets import preset
from hypernet.runs import RunState

HELP = "meta-train presets, from nothing or from a checkpoint"


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "presets", nargs="+", type=_preset_name, metavar="PRESET", help="one or more, see `list`"
    )
    parser.add_argument("--steps", type=whole(1, 1_000_000), help="outer steps")
    parser.add_argument("--seed", type=whole(*SEEDS), help="seed of weights and tasks")
    parser.add_argument("--seeds", type=wholes(*SEEDS), help="a run for each, such as 0,1,2")
    parser.add_argument(
        "--workers", type=whole(1, 1000), help="as many runs side by side, in processes"
    )
    parser.add_argument("--out", help="checkpoint file, default PRESET.safetensors")
    parser.add_argument(
        "--from",
        dest="origin",
        metavar="CHECKPOINT",
        default="",
        help="begin with its weights instead of random ones, with a fresh optimiser",
    )
    parser.add_argument(
        "--resume",
        metavar="FILE",
        help="go on with an interrupted run, which is kept as PRESET.state.safetensors",
    )


def run(options: argparse.Namespace) -> None:
    """Meta-train presets; write their checkpoints and cards."""
    if options.workers is not None:
        _run_on_workers(options)
        return
    trainings = _trainings(options)
    for training in trainings:
        check_writable(training.out)
    if options.resume is not None:
        train_here(*_resumed(trainings[0], options))
        return
    for training, state in [(training, first(training)) for training in trainings]:
        train_here(training, state)


def _run_on_workers(options: argparse.Namespace) -> None:
    if options.origin or options.resume:
        raise ValueError("--from and --resume are for runs without --workers")
    check_installed()
    trainings = _trainings(options)
    for training in trainings:
        check_writable(training.out)
    for training in trainings:
        if not training.trainable():
            train_here(training, None)
    train_on_workers([t for t in trainings if t.trainable()], options.workers)


def _preset_name(text: str) -> str:
    """The type of a preset's name."""
    try:
        preset(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def _trainings(options: argparse.Namespace) -> list[Training]:
    if options.seed is not None and options.seeds is not None:
        raise ValueError("--seed and --seeds cannot be given together")
    names = list(dict.fromkeys(options.presets))
    seeds = [options.seed] if options.seeds is None else list(dict.fromkeys(options.seeds))
    runs = len(names) * len(seeds)
    for option in ("out", "resume"):
        if getattr(options, option) and runs > 1:
            raise ValueError(f"--{option} is for one run, got {runs} runs")
    found = []
    for name in names:
        for seed in seeds:
            stem = name if len(seeds) == 1 else f"{name}-seed{seed}"
            out = Path(options.out or f"{stem}.safetensors")
            if out.suffix != ".safetensors":
                raise ValueError(f"--out must end in .safetensors, got {str(out)!r}")
            experiment = _experiment(name, options.steps, seed)
            found.append(Training(name, experiment, out, options.origin))
    return found


def _experiment(name: str, steps: int | None, seed: int | None) -> Experiment:
    experiment = preset(name).experiment
    training = experiment.training
    if steps is not None:
        training = dataclasses.replace(training, steps=steps)
    if seed is not None:
        training = dataclasses.replace(training, seed=seed)
    return dataclasses.replace(experiment, training=training)


def _resumed(training: Training, options: argparse.Namespace) -> tuple[Training, RunState]:
    """The run of the state in a file, which says steps and seed where the command does not."""
    if options.origin:
        raise ValueError("--from and --resume cannot be given together")
    path = Path(options.resume)
    state = kept(path)
    there = state.experiment.training
    asked = options.seed if options.seeds is None else options.seeds[0]
    seed = there.seed if asked is None else asked
    here = _experiment(training.preset, options.steps or there.steps, seed)
    found = difference(here, state.experiment)
    if found is not None:
        raise ValueError(f"--resume {path.name} is of another run: {found}")
    return training._replace(experiment=here, origin=state.origin), state
