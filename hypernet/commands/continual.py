"""The command `continual`: three polynomials, learned one after another."""

from __future__ import annotations

import argparse
import json

from hypernet.commands.arguments import SEEDS, add_json, whole
from hypernet.continual import ContinualOptions, learn_in_turn
from hypernet.spec import to_plain
from hypernet.tasks.polynomials import POLYNOMIALS

HELP = "three polynomials, one after another"


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    known = ContinualOptions()
    parser.add_argument(
        "--steps", type=whole(1, 100_000), default=known.steps, help="updates on each"
    )
    parser.add_argument(
        "--beta", type=float, default=known.beta, help="weight of the regulariser, 0 for none"
    )
    parser.add_argument("--seed", type=whole(*SEEDS), default=0)
    add_json(parser)


def run(options: argparse.Namespace) -> None:
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
