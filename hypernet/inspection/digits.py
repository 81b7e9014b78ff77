"""One task of handwritten digits under the lens: what a preset says of each query image."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import NamedTuple

import torch

from hypernet.evaluate import answered_right, loss_per_step
from hypernet.generators.similarities import SimilaritiesGenerator, SimilaritiesOptions
from hypernet.init import stream
from hypernet.inner import diverged
from hypernet.inspection.curve import Array, usable
from hypernet.learners.hypernetwork import Hypernetwork
from hypernet.presets import shared
from hypernet.spec import check, number
from hypernet.tasks import Digits
from hypernet.tasks.digits import HELD_OUT
from hypernet.types import Batch, Task

#: This many images of each class are drawn; `shots` says how many of them are given.
MAX_SHOTS = 8
QUERIES = 6


@dataclass(frozen=True)
class Images:
    """Which images of the held-out digits are given."""

    shots: int = number(5, 1, MAX_SHOTS, help="Support images of each digit.")
    seed: int = number(0, 0, 9999, help="Which images: the same seed gives the same images.")

    def __post_init__(self) -> None:
        check(self)


class DigitsRun(NamedTuple):
    """What a preset says after its last usable step, and its accuracy before and after all steps.

    `kept` entries of the inner loop are usable; where that is not all, it diverged, and no answer
    counts as right after it.
    """

    preset: str
    probability: Array
    accuracy: tuple[float, float]
    kept: int


class Rounds(NamedTuple):
    """How a last layer was written from the given images, round by round; class means first.

    What all classes' weights have in common says nothing of the answer, so that an image speaks for
    a class with its coefficient there less its mean one.

    Args:
        voices: (round, image, class) how much each given image speaks for each class, or below 0
            against it; 1 is what an image says for its own class on average in that round.
        loudness: of that average, in each round, beside that of class means.
        accuracy: of the layer after each round, on the query images.
    """

    voices: Array
    loudness: tuple[float, ...]
    accuracy: tuple[float, ...]


def digits_task(images: Images) -> Task:
    """The held-out digits as a task: K given images of each, and query images of each."""
    family = Digits(unseen=True)
    theta = torch.tensor(HELD_OUT, dtype=torch.float32)
    task = family.make(theta, stream(images.seed, "support images"), MAX_SHOTS, QUERIES)
    given = [
        MAX_SHOTS * label + shot for label in range(len(HELD_OUT)) for shot in range(images.shots)
    ]
    return task._replace(support=Batch(task.support.x[given], task.support.y[given]))


@functools.lru_cache(maxsize=128)
def run_digits(preset: str, images: Images, steps: int, alpha: float | None = None) -> DigitsRun:
    """The inner loop of a preset on one task of held-out digits.

    Raises:
        ValueError: for negative steps, or an α that is not a finite number above 0.
    """
    experiment, learner = shared(preset)
    family = Digits(unseen=True)
    task = digits_task(images)
    with torch.no_grad():
        trace = learner.adapt(task.description, task.support, steps, alpha)
        support = loss_per_step(learner, experiment.family, trace, task.support)
        query = loss_per_step(learner, experiment.family, trace, task.query)
        gone = diverged(support) | diverged(query)
        said = [learner.predict(params, task.query.x) for params in trace]
        right = answered_right(family, said, task.query, gone)
    kept = usable(support, query)
    return DigitsRun(
        preset=preset,
        probability=said[kept - 1].softmax(dim=-1).numpy(),
        accuracy=(right[0].item(), right[-1].item()),
        kept=kept if len(trace) > 1 else steps + 1,
    )


def reads(preset: str) -> int | None:
    """In how many rounds a preset writes its last layer from similarities; None where it does not.

    Raises:
        ValueError: for an unknown preset.
    """
    generator = getattr(shared(preset).experiment.learner, "generator", None)
    return generator.rounds if isinstance(generator, SimilaritiesOptions) else None


@functools.lru_cache(maxsize=128)
def digits_rounds(preset: str, images: Images) -> Rounds:
    """The rounds in which a preset that reads similarities writes its last layer for these images.

    Raises:
        ValueError: for a preset that does not read similarities.
    """
    learner = shared(preset).learner
    generator = getattr(learner, "generator", None)
    if not (isinstance(learner, Hypernetwork) and isinstance(generator, SimilaritiesGenerator)):
        raise ValueError(f"{preset} does not read similarities")
    family, task = Digits(unseen=True), digits_task(images)
    with torch.no_grad():
        params = learner.initial(task.description, task.support)
        reading = generator.read(params, task.support)
        layers = [reading.layer(rounds) for rounds in range(len(reading.coefficients))]
        answers = [
            learner.predict(params | generator.named(*layer), task.query.x) for layer in layers
        ]
        right = [family.accuracy(answer, task.query).item() for answer in answers]
    held = torch.stack(reading.coefficients)
    voices = held - held.mean(dim=-1, keepdim=True)
    average = (voices * task.support.y).sum(dim=(-2, -1)) / len(task.support.y)
    loudness = (average / average[0]).tolist()
    return Rounds((voices / average[:, None, None]).numpy(), tuple(loudness), tuple(right))
