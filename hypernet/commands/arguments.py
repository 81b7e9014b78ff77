"""What arguments of commands are made of: a parser with errors of one line, numbers in a range."""

from __future__ import annotations

import argparse
import errno
import math
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, Protocol

#: Seeds of weights, tasks and evaluations.
SEEDS = (0, 2**31 - 1)


class Command(Protocol):
    """What a file of `commands` holds."""

    HELP: str

    def declare(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's arguments to a parser of its own."""

    def run(self, options: argparse.Namespace) -> None:
        """Do it; ValueError with one sentence for wrong input."""


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        """Print the message as one line on stderr and exit with 2."""
        self.exit(2, f"{self.prog}: {message}\n")


def add_json(parser: argparse.ArgumentParser) -> None:
    """Declare `--json`."""
    parser.add_argument("--json", action="store_true", help="one JSON object")


def check_writable(out: Path) -> None:
    """Refuse an output that could not be written, before time is spent on what it should hold."""
    try:
        if out.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        with tempfile.TemporaryFile(dir=out.parent):
            pass
    except OSError as error:
        raise ValueError(f"--out {str(out)!r} cannot be written: {error.strerror}") from None


def whole(low: int, high: int) -> Callable[[str], int]:
    """The type of a whole number in low..high."""

    def parse(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = low - 1
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"must be a whole number {low}..{high}, got {text!r}")
        return value

    return parse


def wholes(low: int, high: int) -> Callable[[str], list[int]]:
    """The type of whole numbers in low..high with commas between."""

    def parse(text: str) -> list[int]:
        try:
            return [whole(low, high)(item) for item in text.split(",")]
        except argparse.ArgumentTypeError:
            raise argparse.ArgumentTypeError(
                f"must be whole numbers {low}..{high} with commas between, got {text!r}"
            ) from None

    return parse


def above_0(text: str) -> float:
    """The type of a finite number above 0."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value > 0):
        raise argparse.ArgumentTypeError(f"must be a finite number above 0, got {text!r}")
    return value
