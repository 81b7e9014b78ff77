"""Digits: few-shot classification of real handwritten 8×8 digits, with classes held out."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from hypernet.init import uniform
from hypernet.spec import check, flag, number
from hypernet.tasks.classes import LabelledTasks, one_hot_labels
from hypernet.types import Batch, Parameter, Task

#: 64 pixels from 0 to 16 and the digit in each row; scikit-learn's own import takes a second.
FILE = Path(__file__).with_name("digits.csv.gz")
#: Never seen in meta-training.
HELD_OUT = (7, 8, 9)
SEEN = tuple(digit for digit in range(10) if digit not in HELD_OUT)
SIDE = 8
QUERIES = 15
#: Quarter turns and mirror images of a digit: class = digit + 10 · symmetry.
SYMMETRIES = 8
#: A 6 after a half turn looks like the held-out 9.
LIKE_HELD_OUT = 26
#: Largest turn in radians, shift in pixels, and relative stretch or shear of a distorted image.
TURN, SHIFT, STRETCH = 0.25, 0.5, 0.15


@dataclass(frozen=True)
class Digits(LabelledTasks):
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

    ways: int = number(
        3, 2, 10, help="Number of classes N; above 3, unseen digits beside seen ones."
    )
    unseen: bool = flag(False, help="Use the held-out digits.")
    augment: bool = flag(False, help="Add turned and mirrored classes and distort images.")

    n_in: ClassVar[int] = SIDE * SIDE
    x_range: ClassVar[tuple[float, float]] = (0.0, 1.0)

    def __post_init__(self) -> None:
        check(self)
        if self.augment and self.unseen:
            raise ValueError("augment is for meta-training, got it with unseen digits")
        if self.ways > len(self.classes):
            raise ValueError(f"ways must be at most {len(self.classes)} here, got {self.ways}")

    @property
    def n_out(self) -> int:
        """One logit for each class."""
        return self.ways

    @property
    def y_scale(self) -> float:
        """The standard deviation of one entry of a one-hot label."""
        return math.sqrt(self.ways - 1) / self.ways

    @property
    def digits(self) -> tuple[int, ...]:
        """The digits that classes are drawn from."""
        if not self.unseen:
            return SEEN
        return HELD_OUT if self.ways <= len(HELD_OUT) else (*HELD_OUT, *SEEN)

    @property
    def classes(self) -> tuple[int, ...]:
        """The values of theta: digits, or where augmented digit + 10 · symmetry."""
        if not self.augment:
            return self.digits
        everything = (d + 10 * symmetry for symmetry in range(SYMMETRIES) for d in self.digits)
        return tuple(number for number in everything if number != LIKE_HELD_OUT)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The digit of each class."""
        highest = 10.0 * SYMMETRIES - 1 if self.augment else 9.0
        return tuple(
            Parameter(f"digit {label + 1}", f"d{label + 1}", "", 0.0, highest)
            for label in range(self.ways)
        )

    @property
    def entries(self) -> tuple[Parameter, ...]:
        """Every pixel of every class's prototype."""
        return tuple(
            Parameter(f"pixel {pixel} of class {label + 1}", "", "", 0.0, 1.0)
            for label in range(self.ways)
            for pixel in range(self.n_in)
        )

    @property
    def protocol(self) -> str:
        """The protocol in one line."""
        ways = self.held_out().ways
        beside = f" beside {ways - len(HELD_OUT)} of 0 to 6" if ways > len(HELD_OUT) else ""
        return (
            f"{ways}-way on handwritten 8×8 digits, meta-trained on 0 to 6"
            f"{f' ({self.ways}-way, turned, mirrored and distorted)' if self.augment else ''}, "
            f"evaluated on 7, 8 and 9{beside}"
        )

    def held_out(self) -> Digits:
        """The family of the digits that meta-training never sees, as they are."""
        return self if self.unseen else Digits(ways=min(self.ways, len(HELD_OUT)), unseen=True)

    def sample(self, n_tasks: int, rng: torch.Generator) -> Float[Tensor, "task entry"]:
        """theta of n_tasks tasks: different classes in random order."""
        classes = torch.tensor(self.classes, dtype=torch.float32)
        luck = torch.rand(n_tasks, len(classes), generator=rng)
        chosen = luck.argsort(dim=-1)[:, : self.ways]
        if self.unseen and self.ways > len(HELD_OUT):
            others = luck[:, len(HELD_OUT) :].argsort(dim=-1) + len(HELD_OUT)
            unseen = torch.arange(len(HELD_OUT)).expand(n_tasks, -1)
            chosen = torch.cat([unseen, others], dim=-1)[:, : self.ways]
            order = torch.rand(n_tasks, self.ways, generator=rng).argsort(dim=-1)
            chosen = chosen.gather(-1, order)
        return classes[chosen]

    def make(
        self,
        theta: Float[Tensor, "*task entry"],
        rng: torch.Generator,
        shots: int,
        queries: int | None = None,
    ) -> Task:
        """`shots` support and `queries` query images of each class; queries None means 15.

        Raises:
            ValueError: where shots or queries are below 1, or together more than there are images.
        """
        queries = QUERIES if queries is None else queries
        images, prototypes = _augmented_images() if self.augment else _images()
        most = images.shape[1]
        if shots < 1 or queries < 1 or shots + queries > most:
            raise ValueError(
                f"shots and queries must be 1 or more and together at most {most}, "
                f"got {shots} and {queries}"
            )
        classes = theta.long()
        order = torch.rand(*classes.shape, most, generator=rng).argsort(dim=-1)
        chosen = images[classes.unsqueeze(-1), order[..., : shots + queries]]
        if self.augment:
            chosen = distort(chosen, rng)
        batches = [
            Batch(part.flatten(-3, -2), one_hot_labels(theta.shape[:-1], self.ways, part.shape[-2]))
            for part in chosen.split([shots, queries], dim=-2)
        ]
        return Task(prototypes[classes].flatten(-2), *batches)


def distort(
    images: Float[Tensor, "*image pixel"], rng: torch.Generator
) -> Float[Tensor, "*image pixel"]:
    """Each image turned, shifted, stretched and sheared a little, all at random."""
    flat = images.reshape(-1, 1, SIDE, SIDE)
    turn, across, down, wide, high, shear = uniform((6, len(flat)), -1, 1, rng)
    turn, wide, high, shear = TURN * turn, STRETCH * wide, STRETCH * high, STRETCH * shear
    shift = SHIFT / (SIDE / 2)  # affine_grid counts from −1 to 1 across the image
    rows = [
        torch.stack([turn.cos() * (1 + wide), shear - turn.sin(), shift * across], dim=-1),
        torch.stack([turn.sin(), turn.cos() * (1 + high), shift * down], dim=-1),
    ]
    grid = functional.affine_grid(torch.stack(rows, dim=-2), list(flat.shape), align_corners=False)
    return functional.grid_sample(flat, grid, align_corners=False).view_as(images)


@functools.cache
def _halves() -> tuple[tuple[Float[Tensor, "_ pixel"], Float[Tensor, "_ pixel"]], ...]:
    """First and second half of each digit's images."""
    rows = np.loadtxt(FILE, delimiter=",", dtype=np.float32)
    pixels, labels = torch.tensor(rows[:, :-1] / 16), torch.tensor(rows[:, -1])
    halves = (pixels[labels == digit].tensor_split(2) for digit in range(10))
    return tuple((first, second) for first, second in halves)


@functools.cache
def _images() -> tuple[Float[Tensor, "digit image pixel"], Float[Tensor, "digit pixel"]]:
    """For each digit the images that tasks draw from, and the mean of its other images."""
    fewest = min(len(second) for _, second in _halves())
    images = torch.stack([second[:fewest] for _, second in _halves()])
    return images, torch.stack([first.mean(dim=0) for first, _ in _halves()])


@functools.cache
def _augmented_images() -> tuple[Float[Tensor, "class image pixel"], Float[Tensor, "class pixel"]]:
    """For digit + 10 · symmetry all images, and the same mean as without augmentation."""
    _, prototypes = _images()
    fewest = min(len(first) + len(second) for first, second in _halves())
    images = torch.stack([torch.cat(halves)[:fewest] for halves in _halves()])
    return _symmetries(images), _symmetries(prototypes)


def _symmetries(images: Float[Tensor, "digit *image pixel"]) -> Float[Tensor, "class *image pixel"]:
    """The images after 0 to 3 quarter turns, then the same of their mirror images."""
    square = images.unflatten(-1, (SIDE, SIDE))
    turned = [
        side.rot90(turns, dims=(-2, -1)) for side in (square, square.flip(-1)) for turns in range(4)
    ]
    return torch.cat(turned).flatten(-2)
