"""Digits: few-shot classification of real handwritten 8×8 digits, with classes held out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from hypernet.tasks.images import ImageClasses, Pictures

#: 64 pixels from 0 to 16 and the digit in each row; scikit-learn's own import takes a second.
FILE = Path(__file__).with_name("digits.csv.gz")
#: Never seen in meta-training.
HELD_OUT = (7, 8, 9)
SIDE = 8
#: A 6 after a half turn looks like the held-out 9.
LIKE_HELD_OUT = 26


def _read() -> tuple[Float[Tensor, "_ pixel"], ...]:
    """The images of each digit."""
    rows = np.loadtxt(FILE, delimiter=",", dtype=np.float32)
    pixels, labels = torch.tensor(rows[:, :-1] / 16), torch.tensor(rows[:, -1])
    return tuple(pixels[labels == digit] for digit in range(10))


@dataclass(frozen=True)
class Digits(ImageClasses):
    """N-way tasks on handwritten digits; theta is what each class stands for, such as its digit.

    Meta-training uses the digits 0 to 6, evaluation 7, 8 and 9. The first half of each digit's
    images gives its prototype, their mean, and the prototypes of a task's classes are its
    description; support and query are different images of the second half. Shots and queries
    count images of each class.

    Seven digits are few classes to learn from. With `augment`, meta-training also takes the seven
    digits turned and mirrored as classes of their own (theta is digit + 10 · symmetry), draws from
    all their images, and distorts every image a little. `held_out` has none of this, and at most
    three ways: more ways in training are for learners whose head takes any number of classes.
    Asked for more ways of unseen digits, a task has all three and some that meta-training saw.

    Source: the UCI handwritten digits as scikit-learn bundles them (digits.md), pixels scaled to
    0…1; rotated classes as in Santoro et al. 2016 (MANN), more ways in training than in
    evaluation as in Snell et al. 2017 (Prototypical Networks).
    """

    pictures: ClassVar[Pictures] = Pictures(
        noun="digit",
        count=10,
        held_out=HELD_OUT,
        side=SIDE,
        read=_read,
        left_out=frozenset({LIKE_HELD_OUT}),
    )

    @property
    def protocol(self) -> str:
        """The protocol in one line."""
        family = self.held_out()
        beside = f" beside {family.seen_beside} of 0 to 6" if family.seen_beside else ""
        return (
            f"{family.ways}-way on handwritten 8×8 digits, meta-trained on 0 to 6"
            f"{f' ({self.ways}-way, turned, mirrored and distorted)' if self.augment else ''}, "
            f"evaluated on 7, 8 and 9{beside}"
        )
