"""Rows of a Markdown table."""

from __future__ import annotations


def header(*titles: str) -> tuple[str, str]:
    """The two lines above the rows."""
    return row(*titles), "|" + "---|" * len(titles)


def row(*cells: str) -> str:
    """One row."""
    return "| " + " | ".join(cells) + " |"


def pair(mean: float, half: float) -> str:
    """A mean and half its 95 % interval."""
    return f"{mean:.3g} ± {half:.1g}"
