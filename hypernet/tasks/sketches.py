"""Sketches: few-shot classification of real 12×12 drawings by hand, with classes held out."""

from __future__ import annotations

import functools
import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor

from hypernet.tasks.images import ImageClasses, Pictures

#: In each row the thing that is drawn and 144 pixels, each a hexadecimal digit from 0 to f.
FILE = Path(__file__).with_name("sketches.csv.gz")
#: Things, in alphabetical order.
COUNT = 69
#: Every third thing is never seen in meta-training.
HELD_OUT = tuple(range(2, COUNT, 3))
SIDE = 12


@functools.cache
def _rows() -> dict[str, list[str]]:
    """The pixels of each drawing as text, by the thing that is drawn."""
    found: dict[str, list[str]] = {}
    for line in gzip.decompress(FILE.read_bytes()).decode("utf-8").splitlines():
        thing, pixels = line.split(",")
        found.setdefault(thing, []).append(pixels)
    return found


def things() -> tuple[str, ...]:
    """What each label is a drawing of."""
    return tuple(_rows())


def _read() -> tuple[Float[Tensor, "_ pixel"], ...]:
    """The drawings of each thing."""
    return tuple(
        torch.tensor([[int(grey, 16) for grey in pixels] for pixels in drawings]) / 15
        for drawings in _rows().values()
    )


@dataclass(frozen=True)
class Sketches(ImageClasses):
    """N-way tasks on drawings of things by many people; theta is the thing of each class.

    Meta-training uses 46 things, evaluation 23 others; `things` names them. Prototypes, support,
    query and `augment` (theta is thing + 69 · symmetry) are as in digits, and so is the rule that
    `held_out` has at most three ways.

    Source: 100 drawings of each of 69 categories of Quick, Draw! (Ha and Eck 2017; sketches.md),
    greys scaled to 0…1.
    """

    pictures: ClassVar[Pictures] = Pictures(
        noun="thing", count=COUNT, held_out=HELD_OUT, side=SIDE, read=_read
    )

    @property
    def protocol(self) -> str:
        """The protocol in one line."""
        family = self.held_out()
        unseen = len(HELD_OUT)
        return (
            f"{family.ways}-way on 12×12 sketches by hand, meta-trained on {COUNT - unseen} things"
            f"{f' ({self.ways}-way, turned, mirrored and distorted)' if self.augment else ''}, "
            f"evaluated on {unseen} others"
        )
