"""The command `evaluate`: a shipped preset or a checkpoint file on fresh tasks."""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path

from hypernet.checkpoint import Checkpoint, load
from hypernet.commands.arguments import SEEDS, above_0, add_json, whole, wholes
from hypernet.evaluate import evaluate
from hypernet.model_cards import CARD_STEPS, CARD_TASKS, identity, line
from hypernet.names import one_of, quoted
from hypernet.presets import LIST, OWN, PRESETS, load_preset
from hypernet.protocols import TaskFamily
from hypernet.tasks import Planar
from hypernet.tasks.planar import KINDS

HELP = "error on fresh tasks, per inner step"


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("checkpoint", metavar="PRESET|FILE", help="see `list`, or a .safetensors")
    parser.add_argument("--shots", type=whole(1, 1000), default=10, help="support points")
    parser.add_argument(
        "--inner-steps", type=wholes(0, 1000), default=CARD_STEPS, help="such as 0,1,5,10"
    )
    parser.add_argument(
        "--alpha", type=above_0, help="inner learning rate, default the learner's own"
    )
    parser.add_argument("--tasks", type=whole(2, 100_000), default=CARD_TASKS)
    parser.add_argument("--seed", type=whole(*SEEDS), default=0)
    parser.add_argument("--kind", choices=KINDS, help="one kind of planar shape")
    add_json(parser)


def run(options: argparse.Namespace) -> None:
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
        print(json.dumps(result, allow_nan=False))
        return
    print(f"{result['preset']}: {result['protocol']}")
    print(line(result))


def _find(name: str) -> Checkpoint:
    """The checkpoint of a preset's name, or of a file."""
    if name in PRESETS | OWN:
        return load_preset(name)
    if name.endswith(".safetensors") or Path(name).exists():
        return load(Path(name))
    allowed = one_of(PRESETS | OWN, name, LIST)
    raise ValueError(f"preset must be a .safetensors file or {allowed}, got {quoted(name)}")


def _of_kind(family: TaskFamily, kind: str | None) -> TaskFamily:
    """The family, or the one of a single kind of shape."""
    if kind is None:
        return family
    if not isinstance(family, Planar):
        raise ValueError(f"--kind is for planar presets, got {kind!r}")
    return dataclasses.replace(family, kind=kind)
