"""How sure a mean over tasks is: half the width of its 95 % interval, and what that covers."""

from __future__ import annotations

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from hypernet.protocols import FixedClasses, TaskFamily

#: Standard deviations in half a 95 % interval.
NORMAL = 1.96


def covers(family: TaskFamily) -> str:
    """What else could have been drawn, for which the interval of a mean allows."""
    if not isinstance(family, FixedClasses):
        return "other tasks"
    count = len(family.classes)
    return f"other tasks and other images of the same {count} classes, not other classes"


def over_tasks(values: Float[Tensor, "task step"]) -> list[float]:
    """Half intervals of the means over tasks that share nothing."""
    half: list[float] = (NORMAL * (values.var(0) / len(values)).sqrt()).tolist()
    return half


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
    support, asked = _by_image(told, drawn.support, count), _by_image(values, drawn.query, count)
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
    half: list[float] = (NORMAL * (own + images.clamp(min=0)).sqrt()).tolist()
    return half


class _ByImage(NamedTuple):
    """The mean of what happened with each image, and the variance of that mean."""

    mean: Float[Tensor, "image step"]
    noise: Float[Tensor, "image step"]


def _by_image(
    values: Float[Tensor, "task point step"], images: Int[Tensor, "task point"], count: int
) -> _ByImage:
    """Of an image that never came, the mean of all."""
    values, images = values.flatten(0, 1), images.flatten()
    often = torch.bincount(images, minlength=count).unsqueeze(-1)
    total = values.new_zeros(count, values.shape[-1]).index_add(0, images, values)
    mean = torch.where(often > 0, total / often.clamp(min=1), values.mean(dim=0))
    spread = (values - mean[images]).square().sum(dim=0)
    spread = spread / max(len(values) - int((often > 0).sum()), 1)
    return _ByImage(mean, torch.where(often > 0, spread / often.clamp(min=1), 0.0))
