"""The command line: hypernet list | train | evaluate | continual | results | bench."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence

import torch

from hypernet.commands import bench, continual, evaluate, results, train
from hypernet.commands import list as list_presets
from hypernet.commands.arguments import Command, Parser
from hypernet.plugins import load_named_plugins, load_plugin

COMMANDS: dict[str, Command] = {
    "list": list_presets,
    "train": train,
    "evaluate": evaluate,
    "continual": continual,
    "results": results,
    "bench": bench,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; exit code 0, or 2 with one line on stderr for wrong input."""
    _say_what_can_be_said()
    first = _plugin_parser()
    named, rest = first.parse_known_args(arguments)
    torch.set_num_threads(1)
    try:
        load_named_plugins()
        for file in named.plugin:
            load_plugin(file)
    except ValueError as error:
        print(f"{first.prog}: {error}", file=sys.stderr)
        return 2
    parser = _parser(first)
    options = parser.parse_args(rest)
    try:
        COMMANDS[options.command].run(options)
    except ValueError as error:
        print(f"{parser.prog} {options.command}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    return 0


def _say_what_can_be_said() -> None:
    """Have an output write a character that it does not know by its number, not end the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _plugin_parser() -> Parser:
    """What is read first, wherever it stands: the parts in a file change what presets there are."""
    parser = Parser(prog="python -m hypernet", add_help=False, allow_abbrev=False)
    parser.add_argument(
        "--plugin",
        "--family",
        action="append",
        default=[],
        metavar="FILE",
        help="a Python file with parts of your own: families, encoders, generators or learners; "
        "may be given more than once",
    )
    return parser


def _parser(first: Parser) -> Parser:
    """The parser of all commands."""
    parser = Parser(prog=first.prog, description=__doc__, parents=[first])
    commands = parser.add_subparsers(dest="command", required=True, parser_class=Parser)
    for name, command in COMMANDS.items():
        command.declare(commands.add_parser(name, help=command.HELP))
    return parser


if __name__ == "__main__":
    sys.exit(main())
