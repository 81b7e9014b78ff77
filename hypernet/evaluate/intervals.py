"""How sure a mean over tasks is: half the width of its 95 % interval, and what that covers."""

from __future__ import annotations

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from hypernet.protocols import FixedClasses, TaskFamily

#: Standard deviations in half a 95 % interval.
NORMAL = 1.96
#: So many classes, and not fewer, say something of others.
ENOUGH = 20


def draws_classes(family: TaskFamily) -> bool:
    """Whether the interval of a mean allows for other classes, because tasks draw theirs."""
    if not isinstance(family, FixedClasses):
        return False
    return family.exchangeable and len(family.classes) >= ENOUGH


def covers(family: TaskFamily) -> str:
    """What else could have been drawn, for which the interval of a mean allows."""
    if not isinstance(family, FixedClasses):
        return "other tasks"
    count = len(family.classes)
    if draws_classes(family):
        return f"other tasks and other classes than these {count}, with images of their own"
    return f"other tasks and other images of the same {count} classes, not other classes"


def over_tasks(values: Float[Tensor, "task step"]) -> list[float]:
    """Half intervals of the means over tasks that share nothing."""
    return _half(values.var(0) / len(values))


class Drawn(NamedTuple):
    """Which images the points of some tasks are, and of which class each image is.

    As many points of each class stand in every support, and in every query.
    """

    support: Int[Tensor, "task point"]
    query: Int[Tensor, "task point"]
    classes: Int[Tensor, " image"]
    ways: int


def over_images(values: Float[Tensor, "task point step"], drawn: Drawn) -> list[float]:
    """Half intervals of the means over the query points of tasks that share their images.

    A thousand tasks on some hundred images are no thousand independent ones: an image that is
    misread, or that misleads in a support, is so in every task. What the mean would change by with
    one image more, its influence, is seen from the tasks that have it; the variance of the
    influences over the images of a class, without what is only the noise of so few tasks, is what
    other images of it would add to the variance of the mean.

    Source: Wager, Hastie and Efron 2014, the infinitesimal jackknife with its Monte Carlo
    correction, equations 5 and 7; here without resampling, for tasks in the place of bootstrap
    samples.
    """
    tasks = values.mean(dim=1)
    own = tasks.var(dim=0) / len(tasks)
    count = len(drawn.classes)
    told = tasks.unsqueeze(1).expand(*drawn.support.shape, -1)
    support, asked = _by_number(told, drawn.support, count), _by_number(values, drawn.query, count)
    shots = drawn.support.shape[1] / drawn.ways
    images = torch.zeros_like(own)
    for label in drawn.classes.unique():
        of = drawn.classes == label
        size = int(of.sum())
        # Drawn without replacement: whoever has one image has the others a little less often.
        shown = shots * (size - 1) / max(size - shots, 1)
        influence = shown * support.mean[of] + asked.mean[of] / drawn.ways
        noise = shown**2 * support.noise[of] + asked.noise[of] / drawn.ways**2
        images += (influence.var(dim=0) - noise.mean(dim=0)) / size
    return _half(own + images.clamp(min=0))


def over_classes(
    values: Float[Tensor, "task step"], classes: Int[Tensor, "task way"], count: int
) -> list[float]:
    """Half intervals of the means over tasks that each draw their classes from the same `count`.

    As `over_images`, with classes in the place of images: what the mean would change by with one
    class more. A class comes with images of its own, so that the variance over classes holds what
    other images would add.
    """
    ways = classes.shape[1]
    told = _by_number(values.unsqueeze(1).expand(*classes.shape, -1), classes, count)
    shown = ways * (count - 1) / (count - ways)
    others = shown**2 * (told.mean.var(dim=0) - told.noise.mean(dim=0)) / count
    return _half(values.var(dim=0) / len(values) + others.clamp(min=0))


def _half(variance: Float[Tensor, " step"]) -> list[float]:
    """Half the width of the interval of means with this variance."""
    half: list[float] = (NORMAL * variance.sqrt()).tolist()
    return half


class _ByNumber(NamedTuple):
    """The mean of what happened with each image, or each class, and the variance of that mean."""

    mean: Float[Tensor, "number step"]
    noise: Float[Tensor, "number step"]


def _by_number(
    values: Float[Tensor, "task point step"], numbers: Int[Tensor, "task point"], count: int
) -> _ByNumber:
    """Of a number that never came, the mean of all."""
    values, numbers = values.flatten(0, 1), numbers.flatten()
    often = torch.bincount(numbers, minlength=count).unsqueeze(-1)
    total = values.new_zeros(count, values.shape[-1]).index_add(0, numbers, values)
    mean = torch.where(often > 0, total / often.clamp(min=1), values.mean(dim=0))
    spread = (values - mean[numbers]).square().sum(dim=0)
    spread = spread / max(len(values) - int((often > 0).sum()), 1)
    return _ByNumber(mean, torch.where(often > 0, spread / often.clamp(min=1), 0.0))
