"""The command `results`: every shipped preset measured into the tables of docs/results.md."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from hypernet.commands.arguments import SEEDS, check_writable, whole
from hypernet.model_cards import CARD_TASKS
from hypernet.results import Study, measurements, results

HELP = "tables of all presets, docs/results.md"
#: Where measurements are kept, beside the document.
KEPT = ".kept.jsonl"


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--tasks", type=whole(2, 100_000), default=CARD_TASKS)
    parser.add_argument("--seed", type=whole(*SEEDS), default=0)
    parser.add_argument("--out", default="docs/results.md", help="Markdown file to write")
    parser.add_argument(
        "--workers", type=whole(1, 1000), default=os.cpu_count() or 1, help="processes"
    )
    parser.add_argument(
        "--fresh", action="store_true", help="forget what an earlier run has measured"
    )
    parser.add_argument(
        "--short", action="store_true", help="hardly train: to try the command, not to measure"
    )


def run(options: argparse.Namespace) -> None:
    """Measure every shipped preset and write the tables of docs/results.md.

    Measurements are kept beside the document as soon as they are made, so that a run that was
    interrupted goes on where it stood.
    """
    out = Path(options.out)
    kept = out.with_suffix(KEPT)
    check_writable(out)
    try:
        if options.fresh:
            kept.unlink(missing_ok=True)
        with measurements(kept, options.workers, print) as measured:
            text = results(Study(measured, options.tasks, options.seed, options.short))
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ValueError(f"--out {options.out!r} cannot be written: {error.strerror}") from None
