"""The command `list`: every preset with its one-sentence summary."""

from __future__ import annotations

import argparse
import json

from hypernet.commands.arguments import add_json
from hypernet.presets import OWN, PRESETS

HELP = "presets: the shipped ones, and those of your own parts"


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add_json(parser)


def run(options: argparse.Namespace) -> None:
    """Print every preset with its one-sentence summary."""
    presets = PRESETS | OWN
    if options.json:
        print(json.dumps({name: preset.summary for name, preset in presets.items()}))
        return
    width = max(map(len, presets))
    for name, preset in presets.items():
        print(f"{name:<{width}}  {preset.summary}")
