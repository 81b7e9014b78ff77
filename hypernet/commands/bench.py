"""The command `bench`: speed against other ways to write meta-training."""

from __future__ import annotations

import argparse
import json

from hypernet.bench.contest import run as run_contest
from hypernet.commands.arguments import above_0, add_json

HELP = "speed against a loop, vmap and installed peers"


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--seconds", type=above_0, default=90.0, help="CPU time of the whole run")
    add_json(parser)


def run(options: argparse.Namespace) -> None:
    """Time meta-training against other ways to write it, in iterations per CPU second."""
    rates, left_out = run_contest(options.seconds, _say_nothing if options.json else print)
    if options.json:
        print(json.dumps({**rates, "left_out": left_out}))


def _say_nothing(_: str) -> None:
    """Drop a line of progress: only JSON may reach stdout."""
