"""The text of a component: its files, put together.

A component's JavaScript is loaded from memory, where imports between files do not resolve, so all
its files make one text, shared parts first.
"""

from __future__ import annotations

from pathlib import Path


def text_of(*names: str) -> str:
    """These files of `ui/live`, one after the other."""
    folder = Path(__file__).parent.parent
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in names)
