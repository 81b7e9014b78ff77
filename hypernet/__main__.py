"""The command line: python -m hypernet list | train | evaluate | continual | results | bench."""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

import torch

from hypernet.checkpoint import Checkpoint, load
from hypernet.commands.train import train
from hypernet.continual import ContinualOptions, learn_in_turn
from hypernet.evaluate import evaluate
from hypernet.family_files import load_families, load_named_families
from hypernet.model_cards import CARD_STEPS, CARD_TASKS, identity, line
from hypernet.presets import OWN, PRESETS, load_preset
from hypernet.protocols import TaskFamily
from hypernet.results import Study, measurements, results
from hypernet.spec import to_plain
from hypernet.tasks import Planar
from hypernet.tasks.planar import KINDS
from hypernet.tasks.polynomials import POLYNOMIALS

#: Where measurements of `results` are kept, beside the document.
KEPT = ".kept.jsonl"


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        """Print the message as one line on stderr and exit with 2."""
        self.exit(2, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; exit code 0, or 2 with one line on stderr for wrong input."""
    first = _families_parser()
    named, rest = first.parse_known_args(arguments)
    torch.set_num_threads(1)
    try:
        load_named_families()
        for file in named.family:
            load_families(file)
    except ValueError as error:
        print(f"{first.prog}: {error}", file=sys.stderr)
        return 2
    parser = _parser(first)
    options = parser.parse_args(rest)
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
    presets = PRESETS | OWN
    if options.json:
        print(json.dumps({name: p.summary for name, p in presets.items()}))
        return
    width = max(map(len, presets))
    for name, entry in presets.items():
        print(f"{name:<{width}}  {entry.summary}")


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
        "preset": options.checkpoint,
        **identity(checkpoint.experiment, learner),
        "protocol": family.protocol,
        "kind": options.kind,
        "alpha": options.alpha,
        **report.as_dict(),
    }
    if options.json:
        print(json.dumps(result, ensure_ascii=False, allow_nan=False))
        return
    print(f"{result['preset']}: {result['protocol']}")
    print(line(result))


def learn_polynomials(options: argparse.Namespace) -> None:
    """Learn three polynomials one after another; print the error of each along the way."""
    chosen = ContinualOptions(steps=options.steps, beta=options.beta, seed=options.seed)
    _, errors = learn_in_turn(POLYNOMIALS, chosen)
    if options.json:
        formulas = [polynomial.formula for polynomial in POLYNOMIALS]
        print(json.dumps({**to_plain(chosen), "tasks": formulas, "errors": errors}))
        return
    for learned, row in zip(POLYNOMIALS, errors, strict=True):
        cells = (f"{task.formula}: {e:.5f}" for task, e in zip(POLYNOMIALS, row, strict=False))
        print(f"after {learned.formula}  {'  '.join(cells)}")


def write_results(options: argparse.Namespace) -> None:
    """Measure every shipped preset and write the tables of docs/results.md.

    Measurements are kept beside the document as soon as they are made, so that a run that was
    interrupted goes on where it stood.
    """
    out = Path(options.out)
    kept = out.with_suffix(KEPT)
    try:
        if options.fresh:
            kept.unlink(missing_ok=True)
        with measurements(kept, options.workers, print) as measured:
            text = results(Study(measured, options.tasks, options.seed, options.short))
        out.write_text(text, encoding="utf-8")
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


def _find(name: str) -> Checkpoint:
    """The checkpoint of a preset's name, or of a file."""
    if name in PRESETS | OWN:
        return load_preset(name)
    if name.endswith(".safetensors") or Path(name).exists():
        return load(Path(name))
    raise ValueError(
        f"preset must be a .safetensors file or one of {', '.join(PRESETS)}, got {name!r}"
    )


def _of_kind(family: TaskFamily, kind: str | None) -> TaskFamily:
    """The family, or the one of a single kind of shape."""
    if kind is None:
        return family
    if not isinstance(family, Planar):
        raise ValueError(f"--kind is for planar presets, got {kind!r}")
    return dataclasses.replace(family, kind=kind)


def _families_parser() -> Parser:
    """What is read first, wherever it stands: the families in it change what presets there are."""
    parser = Parser(prog="python -m hypernet", add_help=False, allow_abbrev=False)
    parser.add_argument(
        "--family",
        action="append",
        default=[],
        metavar="FILE",
        help="a Python file with task families of your own; may be given more than once",
    )
    return parser


def _parser(first: Parser) -> Parser:
    parser = Parser(prog=first.prog, description=__doc__, parents=[first])
    commands = parser.add_subparsers(dest="command", required=True, parser_class=Parser)

    command = commands.add_parser("list", help="presets: the shipped ones, and your families'")
    command.add_argument("--json", action="store_true", help="one JSON object")
    command.set_defaults(run=list_presets)

    command = commands.add_parser("train", help="meta-train presets from nothing")
    command.add_argument(
        "presets",
        nargs="+",
        choices=PRESETS | OWN,
        metavar="PRESET",
        help="one or more, see `list`",
    )
    command.add_argument("--steps", type=_whole(1, 1_000_000), help="outer steps")
    command.add_argument("--seed", type=_whole(0, 2**31 - 1), help="seed of weights and tasks")
    command.add_argument(
        "--seeds", type=_wholes(0, 2**31 - 1), help="a run for each, such as 0,1,2"
    )
    command.add_argument(
        "--workers", type=_whole(1, 1000), help="as many runs side by side, in processes"
    )
    command.add_argument("--out", help="checkpoint file, default PRESET.safetensors")
    command.set_defaults(run=train)

    command = commands.add_parser("evaluate", help="error on fresh tasks, per inner step")
    command.add_argument("checkpoint", metavar="PRESET|FILE", help="see `list`, or a .safetensors")
    command.add_argument("--shots", type=_whole(1, 1000), default=10, help="support points")
    command.add_argument(
        "--inner-steps", type=_wholes(0, 1000), default=CARD_STEPS, help="such as 0,1,5,10"
    )
    command.add_argument(
        "--alpha", type=_rate, help="inner learning rate, default the learner's own"
    )
    command.add_argument("--tasks", type=_whole(2, 100_000), default=CARD_TASKS)
    command.add_argument("--seed", type=_whole(0, 2**31 - 1), default=0)
    command.add_argument("--kind", choices=KINDS, help="one kind of planar shape")
    command.add_argument("--json", action="store_true", help="one JSON object")
    command.set_defaults(run=evaluate_preset)

    command = commands.add_parser("continual", help="three polynomials, one after another")
    known = ContinualOptions()
    command.add_argument(
        "--steps", type=_whole(1, 100_000), default=known.steps, help="updates on each"
    )
    command.add_argument(
        "--beta", type=float, default=known.beta, help="weight of the regulariser, 0 for none"
    )
    command.add_argument("--seed", type=_whole(0, 2**31 - 1), default=0)
    command.add_argument("--json", action="store_true", help="one JSON object")
    command.set_defaults(run=learn_polynomials)

    command = commands.add_parser("results", help="tables of all presets, docs/results.md")
    command.add_argument("--tasks", type=_whole(2, 100_000), default=CARD_TASKS)
    command.add_argument("--seed", type=_whole(0, 2**31 - 1), default=0)
    command.add_argument("--out", default="docs/results.md", help="Markdown file to write")
    command.add_argument(
        "--workers", type=_whole(1, 1000), default=os.cpu_count() or 1, help="processes"
    )
    command.add_argument(
        "--fresh", action="store_true", help="forget what an earlier run has measured"
    )
    command.add_argument(
        "--short", action="store_true", help="hardly train: to try the command, not to measure"
    )
    command.set_defaults(run=write_results)

    command = commands.add_parser("bench", help="speed against a loop, vmap and installed peers")
    command.add_argument("--seconds", type=_rate, default=90.0, help="CPU time of the whole run")
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


def _wholes(low: int, high: int) -> Callable[[str], list[int]]:
    def parse(text: str) -> list[int]:
        try:
            return [_whole(low, high)(item) for item in text.split(",")]
        except argparse.ArgumentTypeError:
            raise argparse.ArgumentTypeError(
                f"must be whole numbers {low}..{high} with commas between, got {text!r}"
            ) from None

    return parse


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
