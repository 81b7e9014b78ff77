"""The command line: python -m hypernet list | train | evaluate | results | bench."""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

import torch
from tqdm import tqdm

from hypernet import __version__
from hypernet.checkpoint import Checkpoint, load, save, save_card
from hypernet.evaluate import evaluate
from hypernet.experiment import Experiment
from hypernet.outer import meta_train
from hypernet.presets import PRESETS, load_preset, preset
from hypernet.protocols import Classification, Learner
from hypernet.results import results
from hypernet.tasks import FamilyOptions, Planar
from hypernet.tasks.planar import KINDS

CARD_SHOTS = (5, 10, 20)
CARD_STEPS = (0, 1, 5, 10)
CARD_TASKS = 1000


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        """Print the message as one line on stderr and exit with 2."""
        self.exit(2, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; exit code 0, or 2 with one line on stderr for wrong input."""
    parser = _parser()
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    try:
        options.run(options)
    except ValueError as error:
        print(f"{parser.prog} {options.command}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    return 0


def list_presets(options: argparse.Namespace) -> None:
    """Print every preset with its one-sentence summary."""
    if options.json:
        print(json.dumps({name: p.summary for name, p in PRESETS.items()}))
        return
    width = max(map(len, PRESETS))
    for name, entry in PRESETS.items():
        print(f"{name:<{width}}  {entry.summary}")


def train(options: argparse.Namespace) -> None:
    """Meta-train a preset from nothing; write its checkpoint and card."""
    experiment = preset(options.preset).experiment
    changes = {"steps": options.steps, "seed": options.seed}
    training = dataclasses.replace(
        experiment.training, **{name: value for name, value in changes.items() if value is not None}
    )
    experiment = dataclasses.replace(experiment, training=training)
    out = Path(options.out or f"{options.preset}.safetensors")
    if out.suffix != ".safetensors":
        raise ValueError(f"--out must end in .safetensors, got {str(out)!r}")
    learner = experiment.build()
    started = time.process_time()
    _meta_train(learner, experiment)
    seconds = time.process_time() - started
    written = _card(options.preset, experiment, learner, seconds)
    try:
        save(out, experiment, learner)
        save_card(out, written)
    except OSError as error:
        raise ValueError(f"--out {str(out)!r} cannot be written: {error.strerror}") from None
    for numbers in written["numbers"]:
        print(_line(numbers))
    print(f"{seconds:.1f} s of CPU time; written to {out}")


def evaluate_preset(options: argparse.Namespace) -> None:
    """Evaluate a shipped preset or a checkpoint file on fresh tasks."""
    checkpoint = _find(options.checkpoint)
    learner = checkpoint.learner
    family = _of_kind(checkpoint.experiment.family, options.kind)
    report = evaluate(
        learner,
        family,
        shots=options.shots,
        inner_steps=options.inner_steps,
        tasks=options.tasks,
        seed=options.seed,
        rate=options.alpha,
    )
    result = {
        **_identity(options.checkpoint, checkpoint.experiment, learner),
        "protocol": family.protocol,
        "kind": options.kind,
        "alpha": options.alpha,
        **report.as_dict(),
    }
    if options.json:
        print(json.dumps(result, ensure_ascii=False, allow_nan=False))
        return
    print(f"{result['preset']}: {result['protocol']}")
    print(_line(result))


def write_results(options: argparse.Namespace) -> None:
    """Evaluate every shipped preset and write the tables of docs/results.md."""
    text = results(options.tasks, options.seed, print)
    try:
        Path(options.out).write_text(text, encoding="utf-8")
    except OSError as error:
        raise ValueError(f"--out {options.out!r} cannot be written: {error.strerror}") from None


def bench(options: argparse.Namespace) -> None:
    """Time meta-training against other ways to write it, in iterations per CPU second."""
    try:
        from benchmarks.bench import run
    except ModuleNotFoundError as error:
        raise ValueError(
            f"bench needs the folder `benchmarks` of the source tree ({error.name} is missing)"
        ) from None
    result = run(options.seconds, _say_nothing if options.json else print)
    if options.json:
        print(json.dumps(result))


def _say_nothing(_: str) -> None:
    """Drop a line of progress: only JSON may reach stdout."""


def _meta_train(learner: Learner, experiment: Experiment) -> None:
    if not any(p.requires_grad for p in learner.parameters()):
        print("nothing to meta-train: the random start is written as it is")
        return
    steps = experiment.training.steps
    terminal = sys.stderr.isatty()
    with tqdm(total=steps, unit="step", disable=not terminal) as bar:
        for progress in meta_train(learner, experiment.family, experiment.training):
            bar.update(progress.step - bar.n)
            bar.set_postfix_str(f"meta-loss {progress.meta_loss:.4f}")
            if not terminal and progress.step % max(1, steps // 10) < 50:
                print(
                    f"step {progress.step}/{steps}: meta-loss {progress.meta_loss:.4f}", flush=True
                )


def _find(name: str) -> Checkpoint:
    """The checkpoint of a preset's name, or of a file."""
    if name in PRESETS:
        return load_preset(name)
    if name.endswith(".safetensors") or Path(name).exists():
        return load(Path(name))
    raise ValueError(
        f"preset must be a .safetensors file or one of {', '.join(PRESETS)}, got {name!r}"
    )


def _of_kind(family: FamilyOptions, kind: str | None) -> FamilyOptions:
    """The family, or the one of a single kind of shape."""
    if kind is None:
        return family
    if not isinstance(family, Planar):
        raise ValueError(f"--kind is for planar presets, got {kind!r}")
    return dataclasses.replace(family, kind=kind)


def _identity(name: str, experiment: Experiment, learner: Learner) -> dict[str, Any]:
    plain = json.loads(experiment.to_json())
    return {
        "preset": name,
        "family": plain["family"]["name"],
        "learner": plain["learner"]["name"],
        "protocol": experiment.family.protocol,
        "parameters": sum(p.numel() for p in learner.parameters()),
    }


def _card(name: str, experiment: Experiment, learner: Learner, seconds: float) -> dict[str, Any]:
    """What a reader needs to trust and repeat the numbers of a checkpoint."""
    numbers = [
        evaluate(
            learner, experiment.family, shots=shots, inner_steps=CARD_STEPS, tasks=CARD_TASKS
        ).as_dict()
        for shots in CARD_SHOTS
    ]
    steps, seed = experiment.training.steps, experiment.training.seed
    return {
        **_identity(name, experiment, learner),
        "title": PRESETS[name].title,
        "summary": PRESETS[name].summary,
        "metric": (
            "query cross-entropy in nats and accuracy; shots count points of each class"
            if isinstance(experiment.family, Classification)
            else "query MSE on the 100-point grid, no noise"
        ),
        "version": __version__,
        "command": f"python -m hypernet train {name} --steps {steps} --seed {seed}",
        "meta_training_cpu_seconds": round(seconds, 1),
        "experiment": json.loads(experiment.to_json()),
        "numbers": numbers,
    }


def _line(numbers: dict[str, Any]) -> str:
    accuracy = numbers.get("accuracy", [None] * len(numbers["mean"]))
    cells = [
        f"step {step}: "
        + ("" if right is None else f"accuracy {right:.3f}, ")
        + f"{mean:.4g} ± {ci95:.2g} (median {median:.3g}, diverged {share:.1%})"
        for step, right, mean, ci95, median, share in zip(
            numbers["inner_steps"],
            accuracy,
            numbers["mean"],
            numbers["ci95"],
            numbers["median"],
            numbers["diverged"],
            strict=True,
        )
    ]
    return f"{numbers['shots']}-shot, {numbers['tasks']} tasks  " + "  ".join(cells)


def _parser() -> Parser:
    parser = Parser(prog="python -m hypernet", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, parser_class=Parser)

    command = commands.add_parser("list", help="the shipped presets")
    command.add_argument("--json", action="store_true", help="one JSON object")
    command.set_defaults(run=list_presets)

    command = commands.add_parser("train", help="meta-train a preset from nothing")
    command.add_argument("preset", choices=PRESETS, metavar="PRESET", help="see `list`")
    command.add_argument("--steps", type=_whole(1, 1_000_000), help="outer steps")
    command.add_argument("--seed", type=_whole(0, 2**31 - 1), help="seed of weights and tasks")
    command.add_argument("--out", help="checkpoint file, default PRESET.safetensors")
    command.set_defaults(run=train)

    command = commands.add_parser("evaluate", help="error on fresh tasks, per inner step")
    command.add_argument("checkpoint", metavar="PRESET|FILE", help="see `list`, or a .safetensors")
    command.add_argument("--shots", type=_whole(1, 1000), default=10, help="support points")
    command.add_argument("--inner-steps", type=_steps, default=CARD_STEPS, help="such as 0,1,5,10")
    command.add_argument(
        "--alpha", type=_rate, help="inner learning rate, default the learner's own"
    )
    command.add_argument("--tasks", type=_whole(2, 100_000), default=CARD_TASKS)
    command.add_argument("--seed", type=_whole(0, 2**31 - 1), default=0)
    command.add_argument("--kind", choices=KINDS, help="one kind of planar shape")
    command.add_argument("--json", action="store_true", help="one JSON object")
    command.set_defaults(run=evaluate_preset)

    command = commands.add_parser("results", help="tables of all presets, docs/results.md")
    command.add_argument("--tasks", type=_whole(2, 100_000), default=CARD_TASKS)
    command.add_argument("--seed", type=_whole(0, 2**31 - 1), default=0)
    command.add_argument("--out", default="docs/results.md", help="Markdown file to write")
    command.set_defaults(run=write_results)

    command = commands.add_parser("bench", help="speed against a loop, vmap and installed peers")
    command.add_argument("--seconds", type=_rate, default=60.0, help="CPU time of the whole run")
    command.add_argument("--json", action="store_true", help="one JSON object")
    command.set_defaults(run=bench)
    return parser


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = low - 1
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"must be a whole number {low}..{high}, got {text!r}")
        return value

    return parse


def _steps(text: str) -> list[int]:
    parse = _whole(0, 1000)
    try:
        return [parse(item) for item in text.split(",")]
    except argparse.ArgumentTypeError:
        raise argparse.ArgumentTypeError(
            f"must be whole numbers 0..1000 with commas between, got {text!r}"
        ) from None


def _rate(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value > 0):
        raise argparse.ArgumentTypeError(f"must be a finite number above 0, got {text!r}")
    return value


if __name__ == "__main__":
    sys.exit(main())
