"""A name that is in no table: the sentence that says what was meant, and where all names are."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable

#: Tables up to this size are listed whole.
MOST_LISTED = 8
#: Longer texts are no names: they are compared and shown up to here.
MOST_CHARACTERS = 64
#: Where the parts of all roles stand with their options.
PARTS = "docs/api.md"


def unknown(role: str, value: object, known: Collection[str], where: str = "") -> ValueError:
    """The error for a value that is no name of a table.

    Args:
        role: what the value was meant to be.
        value: what was given, a name or anything else.
        known: the names of the table.
        where: what shows all of them.
    """
    return ValueError(f"{role} must be {one_of(known, value, where)}, got {quoted(value)}")


def one_of(known: Collection[str], value: object, where: str = "") -> str:
    """What is allowed in the place of `value`: all names, or of many the three nearest to it."""
    if len(known) <= MOST_LISTED:
        return f"one of {', '.join(known) or 'none'}"
    first, second, third = nearest(value, known)
    listed = f"; {where} lists all" if where else ""
    return f"one of {len(known)} names (nearest are {first}, {second} and {third}{listed})"


def nearest(value: object, known: Iterable[str], count: int = 3) -> list[str]:
    """The names most like a text, whatever the case of its letters; the first for anything else."""
    lower = {name.lower(): name for name in known}
    if not isinstance(value, str):
        return list(lower.values())[:count]
    word = value[:MOST_CHARACTERS].lower()
    return [lower[name] for name in difflib.get_close_matches(word, lower, count, cutoff=0.0)]


def quoted(value: object) -> str:
    """A value as Python writes it, cut where it is no name."""
    shown = repr(value)
    return shown if len(shown) <= MOST_CHARACTERS + 2 else f"{shown[:MOST_CHARACTERS]}…"
