"""Few-shot classification of real images, some of whose classes meta-training never sees."""

from __future__ import annotations

import dataclasses
import functools
import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from hypernet.init import uniform
from hypernet.spec import check, flag, number
from hypernet.tasks.classes import LabelledTasks, one_hot_labels
from hypernet.types import Batch, Parameter, Task

QUERIES = 15
#: Quarter turns and mirror images of a class: number = label + labels · symmetry.
SYMMETRIES = 8
#: Classes of an evaluation, where nothing else is asked for.
EVALUATED = 3
#: Largest turn in radians, shift in pixels, and relative stretch or shear of a distorted image.
TURN, SHIFT, STRETCH = 0.25, 0.5, 0.15


@dataclass(frozen=True)
class Pictures:
    """A set of labelled square images of grey pixels from 0 to 1.

    Args:
        noun: what a label is of, in one word.
        count: how many labels there are, from 0 up.
        held_out: the labels that meta-training never sees.
        side: of an image, in pixels.
        read: gives the images (image, pixel) of each label, in that order.
        left_out: turned or mirrored classes that look like a held-out one.
    """

    noun: str
    count: int
    held_out: tuple[int, ...]
    side: int
    read: Callable[[], tuple[Float[Tensor, "_ pixel"], ...]]
    left_out: frozenset[int] = frozenset()

    @property
    def seen(self) -> tuple[int, ...]:
        """The labels that meta-training sees."""
        return tuple(label for label in range(self.count) if label not in self.held_out)


@dataclass(frozen=True)
class ImageClasses(LabelledTasks, ABC):
    """N-way tasks on images of a few classes; theta is what each class of a task stands for.

    Meta-training uses the labels that are seen, evaluation the others. The first half of each
    label's images gives its prototype, their mean, and the prototypes of a task's classes are its
    description; support and query are different images of the second half. Shots and queries
    count images of each class.

    With `augment`, meta-training also takes what it sees turned and mirrored as classes of their
    own (theta is label + labels · symmetry), draws from all their images, and distorts every image
    a little. `held_out` has none of this, and at most three ways: more ways in training are for
    learners whose head takes any number of classes. Asked for more ways than there are unseen
    labels, a task has all of these and some that meta-training saw.

    Source: rotated classes as in Santoro et al. 2016 (MANN), more ways in training than in
    evaluation as in Snell et al. 2017 (Prototypical Networks).
    """

    ways: int = number(
        3, 2, 10, help="Number of classes N; above the unseen ones, seen ones beside them."
    )
    unseen: bool = flag(False, help="Use the held-out classes.")
    augment: bool = flag(False, help="Add turned and mirrored classes and distort images.")

    pictures: ClassVar[Pictures]
    x_range: ClassVar[tuple[float, float]] = (0.0, 1.0)

    def __post_init__(self) -> None:
        check(self)
        if self.augment and self.unseen:
            raise ValueError(
                f"augment is for meta-training, got it with unseen {self.pictures.noun}s"
            )
        if self.ways > len(self.classes):
            raise ValueError(f"ways must be at most {len(self.classes)} here, got {self.ways}")

    @property
    @abstractmethod
    def protocol(self) -> str:
        """The protocol in one line."""

    @property
    def n_in(self) -> int:
        """The pixels of an image."""
        return self.pictures.side**2

    @property
    def n_out(self) -> int:
        """One logit for each class."""
        return self.ways

    @property
    def y_scale(self) -> float:
        """The standard deviation of one entry of a one-hot label."""
        return math.sqrt(self.ways - 1) / self.ways

    @property
    def seen_beside(self) -> int:
        """How many labels that meta-training saw stand in a task beside all that it did not."""
        return max(self.ways - len(self.pictures.held_out), 0) if self.unseen else 0

    @property
    def labels(self) -> tuple[int, ...]:
        """The labels that classes are drawn from; those that every task has come first."""
        if not self.unseen:
            return self.pictures.seen
        held_out = self.pictures.held_out
        return (*held_out, *self.pictures.seen) if self.seen_beside else held_out

    @property
    def classes(self) -> tuple[int, ...]:
        """The values of theta: labels, or where augmented label + labels · symmetry."""
        if not self.augment:
            return self.labels
        count = self.pictures.count
        everything = (d + count * symmetry for symmetry in range(SYMMETRIES) for d in self.labels)
        return tuple(number for number in everything if number not in self.pictures.left_out)

    @property
    def exchangeable(self) -> bool:
        """Whether tasks draw some of their classes, each as likely as any other."""
        return self.ways < len(self.classes) and not self.seen_beside

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The label of each class."""
        noun = self.pictures.noun
        highest = float(self.pictures.count * (SYMMETRIES if self.augment else 1) - 1)
        return tuple(
            Parameter(f"{noun} {way + 1}", f"{noun[0]}{way + 1}", "", 0.0, highest)
            for way in range(self.ways)
        )

    @property
    def entries(self) -> tuple[Parameter, ...]:
        """Every pixel of every class's prototype."""
        return tuple(
            Parameter(f"pixel {pixel} of class {way + 1}", "", "", 0.0, 1.0)
            for way in range(self.ways)
            for pixel in range(self.n_in)
        )

    def sample(self, n_tasks: int, rng: torch.Generator) -> Float[Tensor, "task entry"]:
        """theta of n_tasks tasks: different classes in random order."""
        classes = torch.tensor(self.classes, dtype=torch.float32)
        luck = torch.rand(n_tasks, len(classes), generator=rng)
        chosen = luck.argsort(dim=-1)[:, : self.ways]
        if self.seen_beside:
            count = len(self.pictures.held_out)
            others = luck[:, count:].argsort(dim=-1) + count
            chosen = torch.cat([torch.arange(count).expand(n_tasks, -1), others], dim=-1)
            chosen = chosen[:, : self.ways]
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
        images, prototypes = (_augmented if self.augment else _plain)(self.pictures)
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

    def held_out(self) -> ImageClasses:
        """The family of the labels that meta-training never sees, as they are."""
        if self.unseen:
            return self
        ways = min(self.ways, EVALUATED)
        return dataclasses.replace(self, ways=ways, unseen=True, augment=False)


def distort(
    images: Float[Tensor, "*image pixel"], rng: torch.Generator
) -> Float[Tensor, "*image pixel"]:
    """Each square image turned, shifted, stretched and sheared a little, all at random."""
    side = math.isqrt(images.shape[-1])
    flat = images.reshape(-1, 1, side, side)
    turn, across, down, wide, high, shear = uniform((6, len(flat)), -1, 1, rng)
    turn, wide, high, shear = TURN * turn, STRETCH * wide, STRETCH * high, STRETCH * shear
    shift = SHIFT / (side / 2)  # affine_grid counts from −1 to 1 across the image
    rows = [
        torch.stack([turn.cos() * (1 + wide), shear - turn.sin(), shift * across], dim=-1),
        torch.stack([turn.sin(), turn.cos() * (1 + high), shift * down], dim=-1),
    ]
    grid = functional.affine_grid(torch.stack(rows, dim=-2), list(flat.shape), align_corners=False)
    return functional.grid_sample(flat, grid, align_corners=False).view_as(images)


@functools.cache
def _halves(pictures: Pictures) -> tuple[tuple[Float[Tensor, "_ pixel"], ...], ...]:
    """First and second half of each label's images."""
    return tuple(images.tensor_split(2) for images in pictures.read())


@functools.cache
def _plain(
    pictures: Pictures,
) -> tuple[Float[Tensor, "label image pixel"], Float[Tensor, "label pixel"]]:
    """For each label the images that tasks draw from, and the mean of its other images."""
    halves = _halves(pictures)
    fewest = min(len(second) for _, second in halves)
    images = torch.stack([second[:fewest] for _, second in halves])
    return images, torch.stack([first.mean(dim=0) for first, _ in halves])


@functools.cache
def _augmented(
    pictures: Pictures,
) -> tuple[Float[Tensor, "class image pixel"], Float[Tensor, "class pixel"]]:
    """For label + labels · symmetry all images, and the same mean as without augmentation."""
    _, prototypes = _plain(pictures)
    whole = [torch.cat(halves) for halves in _halves(pictures)]
    fewest = min(len(images) for images in whole)
    images = torch.stack([images[:fewest] for images in whole])
    return _symmetries(images, pictures.side), _symmetries(prototypes, pictures.side)


def _symmetries(
    images: Float[Tensor, "label *image pixel"], side: int
) -> Float[Tensor, "class *image pixel"]:
    """The images after 0 to 3 quarter turns, then the same of their mirror images."""
    square = images.unflatten(-1, (side, side))
    turned = [
        image.rot90(turns, dims=(-2, -1))
        for image in (square, square.flip(-1))
        for turns in range(4)
    ]
    return torch.cat(turned).flatten(-2)
