"""The numbers of docs/results.md, so that a page shows these and no others."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence
from pathlib import Path

RESULTS = Path(__file__).parent.parent / "docs" / "results.md"


def measured(section: str, subsection: str) -> dict[str, list[str]]:
    """The table under these two headings as named columns.

    Raises:
        ValueError: where the document has no such section, subsection or table.
    """
    lines = _under(f"### {subsection}", _under(f"## {section}", _document()))
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if "|" in line]
    if not rows:
        raise ValueError(f"docs/results.md has no table under {subsection!r} of {section!r}")
    header, _, *body = rows
    return {name: list(column) for name, *column in zip(header, *body, strict=True)}


def measured_how(section: str) -> str:
    """What the section's numbers are of, and the command that wrote them.

    Raises:
        ValueError: where the document has no such section.
    """
    protocol = next(filter(None, _under(f"## {section}", _document())))
    written = next(filter(None, _under("# Results", _document())))
    return f"{protocol} {written}"


@functools.cache
def _document() -> tuple[str, ...]:
    return tuple(RESULTS.read_text(encoding="utf-8").splitlines())


def _under(heading: str, lines: Sequence[str]) -> list[str]:
    """The lines below a heading up to the next one of its level or above."""
    if heading not in lines:
        raise ValueError(f"docs/results.md has no {heading!r} here")
    level = _level(heading)
    below = lines[lines.index(heading) + 1 :]
    return list(itertools.takewhile(lambda line: not 0 < _level(line) <= level, below))


def _level(line: str) -> int:
    """The number of # before a heading; 0 for any other line."""
    return len(line) - len(line.lstrip("#"))
