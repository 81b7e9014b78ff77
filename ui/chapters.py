"""The pages in the order of the lesson, by chapter: the one table behind the navigation."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Entry(NamedTuple):
    """A page: its path in the address, its file in `pages`, and what the navigation calls it."""

    path: str
    file: str
    title: str


CHAPTERS: Mapping[str, tuple[Entry, ...]] = MappingProxyType(
    {
        "The idea": (
            Entry("", "idea", "The idea"),
            Entry("glossary", "glossary", "Terms"),
        ),
        "Where weights come from": (
            Entry("sinusoids", "sinusoids", "Sinusoids"),
            Entry("boundaries", "boundaries", "Decision boundaries"),
            Entry("weights", "race", "The race"),
            Entry("digits", "digits", "Digits"),
        ),
        "Train and describe": (
            Entry("training", "training", "Meta-training"),
            Entry("descriptions", "descriptions", "Which description?"),
        ),
        "Your own": (Entry("own", "own", "Your own task"),),
    }
)
PAGES = MappingProxyType({page.path: page for pages in CHAPTERS.values() for page in pages})
